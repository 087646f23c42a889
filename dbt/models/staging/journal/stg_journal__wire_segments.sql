{{ journal_kind('market.segment', {
    'channel': 'varchar',
    'path': 'varchar',
    'first_frame': 'bigint',
    'last_frame': 'bigint',
    'frames': 'bigint',
    'size_bytes': 'bigint',
    'sha256': 'varchar',
    'first_ns': 'bigint',
    'last_ns': 'bigint',
    'senders': 'json'
}) }}
