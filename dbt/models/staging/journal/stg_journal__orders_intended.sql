{{ journal_kind('order.intended', {
    'client_order_id': 'varchar',
    'execution_id': 'varchar',
    'venue': 'varchar',
    'symbol': 'varchar',
    'side': 'varchar',
    'base_units': 'decimal(38, 0)',
    'limit_price': 'varchar',
    'purpose': 'varchar'
}) }}
