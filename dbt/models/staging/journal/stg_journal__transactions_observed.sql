{{ journal_kind('transaction.observed', {
    'tx_hash': 'varchar',
    'execution_id': 'varchar',
    'status': 'varchar',
    'finality': 'varchar',
    'block_number': 'bigint',
    'block_hash': 'varchar',
    'gas_used': 'bigint',
    'effective_gas_price_wei': 'decimal(38, 0)',
    'reason': 'varchar'
}) }}
