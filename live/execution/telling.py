"""What the trader did as the wire tells it: results, fills and alerts out of runs and facts. Pure.

What no venue has said is absent, never 0; the journal and the books know more, and later.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.chain.types import Receipt
from domain.desk import DeskCard
from journal.records import AlertRaised, ExecutionFinished, OpportunityFound, OrderIntended
from live.execution.answers import DEFINITE_ORDER, OrderAnswer
from live.execution.legs import moved_units, result_usd_e24, token_address
from live.execution.run import Run, SentTransaction
from live.protocol import v2
from live.risk.verdict import Verdict

HALTING_LIMITS = frozenset(
    {
        "halted_scope",
        "circuit_breaker",
        "max_session_loss_usd_e24",
        "max_day_loss_usd_e24",
        "max_drawdown_usd_e24",
    }
)
"""Limits of risk that stop more than the one trade they declined."""
_HALTING_ALERTS = frozenset({"scope_halted", "scope_reducing", "breaker_open"})


def result_message(
    run: Run, finished: ExecutionFinished, card: DeskCard, now_ns: int
) -> v2.ExecutionResult:
    """Write how an execution ended as its message."""
    receipts = mined_receipts(run)
    gas = sum(receipt.gas_used * receipt.effective_gas_price_wei for receipt in receipts)
    is_known = all(sent.is_definite for sent in run.transactions)
    return v2.ExecutionResult(
        routing=routing_of(run.opportunity, card),
        execution_id=run.execution_id,
        opportunity_id=finished.opportunity_id,
        outcome=finished.outcome,
        reason=finished.reason,
        fills=(
            *(_transaction_fill(sent, card) for sent in run.transactions),
            *(order_fill(order.intent, order.answer, card) for order in run.orders),
        ),
        gas_asset=card.chain.native if run.transactions else "",
        gas_amount=gas if is_known else None,
        realised_usd_e24=realised_usd_e24(run, card),
        block_number=run.last_block or None,
        finished_ns=now_ns,
    )


def realised_usd_e24(run: Run, card: DeskCard) -> int | None:
    """Value what an execution moved at its decision mark; None while an answer is missing."""
    mined = [sent for sent in run.transactions if sent.answer.status in {"INCLUDED", "REVERTED"}]
    is_known = (
        all(sent.is_definite for sent in run.transactions)
        and all(sent.is_mined for sent in mined)
        and all(order.is_definite for order in run.orders)
    )
    if not is_known:
        return None
    fills = [(order.intent, order.answer) for order in run.orders]
    return result_usd_e24(run.opportunity, card, mined_receipts(run), fills)


def mined_receipts(run: Run) -> Sequence[Receipt]:
    """Give the receipts of an execution, those of reverted transactions included."""
    return [sent.answer.receipt for sent in run.transactions if sent.answer.receipt]


def routing_of(opportunity: OpportunityFound, card: DeskCard) -> v2.Routing:
    """Say what a message about an opportunity may be chosen by; it never expires."""
    return v2.Routing(
        strategy=opportunity.strategy,
        venues=tuple(leg.venue for leg in opportunity.legs),
        pairs=(card.pair,),
        correlation=v2.correlation_of(opportunity.opportunity_id),
    )


def alert_message(fact: AlertRaised) -> v2.RiskAlert:
    """Write an alert as its message; a subject that is a strategy or a venue can be chosen by."""
    scope, _, name = fact.subject.partition(":")
    return v2.RiskAlert(
        routing=v2.Routing(
            strategy=name if scope == "strategy" else "",
            venues=(name,) if scope == "venue" else (),
        ),
        alert=fact.alert,
        severity=fact.severity,
        subject=fact.subject,
        detail=fact.detail,
        limit_name="",
        limit_value="",
        observed_value="",
        is_halting=fact.alert in _HALTING_ALERTS,
        raised_ns=fact.raised_ns,
    )


def halting_message(
    opportunity: OpportunityFound, verdict: Verdict, card: DeskCard, now_ns: int
) -> v2.RiskAlert:
    """Tell that a limit stops more than the trade that it declined."""
    return v2.RiskAlert(
        routing=routing_of(opportunity, card),
        alert="risk_halts",
        severity="warning",
        subject=f"strategy:{opportunity.strategy}",
        detail=verdict.reason,
        limit_name=verdict.limit_name,
        limit_value=verdict.limit_value,
        observed_value=verdict.observed_value,
        is_halting=True,
        raised_ns=now_ns,
    )


def _transaction_fill(sent: SentTransaction, card: DeskCard) -> v2.Fill:
    intent, receipt = sent.intent, sent.answer.receipt
    venue = intent.venues[0] if len(intent.venues) == 1 else f"eip155:{intent.chain_id}"
    asset_in, asset_out = "", ""
    amount_in = amount_out = 0 if sent.is_definite else None
    for asset, units in _moved(receipt, card) if receipt else ():
        if units > 0:
            asset_out, amount_out = asset, units
        elif units < 0:
            asset_in, amount_in = asset, -units
    return v2.Fill(
        venue=venue,
        reference=intent.tx_hash,
        purpose=intent.purpose,
        status=sent.answer.status,
        asset_in=asset_in,
        asset_out=asset_out,
        amount_in=amount_in,
        amount_out=amount_out,
        fee_asset="",
        fee_amount=None,
    )


def _moved(receipt: Receipt, card: DeskCard) -> list[tuple[str, int]]:
    wallet = card.chain.wallet
    return [
        (asset, moved_units(receipt, token=token_address(asset), wallet=wallet))
        for asset in (card.chain.base_token, card.chain.quote_token)
    ]


def order_fill(intent: OrderIntended, answer: OrderAnswer, card: DeskCard) -> v2.Fill:
    """Write an order as one fill; what the exchange has not said is absent."""
    base = (card.exchange.base_asset, answer.filled_base_units)
    quote = (card.exchange.quote_asset, answer.filled_quote_units)
    given, got = (quote, base) if intent.side == "buy" else (base, quote)
    is_known = answer.status in DEFINITE_ORDER
    return v2.Fill(
        venue=intent.venue,
        reference=intent.client_order_id,
        purpose=intent.purpose,
        status=answer.status,
        asset_in=given[0],
        asset_out=got[0],
        amount_in=given[1] if is_known else None,
        amount_out=got[1] if is_known else None,
        fee_asset=card.exchange.quote_asset,
        fee_amount=answer.fee_units if is_known else None,
    )
