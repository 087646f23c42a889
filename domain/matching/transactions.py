"""Journal against exchange against chain, one event at a time, by the names they give it.

Client order id, trade id and transaction hash: nothing is settled by amount or time. What one side
says and the other does not is a break; what a failed source does not say is unknown and is one
SOURCE_FAILURE, not a flood of missing items. A break that clears by itself carries its expiry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from domain.matching.chain import match_chain
from domain.matching.exchange import match_orders
from domain.matching.made import Compared, MatchMade
from domain.matching.statement import match_copies, match_statement
from domain.matching.strands import Frame, frame_of
from domain.matching.types import STRAYS, Break, make_break
from domain.settlement.outcome import UnexplainedMovement
from domain.settlement.types import ChainBook, ExchangeBook, JournalBook


def match_transactions(
    journal: JournalBook,
    exchange: ExchangeBook,
    chain: ChainBook,
    unexplained: Iterable[UnexplainedMovement],
    frame: Frame | None = None,
) -> Compared:
    """Compare what the loop heard with what exchange and chain say, and the exchange with itself.

    Args:
        journal: What the loop remembers.
        exchange: Its rows: all, or with `frame` those of some strands.
        chain: Its transactions, likewise.
        unexplained: What settlement put into suspense.
        frame: What all rows of the exchange tell, when these are not all.

    Returns:
        Breaks by id, and matches by what they are about; the same whatever the order of any input.
    """
    frame = frame_of(exchange) if frame is None else frame
    compared = [
        match_orders(journal, exchange, frame),
        match_chain(journal, chain),
        match_statement(exchange, frame),
        match_copies(exchange),
    ]
    found = [
        *(one for part in compared for one in part.breaks),
        *unexplained_breaks(unexplained),
        *source_breaks(exchange, chain),
    ]
    return Compared(
        _each_once(found),
        sorted((one for part in compared for one in part.matches), key=_match_order),
        frozenset(name for part in compared for name in part.waiting),
    )


def _match_order(one: MatchMade) -> tuple[str, ...]:
    return one.recon, one.subject, one.external_ids, one.rule


def _each_once(found: Iterable[Break]) -> list[Break]:
    """Order breaks by id; two of one cause about one thing are one, of both amounts."""
    once: dict[str, Break] = {}
    for one in found:
        before = once.get(one.break_id)
        once[one.break_id] = one if before is None else _joined(before, one)
    return sorted(once.values(), key=lambda one: one.break_id)


def _joined(one: Break, other: Break) -> Break:
    amounts = one.amount_units, other.amount_units
    return msgspec.structs.replace(
        one,
        amount_units=None if None in amounts else sum(filter(None, amounts)),
        evidence="; ".join(sorted({one.evidence, other.evidence})),
    )


def unexplained_breaks(unexplained: Iterable[UnexplainedMovement]) -> Iterator[Break]:
    """Turn each movement nobody meant into a break; it stands in suspense until it is resolved."""
    for movement in unexplained:
        yield make_break(
            STRAYS,
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
