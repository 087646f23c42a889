{{ journal_kind('feed.gap', {
    'source': 'varchar',
    'noticed': 'varchar',
    'expected': 'bigint',
    'got': 'bigint',
    'noticed_ns': 'bigint'
}) }}
