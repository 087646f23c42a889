{{ journal_kind('execution.finalised', {
    'execution_id': 'varchar',
    'strategy': 'varchar',
    'outcome': 'varchar',
    'block_number': 'bigint'
}) }}
