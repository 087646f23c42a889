{{ journal_kind('opportunity.found', {
    'opportunity_id': 'varchar',
    'strategy': 'varchar',
    'legs': 'json',
    'mark_e6': 'decimal(38, 0)',
    'block_number': 'bigint',
    'block_hash': 'varchar',
    'expected_gross_usd_e24': 'decimal(38, 0)',
    'expected_fee_usd_e24': 'decimal(38, 0)',
    'expected_gas_wei': 'decimal(38, 0)',
    'expected_net_usd_e24': 'decimal(38, 0)',
    'found_ns': 'bigint',
    'expires_ns': 'bigint',
    'expected_slippage_bps': 'bigint',
    'confidence_ppm': 'bigint',
    'confidence_model': 'varchar'
}) }}
