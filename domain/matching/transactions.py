"""Journal against exchange against chain, one transaction at a time, by exact keys.

Client order id, trade id and transaction hash: nothing is matched by amount or time. What one side
says and the other does not is a break; what a failed source does not say is unknown and is one
SOURCE_FAILURE, not a flood of missing items. A break that clears by itself carries its expiry.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.matching.chain import match_chain
from domain.matching.exchange import duplicate_breaks, match_orders, match_statement
from domain.matching.types import Break, make_break
from domain.settlement.outcome import Settlement
from domain.settlement.types import ChainBook, ExchangeBook, JournalBook


def match_transactions(
    journal: JournalBook, exchange: ExchangeBook, chain: ChainBook, settlement: Settlement
) -> list[Break]:
    """Compare what the loop heard with what exchange and chain say, and the exchange with itself.

    Returns:
        Breaks ordered by id; the same whatever the order of any input.
    """
    found = [
        *match_orders(journal, exchange),
        *match_chain(journal, chain),
        *match_statement(exchange),
        *duplicate_breaks(exchange),
        *unexplained_breaks(settlement),
        *source_breaks(exchange, chain),
    ]
    return sorted({one.break_id: one for one in found}.values(), key=lambda one: one.break_id)


def unexplained_breaks(settlement: Settlement) -> Iterator[Break]:
    """Turn each movement nobody meant into a break; it stands in suspense until it is resolved."""
    for movement in settlement.unexplained:
        yield make_break(
            "movements",
            "UNEXPLAINED",
            movement.movement_id,
            f"{movement.reason} ({movement.evidence}, counterparty {movement.counterparty})",
            movement.at_ns,
            asset=movement.asset,
            amount_units=movement.units,
            account=movement.account,
        )


def source_breaks(exchange: ExchangeBook, chain: ChainBook) -> Iterator[Break]:
    """State each source that failed, so that silence is not read as agreement."""
    for name, source in (("exchange", exchange), ("chain", chain)):
        if not source.is_complete:
            say = source.failure or "the capture is not complete"
            yield make_break("sources", "SOURCE_FAILURE", name, say, 0, side="external")
