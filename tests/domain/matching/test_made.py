"""What agreed is told once an event, by the sources' own ids, and how sure it is."""

from __future__ import annotations

from hypothesis import given

from domain.matching.made import Sides, matches_made
from domain.matching.transactions import match_transactions
from domain.reconciliation.causes import Cause
from domain.reconciliation.types import Difference, Margin, Match
from tests.kit.books import World
from tests.kit.histories import PLANNED_HISTORIES, few
from tests.kit.reconciling import START_NS, row

SIDES = Sides(
    {"a base": row("a base", ref="a"), "a quote": row("a quote", ref="a", asset="USD")},
    {"x": row("x"), "y": row("y"), "z": row("z")},
    {"x": ("t1", "t2"), "y": ("t1", "t2"), "z": ("t3",)},
)


@few
@given(PLANNED_HISTORIES)
def test_every_order_fill_and_transaction_of_an_honest_day_is_one_match(world: World):
    found = match_transactions(*world.sources(), ()).matches
    told = sorted((one.recon, one.subject) for one in found)
    assert told == sorted(
        [
            *(("journal-chain", one.tx_hash) for one in world.intents),
            *(("journal-exchange", name) for name in {one.client_order_id for one in world.fills}),
            *(("fills-statement", one.trade_id) for one in world.fills),
        ]
    )
    assert {(one.rule, one.is_suggested, one.margin) for one in found} <= {("ref", False, "")}


def test_rows_of_one_event_are_one_match_and_name_what_they_sum_up():
    rows = [Match(("a base",), ("x",), "ref"), Match(("a quote",), ("y",), "ref")]
    (one,) = matches_made("r", SIDES, rows)
    assert (one.subject, one.internal_ids, one.external_ids) == ("a", "a", "t1,t2")
    assert (one.assets, one.at_ns) == ("BTC,USD", START_NS)


def test_what_was_accepted_and_how_close_the_choice_was_are_told():
    gap = Difference(Cause.QTY, "BTC", -1)
    rows = [
        Match(("a base",), ("x",), "nearest", (gap,), ("z",), Margin(0, 3, 7)),
        Match(("a quote",), ("y",), "nearest", (), ("z",), Margin(0, 2, 9)),
    ]
    (one,) = matches_made("r", SIDES, rows, is_suggested=True)
    assert (one.differences, one.runner_up) == ("QTY -1 BTC", "t3")
    assert one.margin == "0 fields, 2 units, 9 ns"
    assert one.is_suggested
