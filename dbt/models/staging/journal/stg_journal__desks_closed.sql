{{ journal_kind('desk.closed', {
    'desk_id': 'varchar',
    'closed_ns': 'bigint',
    'block_number': 'bigint',
    'block_hash': 'varchar',
    'reason': 'varchar'
}) }}
