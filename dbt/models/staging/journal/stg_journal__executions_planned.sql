{{ journal_kind('execution.planned', {
    'execution_id': 'varchar',
    'opportunity_id': 'varchar',
    'strategy': 'varchar',
    'agent': 'varchar',
    'venues': 'json'
}) }}
