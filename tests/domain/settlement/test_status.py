"""Nothing is claimed of an execution that its evidence does not carry."""

from __future__ import annotations

import msgspec
import pytest

from domain.settlement.settle import settle
from domain.settlement.status import STANDINGS, Part, standing_of, weakest
from domain.settlement.types import ChainBook, Heads
from tests.kit.books import World, cex_dex, dex_dex

HEADS = ChainBook((), Heads(head_block=30, safe_block=20, final_block=10))


def _status(world: World, *, chain=None, exchange=None, journal=None) -> tuple[str, str]:
    told = world.sources()
    changed = [
        msgspec.structs.replace(source, **(changes or {}))
        for source, changes in zip(told, (journal, exchange, chain), strict=True)
    ]
    execution = settle(world.card, *changed).executions[0]
    return execution.status, execution.finality


def _arbitrage(status: int = 1) -> World:
    world = World()
    dex_dex(world, 10**18, 1, 2, gas_wei=5, status=status)
    return world


def _two_legs(**changes: object) -> World:
    world = World()
    cex_dex(world, 10, 5, [(10, 300, 2)], **changes)
    return world


def test_every_venue_served_in_full_is_settled():
    assert _status(_arbitrage()) == ("SETTLED", "final")
    assert _status(_two_legs()) == ("SETTLED", "final")


def test_an_order_filled_short_is_partial_until_a_hedge_fills_the_rest():
    assert _status(_two_legs(wanted_units=12))[0] == "PARTIAL"
    assert _status(_two_legs(wanted_units=12, hedge=[(2, 60, 1)]))[0] == "SETTLED"


def test_a_reverted_arbitrage_failed_with_cost():
    assert _status(_arbitrage(status=0)) == ("FAILED_WITH_COST", "final")


def test_an_execution_that_sent_nothing_is_surely_unsettled():
    world = World()
    world.plan("dex_dex", (world.quoted("univ2-a", "buy", 1, 1),))
    assert _status(world) == ("UNSETTLED", "final")


@pytest.mark.parametrize("status", ["REJECTED", "DROPPED", "REPLACED"])
def test_a_transaction_that_was_never_mined_moved_nothing(status: str):
    world = _arbitrage()
    answer = msgspec.structs.replace(world.answers[0], status=status, finality="none")
    absent = {"transactions": ()}
    assert (
        _status(world, chain=absent, journal={"transaction_answers": (answer,)})[0] == "UNSETTLED"
    )


@pytest.mark.parametrize("status", ["UNKNOWN", "INCLUDED"])
def test_a_transaction_without_a_receipt_is_unknown_whatever_the_loop_believes(status: str):
    world = _arbitrage()
    answer = msgspec.structs.replace(world.answers[0], status=status)
    absent = {"transactions": ()}
    told = {"transaction_answers": (answer,)}
    assert _status(world, chain=absent, journal=told) == ("UNKNOWN", "seen")


def test_a_nonce_used_by_another_transaction_ends_the_first():
    world = _arbitrage()
    lost = msgspec.structs.replace(world.intents[0], tx_hash="0xlost")
    told = {"transactions": (lost,), "transaction_answers": ()}
    assert _status(world, journal=told)[0] == "UNSETTLED"


def test_an_order_nobody_answered_for_is_unknown():
    world = _two_legs(wanted_units=12)
    assert _status(world, journal={"order_answers": ()}) == ("UNKNOWN", "seen")


def test_an_order_filled_in_full_needs_no_answer():
    assert _status(_two_legs(), journal={"order_answers": ()})[0] == "SETTLED"


def test_fills_the_loop_heard_of_and_the_exchange_does_not_list_are_unknown():
    assert _status(_two_legs(), exchange={"fills": ()})[0] == "UNKNOWN"


def test_a_short_fill_of_an_incomplete_statement_is_unknown():
    world = _two_legs(wanted_units=12)
    assert _status(world, exchange={"is_complete": False})[0] == "UNKNOWN"


@pytest.mark.parametrize(
    ("block", "standing"), [(10, "final"), (11, "safe"), (20, "safe"), (21, "included")]
)
def test_a_block_is_as_settled_as_the_heads_say(block: int, standing: str):
    assert standing_of(block, HEADS) == standing


def test_an_execution_is_provisional_until_its_blocks_are_final():
    world = _arbitrage()
    heads = Heads(world.step, world.step, world.step - 1)
    assert _status(world, chain={"heads": heads}) == ("SETTLED", "safe")


def test_the_weakest_part_tells_how_settled_the_whole_is():
    parts = [Part(standing, is_definite=True) for standing in reversed(STANDINGS)]
    assert weakest(parts) == "none"
    assert weakest([]) == "final"
