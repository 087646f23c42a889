{{ journal_kind('order.halt', {
    'scope': 'varchar',
    'cause_id': 'varchar',
    'reason': 'varchar',
    'is_lifted': 'boolean',
    'state': 'varchar'
}) }}
