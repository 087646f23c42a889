"""One economic intent, several transactions under one nonce: offered for more, else used up."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from journal.records import TransactionIntended
from live.chain.decoding import BlockHead
from live.execution.machine import State
from live.execution.run import Run
from tests.kit.eventually import eventually
from tests.kit.rebirth import Killed, open_books, started_again
from tests.kit.theatre import HASTY, Theatre
from tests.kit.trading import a_two_leg, an_atomic

GWEI = 10**9


class Attentive(Theatre):
    """A theatre that acts as soon as a block has passed a trade over."""

    tuning = msgspec.structs.replace(HASTY, receipt_s=30.0, stuck_after_s=0.0)

    async def pass_over(self, number: int, base_fee_wei: int = GWEI) -> None:
        """Mine a block without what was sent last, and let it be heard of."""
        self.lane.heads.hear(BlockHead(number, "", "", 0, base_fee_wei))

    async def has_sent(self, count: int) -> None:
        """Wait until so much was sent and is being looked for."""
        await eventually(lambda: len(self.chain.sent) >= count and self.chain.looks)

    def intended(self) -> list[TransactionIntended]:
        return self.recorder.of("transaction.intended")

    def statuses(self) -> dict[str, str]:
        return {f.tx_hash: f.status for f in self.recorder.of("transaction.observed")}


def passed_over(*chain: str, base_fees_wei: tuple[int, ...]) -> Attentive:
    """Play one trade while blocks pass it over at these base fees, two blocks from its deadline."""

    async def story() -> Attentive:
        theatre = Attentive(chain)
        await theatre.lane.open()
        theatre.lane.heads.hear(BlockHead(42, "", "", 0, GWEI))
        playing = asyncio.create_task(theatre.play(an_atomic()))
        for number, base_fee_wei in enumerate(base_fees_wei):
            await theatre.has_sent(number + 1)
            await theatre.pass_over(43 + number, base_fee_wei)
        await playing
        return theatre

    return asyncio.run(story())


def test_a_trade_that_a_block_passed_over_is_offered_for_a_tenth_more_under_its_nonce():
    theatre = passed_over("stuck", "mine", base_fees_wei=(2 * GWEI,))
    first, second = theatre.intended()
    assert first.nonce == second.nonce
    assert first.data_sha256 == second.data_sha256
    assert first.purpose == second.purpose == "leg"
    for cap in ("max_fee_per_gas_wei", "max_priority_fee_per_gas_wei"):
        assert getattr(second, cap) * 10 >= getattr(first, cap) * 11
    assert theatre.statuses() == {first.tx_hash: "REPLACED", second.tx_hash: "INCLUDED"}
    (finished,) = theatre.recorder.of("execution.finished")
    assert finished.outcome == "SETTLED"


def test_a_trade_that_was_evicted_is_offered_again_and_no_second_one_can_be_mined():
    theatre = passed_over("evicted", "mine", base_fees_wei=(2 * GWEI,))
    assert [tx.nonce for tx in theatre.chain.sent] == [0, 0]
    assert len(theatre.chain.receipts) == 1


def test_the_first_attempt_may_still_be_the_one_that_is_mined():
    async def story() -> Attentive:
        theatre = Attentive(["stuck", "refuse"])
        await theatre.lane.open()
        theatre.lane.heads.hear(BlockHead(42, "", "", 0, GWEI))
        playing = asyncio.create_task(theatre.play(an_atomic()))
        await theatre.has_sent(1)
        await theatre.pass_over(43)
        await theatre.has_sent(2)
        theatre.chain.unstick()
        await playing
        return theatre

    theatre = asyncio.run(story())
    first, second = theatre.intended()
    assert theatre.statuses() == {first.tx_hash: "INCLUDED", second.tx_hash: "REJECTED"}
    assert theatre.recorder.of("execution.finished")[0].outcome == "SETTLED"


@pytest.mark.parametrize(
    "base_fees_wei",
    [
        (10**13,),  # the next block costs more than the trade earns
        (GWEI, GWEI),  # the deadline passed with the second block
    ],
)
def test_what_does_not_pay_or_cannot_trade_any_more_is_made_impossible(
    base_fees_wei: tuple[int, ...],
):
    assert_made_impossible(passed_over("stuck", "stuck", base_fees_wei=base_fees_wei))


def test_a_halt_keeps_a_waiting_trade_from_being_offered_for_more_but_not_from_being_undone():
    theatre = halted_while_waiting()
    assert len(theatre.intended()) == 2
    assert_made_impossible(theatre)


def assert_made_impossible(theatre: Attentive) -> None:
    *legs, payment = theatre.intended()
    assert {leg.purpose for leg in legs} == {"leg"}
    assert payment.purpose == "unwind"
    assert payment.max_priority_fee_per_gas_wei * 10 >= legs[-1].max_priority_fee_per_gas_wei * 11
    assert theatre.statuses()[payment.tx_hash] == "INCLUDED"
    assert {theatre.statuses()[leg.tx_hash] for leg in legs} == {"REPLACED"}
    assert theatre.recorder.of("execution.finished")[0].outcome == "FAILED"


def halted_while_waiting() -> Attentive:
    async def story() -> Attentive:
        theatre = Attentive(["stuck"])
        await theatre.lane.open()
        theatre.lane.heads.hear(BlockHead(42, "", "", 0, GWEI))
        playing = asyncio.create_task(theatre.play(an_atomic()))
        await theatre.has_sent(1)
        theatre.halt_reason = "desk is halted: a drill"
        await theatre.pass_over(43)
        await playing
        return theatre

    return asyncio.run(story())


def test_what_waits_behind_another_of_ours_is_not_offered_for_more():
    async def story() -> Attentive:
        theatre = Attentive(["stuck", "mine", "mine"])
        await theatre.lane.open()
        theatre.lane.heads.hear(BlockHead(42, "", "", 0, GWEI))
        names = ("one", "other")
        playing = [
            asyncio.create_task(theatre.play(an_atomic(opportunity_id=name))) for name in names
        ]
        await theatre.has_sent(2)
        await theatre.pass_over(43)
        await asyncio.gather(*playing)
        return theatre

    theatre = asyncio.run(story())
    assert sorted(intent.nonce for intent in theatre.intended()) == [0, 0, 1]
    outcomes = [fact.outcome for fact in theatre.recorder.of("execution.finished")]
    assert outcomes == ["SETTLED", "SETTLED"]


@pytest.mark.parametrize("happening", range(1, 6))
def test_a_process_killed_while_a_trade_is_replaced_is_resumed_by_asking(happening: int):
    async def story() -> tuple[list[Run], Attentive]:
        theatre = Attentive(["stuck", "mine"])
        opportunity = a_two_leg("buy")
        await open_books(theatre, opportunity)
        await theatre.lane.open()
        theatre.lane.heads.hear(BlockHead(42, "", "", 0, GWEI))
        theatre.kill_after(len(theatre.happenings) + happening, Killed())
        playing = asyncio.create_task(theatre.play(opportunity))
        await eventually(lambda: (theatre.chain.sent and theatre.chain.looks) or playing.done())
        await theatre.pass_over(43)
        with pytest.raises(Killed):
            await playing
        return await started_again(theatre), theatre

    (run,), theatre = asyncio.run(story())
    assert run.state in {State.FAILED, State.PARTIAL}
    legs = [tx for tx in theatre.chain.sent if tx.data]
    assert len(legs) <= 2
    assert len({tx.nonce for tx in legs}) <= 1
    assert theatre.venue.sent == [], "the second leg is left when the first one's price is gone"
    (mined_hash,) = theatre.chain.used.values()
    assert (run.state is State.PARTIAL) == (run.leg.intent.tx_hash == mined_hash)
