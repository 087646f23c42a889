{{ journal_kind('execution.finished', {
    'execution_id': 'varchar',
    'opportunity_id': 'varchar',
    'strategy': 'varchar',
    'outcome': 'varchar',
    'reason': 'varchar'
}) }}
