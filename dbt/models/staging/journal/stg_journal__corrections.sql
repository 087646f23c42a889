{{ journal_kind('correction.decided', {
    'entry_id': 'varchar',
    'break_id': 'varchar',
    'period': 'varchar',
    'cause': 'varchar',
    'account': 'varchar',
    'counter': 'varchar',
    'asset': 'varchar',
    'units': 'decimal(38, 0)',
    'evidence_sha256': 'json',
    'prepared_by': 'varchar',
    'approved_by': 'varchar',
    'note': 'varchar',
    'counts_ns': 'bigint',
    'decided_ns': 'bigint',
    'is_withdrawn': 'boolean'
}) }}
