"""All comparisons together: honest days are clean, strays are breaks, order does not matter."""

from __future__ import annotations

from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.matching.transactions import match_transactions, source_breaks, unexplained_breaks
from tests.kit.books import World
from tests.kit.histories import HISTORIES, PLANNED_HISTORIES, few


@few
@given(PLANNED_HISTORIES)
def test_a_day_on_which_only_the_meant_happened_has_no_break(world: World):
    assert match_transactions(*world.sources(), world.settled().unexplained).breaks == []


@few
@given(HISTORIES, st.integers())
def test_breaks_do_not_depend_on_the_order_of_arrival(world: World, seed: int):
    shuffled = Random(seed)
    told = world.sources(shuffled)
    expected = match_transactions(*world.sources(), world.settled().unexplained)
    assert match_transactions(*told, world.settled(shuffled).unexplained) == expected


@few
@given(HISTORIES)
def test_every_unexplained_movement_is_a_break_of_its_amount(world: World):
    done = world.settled()
    breaks = {one.subject: one for one in unexplained_breaks(done.unexplained)}
    assert len(breaks) == len(done.unexplained)
    for movement in done.unexplained:
        broken = breaks[movement.movement_id]
        assert (broken.cause, broken.account) == ("UNEXPLAINED", movement.account)
        assert (broken.asset, broken.amount_units) == (movement.asset, movement.units)


def test_a_failed_source_is_one_break_and_not_a_flood():
    _, exchange, chain = World().sources()
    assert list(source_breaks(exchange, chain)) == []
    failed = msgspec.structs.replace(chain, is_complete=False, failure="the node is gone")
    (broken,) = source_breaks(exchange, failed)
    assert (broken.cause, broken.subject) == ("SOURCE_FAILURE", "chain")
    assert broken.evidence == "the node is gone"


@few
@given(PLANNED_HISTORIES, st.randoms(use_true_random=False))
def test_what_a_failed_source_does_not_say_is_unknown_and_never_missing(
    world: World, random: Random
):
    journal, exchange, chain = world.sources()
    fills = tuple(fill for fill in exchange.fills if random.randrange(2))
    mined = tuple(tx for tx in chain.transactions if random.randrange(2))
    half = msgspec.structs.replace(exchange, fills=fills, lines=(), is_complete=False)
    cut = msgspec.structs.replace(chain, transactions=mined, is_complete=False)
    whole_orders = {fill.client_order_id for fill in exchange.fills} - {
        fill.client_order_id for fill in set(exchange.fills) - set(fills)
    }
    found = match_transactions(journal, half, cut, ())
    assert "MISSING_EXTERNAL" not in {one.cause for one in found.breaks}
    assert [one.subject for one in found.breaks if one.recon == "sources"] in (
        ["exchange", "chain"],
        ["chain", "exchange"],
    )
    told = {one.subject for one in found.matches if not one.is_suggested}
    assert told >= whole_orders | {tx.receipt.tx_hash for tx in mined} & {
        intent.tx_hash for intent in world.intents
    }
