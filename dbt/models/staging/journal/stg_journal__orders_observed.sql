{{ journal_kind('order.observed', {
    'client_order_id': 'varchar',
    'execution_id': 'varchar',
    'venue_order_id': 'varchar',
    'status': 'varchar',
    'filled_base_units': 'decimal(38, 0)',
    'filled_quote_units': 'decimal(38, 0)',
    'fee_units': 'decimal(38, 0)',
    'fee_asset': 'varchar',
    'reason': 'varchar'
}) }}
