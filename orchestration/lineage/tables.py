"""Which columns the columns of Python's tables are made of, stated table by table.

SQL says so itself (`models.py`); Python cannot, so it is written here beside the assets that
do it. Values only, as there. A column that is not listed is a name, a flag or a whole document that
the step makes up. The same path is what `alphapulse explain` follows with one row's values.
"""

from __future__ import annotations

from functools import cache

Origin = tuple[str, str]

_STATED = """
int_settlement__legs_settled
    leg_id < stg_exchange__fills.trade_id stg_chain__transactions.tx_hash
    execution_id < stg_journal__facts.payload
    opportunity_id < stg_journal__facts.payload
    strategy < stg_journal__facts.payload
    venue < stg_exchange__fills.venue stg_chain__logs.address
    purpose < stg_journal__facts.payload
    at_ns < stg_exchange__fills.traded_ns stg_chain__transactions.block_timestamp_s
    base_units < stg_exchange__fills.volume stg_chain__logs.data
    quote_units < stg_exchange__fills.cost stg_chain__logs.data
    order_ref < stg_exchange__fills.client_order_id stg_chain__transactions.tx_hash
    evidence < stg_exchange__fills.trade_id stg_chain__transactions.tx_hash
        stg_chain__logs.log_index
    block_number < stg_chain__transactions.block_number
    block_hash < stg_chain__transactions.block_hash
int_settlement__movements_settled
    movement_id < stg_chain__transactions.tx_hash stg_exchange__ledger_lines.ledger_id
    movement < stg_exchange__ledger_lines.entry_type stg_chain__logs.topic0
        stg_exchange__payments.tx_hash stg_exchange__payments.address
    execution_id < stg_journal__facts.payload
    opportunity_id < stg_journal__facts.payload
    strategy < stg_journal__facts.payload
    venue < stg_exchange__ledger_lines.venue stg_chain__logs.address
    account < stg_chain__transactions.sender stg_chain__logs.topic1 stg_chain__logs.topic2
    asset < stg_exchange__ledger_lines.currency stg_chain__logs.address
    units < stg_chain__transactions.gas_used stg_chain__transactions.effective_gas_price_wei
        stg_chain__transactions.value_wei stg_chain__logs.data stg_exchange__ledger_lines.amount
        stg_exchange__ledger_lines.fee
        stg_chain__rebases.before_units stg_chain__rebases.after_units
    evidence < stg_chain__transactions.tx_hash stg_exchange__ledger_lines.ledger_id
    at_ns < stg_chain__transactions.block_timestamp_s stg_exchange__ledger_lines.booked_ns
int_settlement__transits_open
    transit_id < stg_chain__transactions.tx_hash stg_exchange__ledger_lines.ledger_id
    kind < stg_exchange__ledger_lines.entry_type stg_chain__transactions.recipient
    venue < stg_exchange__ledger_lines.venue
    account < stg_chain__transactions.sender stg_exchange__ledger_lines.venue
    asset < stg_exchange__ledger_lines.currency stg_chain__logs.address
    units < stg_exchange__ledger_lines.amount stg_chain__logs.data
        stg_chain__transactions.value_wei
    left_units < stg_exchange__ledger_lines.amount stg_exchange__payments.fee
        stg_chain__logs.data stg_chain__transactions.value_wei
    name < stg_chain__transactions.tx_hash stg_exchange__ledger_lines.ref_id
    at_ns < stg_chain__transactions.block_timestamp_s stg_exchange__ledger_lines.booked_ns
    evidence < stg_chain__transactions.tx_hash stg_exchange__ledger_lines.ledger_id
int_settlement__executions_settled
    execution_id < stg_journal__facts.payload
    opportunity_id < stg_journal__facts.payload
    strategy < stg_journal__facts.payload
    status < stg_journal__facts.payload stg_chain__transactions.status stg_exchange__fills.volume
    finality < stg_chain__transactions.block_number stg_chain__anchors.final_block
        stg_chain__anchors.safe_block
    is_provisional < stg_chain__transactions.block_number stg_chain__anchors.final_block
    gas_wei < stg_chain__transactions.gas_used stg_chain__transactions.effective_gas_price_wei
    predicted_gross_usd_e24 < stg_journal__facts.payload
    predicted_fee_usd_e24 < stg_journal__facts.payload
    predicted_gas_usd_e24 < stg_journal__facts.payload
    predicted_net_usd_e24 < stg_journal__facts.payload
    realised_gross_usd_e24 < stg_exchange__fills.volume stg_exchange__fills.cost
        stg_chain__logs.data stg_journal__facts.payload
    realised_fee_usd_e24 < stg_exchange__fills.fee stg_journal__facts.payload
    realised_gas_usd_e24 < stg_chain__transactions.gas_used
        stg_chain__transactions.effective_gas_price_wei stg_journal__facts.payload
    realised_net_usd_e24 < stg_exchange__fills.volume stg_exchange__fills.cost
        stg_exchange__fills.fee stg_chain__logs.data stg_chain__transactions.gas_used
        stg_chain__transactions.effective_gas_price_wei stg_journal__facts.payload
int_ledger__bookings_made
    fact_entry_id < int_settlement__legs_settled.leg_id
        int_settlement__movements_settled.movement_id stg_chain__openings.account
        stg_exchange__openings.account raw_chain__pending.fact_id raw_exchange__pending.fact_id
    fact_at_ns < int_settlement__legs_settled.at_ns int_settlement__movements_settled.at_ns
        stg_chain__openings.timestamp_s stg_exchange__openings.as_of_ns
        raw_chain__pending.timestamp_s raw_exchange__pending.at_ns
    booked_ns < int_settlement__legs_settled.at_ns int_settlement__movements_settled.at_ns
    fact_cause < int_settlement__movements_settled.movement
    fact_strategy < int_settlement__legs_settled.strategy
        int_settlement__movements_settled.strategy
    fact_venue < int_settlement__legs_settled.venue int_settlement__movements_settled.venue
    fact_execution_id < int_settlement__legs_settled.execution_id
        int_settlement__movements_settled.execution_id
    fact_correlation_id < int_settlement__legs_settled.opportunity_id
        int_settlement__movements_settled.opportunity_id
    fact_evidence < int_settlement__legs_settled.evidence
        int_settlement__movements_settled.evidence
    fact_purpose < int_settlement__legs_settled.purpose
    fact_subject < int_settlement__legs_settled.leg_id
        int_settlement__movements_settled.movement_id
    document < int_settlement__legs_settled.document int_settlement__legs_settled.base_units
        int_settlement__legs_settled.quote_units int_settlement__movements_settled.units
        stg_chain__openings.units stg_exchange__openings.units
        raw_chain__pending.raw raw_exchange__pending.raw
int_ledger__entries_posted
    entry_id < int_ledger__bookings_made.fact_entry_id int_ledger__bookings_made.booking_id
    at_ns < int_ledger__bookings_made.booked_ns
    cause < int_ledger__bookings_made.fact_cause int_ledger__bookings_made.kind
    strategy < int_ledger__bookings_made.fact_strategy
    venue < int_ledger__bookings_made.fact_venue
    execution_id < int_ledger__bookings_made.fact_execution_id
    correlation_id < int_ledger__bookings_made.fact_correlation_id
    evidence < int_ledger__bookings_made.fact_evidence
    purpose < int_ledger__bookings_made.fact_purpose
    subject < int_ledger__bookings_made.fact_subject
    document < int_ledger__bookings_made.document
int_ledger__postings_made
    entry_id < int_ledger__bookings_made.fact_entry_id int_ledger__bookings_made.booking_id
    account < int_ledger__bookings_made.document
    asset < int_ledger__bookings_made.document
    units < int_ledger__bookings_made.document int_ledger__bookings_made.kind
    at_ns < int_ledger__bookings_made.booked_ns
    cause < int_ledger__bookings_made.fact_cause int_ledger__bookings_made.kind
    strategy < int_ledger__bookings_made.fact_strategy
    venue < int_ledger__bookings_made.fact_venue
    execution_id < int_ledger__bookings_made.fact_execution_id
    correlation_id < int_ledger__bookings_made.fact_correlation_id
    evidence < int_ledger__bookings_made.fact_evidence
    booking_id < int_ledger__bookings_made.booking_id
    happened_ns < int_ledger__bookings_made.fact_at_ns
    known_ns < int_ledger__bookings_made.known_ns
int_positions__positions_held
    account < int_ledger__entries_posted.document
    asset < int_ledger__entries_posted.document
    opening_units < int_ledger__entries_posted.document
    closing_units < int_ledger__entries_posted.document
int_positions__strategies_held
    account < int_ledger__entries_posted.document
    asset < int_ledger__entries_posted.document
    strategy < int_ledger__entries_posted.strategy
    settled_units < int_ledger__entries_posted.document
    incoming_units < int_ledger__entries_posted.document
    outgoing_units < int_ledger__entries_posted.document
    bound_units < int_positions__units_bound.units
int_positions__units_bound
    strategy < stg_journal__facts.payload
    subject < stg_journal__facts.payload
    units < stg_journal__facts.payload raw_exchange__fills.volume raw_exchange__pending.raw
    intended_ns < stg_journal__facts.observed_ns
int_positions__exposures_measured
    net_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    gross_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    provisional_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    free_usd_e24 < int_ledger__entries_posted.document int_positions__units_bound.units
        stg_journal__marks.mark_e6
    locked_usd_e24 < int_ledger__entries_posted.document int_positions__units_bound.units
        stg_journal__marks.mark_e6
    cost_usd_e24 < int_pnl__lots_realised.document int_ledger__entries_posted.document
    unrealised_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
        int_pnl__lots_realised.document
    quantity_units < int_ledger__entries_posted.document
    delta_e18 < int_ledger__entries_posted.document
    mark_e6 < stg_journal__marks.mark_e6
    concentration < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    policy < stg_journal__marks.policy
int_positions__underlyings_valued
    underlying < stg_journal__marks.underlying
    settled_e18 < int_ledger__entries_posted.document
    pending_e18 < int_ledger__entries_posted.document
    free_e18 < int_ledger__entries_posted.document int_positions__units_bound.units
    locked_e18 < int_ledger__entries_posted.document int_positions__units_bound.units
    cost_usd_e24 < int_pnl__lots_realised.document
    mark_e6 < stg_journal__marks.mark_e6
    value_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    unrealised_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
        int_pnl__lots_realised.document
    policy < stg_journal__marks.policy
int_positions__holdings_placed
    account < int_ledger__entries_posted.document
    asset < int_ledger__entries_posted.document
    strategy < int_ledger__entries_posted.strategy
    chain < int_ledger__entries_posted.document
    underlying < stg_journal__marks.underlying
    settled_units < int_ledger__entries_posted.document
    pending_units < int_ledger__entries_posted.document
    provisional_units < int_ledger__entries_posted.document
    free_units < int_ledger__entries_posted.document int_positions__units_bound.units
    locked_units < int_ledger__entries_posted.document int_positions__units_bound.units
    delta_e18 < int_ledger__entries_posted.document
    mark_e6 < stg_journal__marks.mark_e6
    value_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    cost_usd_e24 < int_pnl__lots_realised.document int_ledger__entries_posted.document
    unrealised_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
        int_pnl__lots_realised.document
    concentration < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    policy < stg_journal__marks.policy
int_pnl__attributions_made
    policy < stg_journal__marks.policy
    opening_equity_usd_e24 < stg_chain__openings.units stg_exchange__openings.units
        stg_chain__balances.units stg_exchange__balances.units
        stg_journal__marks.mark_e6
    closing_equity_usd_e24 < stg_chain__balances.units stg_exchange__balances.units
        stg_journal__marks.mark_e6
    external_flow_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    total_usd_e24 < int_ledger__entries_posted.document
        int_positions__positions_held.closing_units int_settlement__legs_settled.base_units
        int_settlement__legs_settled.quote_units stg_journal__opportunities.legs
        stg_journal__marks.mark_e6
    residual_usd_e24 < stg_chain__balances.units stg_exchange__balances.units
        int_ledger__entries_posted.document int_positions__positions_held.closing_units
        int_settlement__legs_settled.base_units int_settlement__legs_settled.quote_units
        stg_journal__opportunities.legs stg_journal__marks.mark_e6
int_pnl__rows_attributed
    strategy < int_ledger__entries_posted.strategy
    venue < int_ledger__entries_posted.venue
    cause < int_ledger__entries_posted.cause
    amount_usd_e24 < int_ledger__entries_posted.document
        int_positions__positions_held.closing_units int_settlement__legs_settled.base_units
        int_settlement__legs_settled.quote_units stg_journal__opportunities.legs
        stg_journal__opportunities.mark_e6 stg_journal__marks.mark_e6
    policy < stg_journal__marks.policy
int_pnl__cells_attributed
    strategy < int_ledger__entries_posted.strategy
    venue < int_ledger__entries_posted.venue
    asset < int_ledger__entries_posted.document int_settlement__legs_settled.base_asset
    cause < int_ledger__entries_posted.cause
    amount_usd_e24 < int_ledger__entries_posted.document
        int_positions__positions_held.closing_units int_settlement__legs_settled.base_units
        int_settlement__legs_settled.quote_units stg_journal__opportunities.legs
        stg_journal__opportunities.mark_e6 stg_journal__marks.mark_e6
    policy < stg_journal__marks.policy
int_pnl__lots_realised
    realised_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    unrealised_opening_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    unrealised_closing_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
    costs_usd_e24 < int_ledger__entries_posted.document stg_journal__marks.mark_e6
int_pnl__opportunities_compared
    opportunity_id < stg_journal__opportunities.opportunity_id
    strategy < stg_journal__opportunities.strategy
    found_ns < stg_journal__opportunities.found_ns
    fate < stg_journal__risk_decisions.is_approved
        int_settlement__executions_settled.opportunity_id
    status < int_settlement__executions_settled.status
    reason < stg_journal__risk_decisions.reason int_settlement__executions_settled.reason
    predicted_net_usd_e24 < stg_journal__opportunities.expected_net_usd_e24
    realised_net_usd_e24 < int_settlement__executions_settled.realised_net_usd_e24
    shortfall_usd_e24 < stg_journal__opportunities.expected_net_usd_e24
        int_settlement__executions_settled.realised_net_usd_e24
int_pnl__strategies_measured
    strategy < int_pnl__opportunities_compared.strategy
    found < int_pnl__opportunities_compared.opportunity_id
    taken < int_pnl__opportunities_compared.fate
    unknown < int_pnl__opportunities_compared.realised_net_usd_e24
    success_rate < int_pnl__opportunities_compared.realised_net_usd_e24
    predicted_usd_e24 < int_pnl__opportunities_compared.predicted_net_usd_e24
    realised_usd_e24 < int_pnl__opportunities_compared.realised_net_usd_e24
    shortfall_usd_e24 < int_pnl__opportunities_compared.shortfall_usd_e24
    forgone_usd_e24 < int_pnl__opportunities_compared.predicted_net_usd_e24
    drawdown_usd_e24 < int_pnl__opportunities_compared.realised_net_usd_e24
    document < int_pnl__opportunities_compared.realised_net_usd_e24
int_reconciliation__balances_matched
    account < int_positions__positions_held.account stg_chain__balances.account
        stg_exchange__balances.account
    asset < int_positions__positions_held.asset stg_chain__balances.asset
        stg_exchange__balances.asset
    amount_units < int_positions__positions_held.closing_units stg_chain__balances.units
        stg_exchange__balances.units
    cause < int_reconciliation__transactions_matched.cause
int_reconciliation__transactions_matched
    subject < stg_journal__facts.payload stg_exchange__fills.trade_id
        int_settlement__movements_settled.movement_id
    asset < stg_exchange__fills.pair stg_exchange__ledger_lines.currency
        int_settlement__movements_settled.asset
    amount_units < stg_journal__facts.payload stg_exchange__fills.volume stg_exchange__fills.cost
        stg_exchange__fills.fee stg_exchange__ledger_lines.amount stg_exchange__ledger_lines.fee
        stg_chain__transactions.gas_used stg_chain__transactions.effective_gas_price_wei
        int_settlement__movements_settled.units
int_reconciliation__matches_made
    subject < stg_journal__facts.payload stg_exchange__fills.trade_id
    internal_ids < stg_journal__facts.payload stg_exchange__fills.trade_id
    external_ids < stg_exchange__fills.trade_id stg_exchange__ledger_lines.ledger_id
        stg_chain__transactions.tx_hash
    assets < stg_exchange__fills.pair stg_exchange__ledger_lines.currency
    runner_up < stg_exchange__fills.trade_id stg_exchange__ledger_lines.ledger_id
    at_ns < stg_exchange__fills.traded_ns stg_chain__transactions.block_timestamp_s
int_reconciliation__balances_rolled
    account < int_settlement__movements_settled.account stg_chain__balances.account
        stg_exchange__balances.account
    asset < int_settlement__movements_settled.asset stg_chain__balances.asset
        stg_exchange__balances.asset
    opening_units < int_positions__positions_held.closing_units stg_chain__openings.units
        stg_exchange__openings.units
    in_units < int_settlement__legs_settled.document int_settlement__movements_settled.units
    out_units < int_settlement__legs_settled.document int_settlement__movements_settled.units
    fee_units < int_settlement__legs_settled.document int_settlement__movements_settled.units
    corrected_units < int_ledger__bookings_made.document
    closing_units < int_positions__positions_held.closing_units stg_chain__openings.units
        stg_exchange__openings.units int_settlement__legs_settled.document
        int_settlement__movements_settled.units
    stated_units < stg_chain__balances.units stg_exchange__balances.units
    difference_units < stg_chain__balances.units stg_exchange__balances.units
        int_settlement__legs_settled.document int_settlement__movements_settled.units
int_reconciliation__lots_stocked
    underlying < int_pnl__lots_realised.document
    lots_e18 < int_pnl__lots_realised.document
    stated_e18 < stg_chain__balances.units stg_exchange__balances.units
    difference_e18 < int_pnl__lots_realised.document stg_chain__balances.units
        stg_exchange__balances.units
int_reconciliation__messages_conserved
    channel < stg_journal__wire_segments.channel
    source < stg_journal__wire_segments.senders
    sent < stg_journal__wire_segments.senders
    recorded < stg_journal__wire_segments.senders
    noticed_missing < stg_journal__wire_segments.senders
    unaccounted < stg_journal__wire_segments.senders
    conflated < stg_journal__wire_segments.senders
int_reconciliation__rolls_broken
    account < int_reconciliation__balances_rolled.account
    asset < int_reconciliation__balances_rolled.asset raw_journal__facts.payload
    amount_units < int_reconciliation__balances_rolled.difference_units raw_journal__facts.payload
int_reconciliation__lots_broken
    asset < int_reconciliation__lots_stocked.underlying
    amount_units < int_reconciliation__lots_stocked.difference_e18
int_reconciliation__messages_broken
    subject < int_reconciliation__messages_conserved.source
    amount_units < int_reconciliation__messages_conserved.unaccounted
int_reconciliation__breaks_counted
    break_id < int_reconciliation__transactions_matched.break_id
        int_reconciliation__balances_matched.break_id int_reconciliation__rolls_broken.break_id
        int_reconciliation__lots_broken.break_id int_reconciliation__messages_broken.break_id
    value_usd_e24 < int_reconciliation__transactions_matched.amount_units
        int_reconciliation__balances_matched.amount_units
        int_reconciliation__rolls_broken.amount_units int_reconciliation__lots_broken.amount_units
        int_reconciliation__messages_broken.amount_units stg_journal__marks.mark_e6
int_audit__trails_sealed
    journal_seq < raw_journal__facts.seq
    journal_hash < raw_journal__facts.hash
    facts_root < raw_journal__facts.hash
    ledger_root < int_ledger__entries_posted.document
rpt_close
    close < fct_executions.status fct_settlements.units fct_breaks.amount_units
        fct_pnl.amount_usd_e24
    residual < fct_pnl.amount_usd_e24
    total < fct_pnl.amount_usd_e24
    breaks_number < fct_breaks.break_id
    audit_head < int_audit__trails_sealed.ledger_root
"""


@cache
def stated() -> dict[str, dict[str, tuple[Origin, ...]]]:
    """Read what is stated: table -> column -> origins."""
    found: dict[str, dict[str, tuple[Origin, ...]]] = {}
    table = column = ""
    for line in _STATED.strip().splitlines():
        if not line.startswith(" "):
            table = line
            found[table] = {}
            continue
        named, sign, origins = line.rpartition("<")
        column = named.strip() if sign else column
        told = found[table].get(column, ())
        found[table][column] = (*told, *(_origin(name) for name in origins.split()))
    return found


def _origin(name: str) -> Origin:
    table, _, column = name.partition(".")
    return table, column
