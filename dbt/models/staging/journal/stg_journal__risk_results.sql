{{ journal_kind('risk.result', {
    'execution_id': 'varchar',
    'strategy': 'varchar',
    'venues': 'json',
    'outcome': 'varchar',
    'result_usd_e24': 'decimal(38, 0)',
    'is_known': 'boolean',
    'took_ns': 'bigint',
    'counted_ns': 'bigint'
}) }}
