"""The four layers of money over a small world, by the functions the assets call, without a lake."""

from __future__ import annotations

from collections import defaultdict

from domain.layers.breaks import lot_breaks, roll_breaks
from domain.layers.inventory import stock
from domain.layers.rolling import flows_of, roll
from domain.ledger.types import OPENING as OPENING_CAUSE
from domain.ledger.types import Entry, is_own
from domain.matching.balances import match_balances, statement_breaks
from domain.matching.transactions import match_transactions
from domain.matching.types import Break
from domain.pnl.realised import opening_lots, realised_by_lots
from domain.pnl.values import Valuer
from domain.settlement.settle import settle
from tests.kit.books import World
from tests.kit.world_names import OPENING, PAPER_ACCOUNT, VENUES


def breaks_of(world: World) -> list[Break]:
    """Find what each layer finds of a world in which something may be wrong."""
    journal, exchange, chain = world.sources()
    done = settle(world.card, journal, exchange, chain)
    entries, claims = world.entries(done), world.claims()
    happened = match_transactions(journal, exchange, chain, done.unexplained).breaks
    opened = {
        asset: units for (account, asset), units in OPENING.items() if account == PAPER_ACCOUNT
    }
    stated = {(one.account, one.asset): one.units for one in claims}
    lots = [(lot.underlying, lot.quantity_e18) for lot in _lots(world, entries)]
    return [
        *happened,
        *match_balances(_held(entries), claims, known=happened),
        *statement_breaks(exchange.lines, opened),
        *roll_breaks(roll(dict(OPENING), flows_of(done), stated, VENUES), world.now_ns),
        *lot_breaks(stock(lots, claims, {one.asset: one for one in world.card.assets}), 1),
    ]


def _held(entries: list[Entry]) -> dict[tuple[str, str], int]:
    held: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            if is_own(posting.account):
                held[posting.account, posting.asset] += posting.units
    return dict(held)


def _lots(world: World, entries: list[Entry]):
    given = world.attributed(entries=entries)
    valuer = Valuer.of(given.assets, given.marks)
    moved = [entry for entry in entries if entry.cause != OPENING_CAUSE]
    return realised_by_lots(
        moved, opening_lots(dict(OPENING), valuer)[0], valuer, given.end_ns
    ).remaining
