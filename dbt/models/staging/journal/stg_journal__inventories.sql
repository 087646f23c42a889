{{ journal_kind('inventory.read', {
    'account': 'varchar',
    'block_number': 'bigint',
    'block_hash': 'varchar',
    'holdings': 'json',
    'read_ns': 'bigint'
}) }}
