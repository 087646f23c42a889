{{ journal_kind('period.marked', {
    'period': 'varchar',
    'is_locked': 'boolean',
    'decided_by': 'varchar',
    'reason': 'varchar',
    'audit_head': 'varchar',
    'decided_ns': 'bigint'
}) }}
