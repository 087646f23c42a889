{{ journal_kind('desk.opened', {
    'desk_id': 'varchar',
    'opened_ns': 'bigint',
    'card': 'json'
}) }}
