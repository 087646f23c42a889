{{ journal_kind('alert.raised', {
    'alert': 'varchar',
    'severity': 'varchar',
    'subject': 'varchar',
    'detail': 'varchar',
    'raised_ns': 'bigint'
}) }}
