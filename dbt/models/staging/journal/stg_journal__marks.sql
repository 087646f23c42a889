{{ journal_kind('market.mark', {
    'underlying': 'varchar',
    'policy': 'varchar',
    'venue': 'varchar',
    'mark_e6': 'decimal(38, 0)',
    'observed_ns': 'bigint',
    'channel': 'varchar',
    'frame': 'bigint'
}) }}
