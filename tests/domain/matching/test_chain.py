"""What the loop heard of a transaction, against what the chain keeps."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given

from domain.matching.chain import FINALITY_PATIENCE_NS, match_chain
from domain.matching.types import Break
from domain.settlement.types import Heads
from tests.kit.books import World, dex_dex
from tests.kit.facts import ETH
from tests.kit.histories import PLANNED_HISTORIES, few
from tests.kit.world_names import block_hash


def _world(status: int = 1) -> World:
    world = World()
    dex_dex(world, 10, 20, 30, gas_wei=7, status=status)
    return world


def _found(world: World, **changes: object) -> list[Break]:
    journal, _, chain = world.sources()
    return match_chain(journal, msgspec.structs.replace(chain, **changes)).breaks


def _answered(world: World, **changes: object) -> list[Break]:
    world.answers[0] = msgspec.structs.replace(world.answers[0], **changes)
    return _found(world)


@few
@given(PLANNED_HISTORIES)
def test_an_honest_chain_has_no_break(world: World):
    assert _found(world) == []


@pytest.mark.parametrize(
    ("status", "fault", "cause"),
    [
        (1, {"finality": "none", "status": "UNKNOWN"}, "MISSING_INTERNAL"),
        (1, {"block_hash": block_hash(9)}, "REORGED"),
        (1, {"status": "REVERTED"}, "REVERTED_TX"),
        (0, {"status": "INCLUDED"}, "REVERTED_TX"),
    ],
)
def test_an_answer_the_chain_contradicts_is_a_break(status: int, fault: dict, cause: str):
    assert [one.cause for one in _answered(_world(status), **fault)] == [cause]


def test_gas_is_compared_to_the_wei_in_the_native_coin():
    (broken,) = _answered(_world(), gas_used=6)
    assert (broken.cause, broken.asset, broken.amount_units) == ("GAS_UNBOOKED", ETH, 1)


def test_a_transaction_the_chain_does_not_have_is_missing_outside():
    assert [one.cause for one in _found(_world(), transactions=())] == ["MISSING_EXTERNAL"]


def test_of_an_incomplete_chain_absence_proves_nothing():
    assert _found(_world(), transactions=(), is_complete=False) == []


@pytest.mark.parametrize("status", ["REJECTED", "DROPPED", "REPLACED"])
def test_what_the_loop_knows_was_never_mined_is_no_break(status: str):
    world = _world()
    world.answers[0] = msgspec.structs.replace(world.answers[0], status=status)
    assert _found(world, transactions=()) == []


def test_another_transaction_with_our_nonce_is_a_replacement():
    world = _world()
    world.intents[0] = msgspec.structs.replace(world.intents[0], tx_hash="0xlost")
    (broken,) = _found(world)
    assert broken.cause == "REPLACED_TX"
    assert world.mined[0].receipt.tx_hash in broken.evidence


def test_a_block_short_of_final_is_pending_until_it_expires():
    world = _world()
    at_ns = world.mined[0].at_ns
    (broken,) = _found(world, heads=Heads(world.step, world.step, world.step - 1))
    assert (broken.cause, broken.severity) == ("PENDING_FINALITY", "info")
    assert broken.expires_ns == at_ns + FINALITY_PATIENCE_NS


def test_a_transaction_nobody_claims_was_mined_is_a_matter_of_timing_until_it_expires():
    for answers in ([], [msgspec.structs.replace(_world().answers[0], finality="none")]):
        world = _world()
        world.answers = answers
        (broken,) = _found(world, transactions=())
        assert (broken.cause, broken.severity) == ("TIMING", "info")
        assert broken.expires_ns == world.intents[0].intended_ns + FINALITY_PATIENCE_NS


def test_a_transaction_mined_beyond_the_anchor_is_a_matter_of_timing_too():
    world = _world()
    mined_at = world.answers[0].block_number
    (after,) = _found(world, transactions=(), until_block=mined_at - 1)
    assert after.cause == "TIMING"
    (within,) = _found(world, transactions=(), until_block=mined_at)
    assert within.cause == "MISSING_EXTERNAL"
