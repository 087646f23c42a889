{{ journal_kind('order.limits', {
    'version': 'bigint',
    'rulebook': 'varchar',
    'reason': 'varchar',
    'ordered_ns': 'bigint'
}) }}
