{{ journal_kind('transaction.intended', {
    'tx_hash': 'varchar',
    'execution_id': 'varchar',
    'chain_id': 'bigint',
    'signer': 'varchar',
    'nonce': 'bigint',
    'to': 'varchar',
    'value_wei': 'decimal(38, 0)',
    'gas_limit': 'bigint',
    'max_fee_per_gas_wei': 'decimal(38, 0)',
    'max_priority_fee_per_gas_wei': 'decimal(38, 0)',
    'data_sha256': 'varchar',
    'purpose': 'varchar',
    'venues': 'json'
}) }}
