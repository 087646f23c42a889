{{ journal_kind('parent.ordered', {
    'parent_id': 'varchar',
    'algorithm': 'varchar',
    'venues': 'json',
    'symbol': 'varchar',
    'side': 'varchar',
    'base_units': 'decimal(38, 0)',
    'limit_price': 'varchar',
    'start_ns': 'bigint',
    'end_ns': 'bigint',
    'slices': 'bigint',
    'curve': 'json',
    'display_units': 'decimal(38, 0)',
    'mark_e6': 'decimal(38, 0)'
}) }}
