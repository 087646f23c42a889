{{ journal_kind('inventory.told', {
    'account': 'varchar',
    'holdings': 'json',
    'asked_ns': 'bigint',
    'answered_ns': 'bigint'
}) }}
