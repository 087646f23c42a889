{{ journal_kind('risk.decided', {
    'opportunity_id': 'varchar',
    'is_approved': 'boolean',
    'reason': 'varchar',
    'limit_name': 'varchar',
    'limit_value': 'varchar',
    'observed_value': 'varchar',
    'limits_version': 'bigint'
}) }}
