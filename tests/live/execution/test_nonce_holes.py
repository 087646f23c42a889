"""Many executions in one lane: no nonce for two trades and no hole, whatever the node does."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.records import TransactionIntended
from live.chain.decoding import BlockHead
from live.execution.legs import execution_id
from live.execution.retiring import gaps_before
from live.execution.run import Run
from tests.kit.facts import fact
from tests.kit.rebirth import Killed, open_books, started_again
from tests.kit.theatre import HASTY, Theatre
from tests.kit.trading import an_atomic

FATES = [
    "mine", "revert", "refuse", "nonce_high", "away", "hang_mined", "lost", "stuck", "evicted",
]  # fmt: skip
PAYMENT_FATES = ["mine", "refuse", "away", "lost", "hang_mined"]
legs = st.lists(st.sampled_from(FATES), min_size=2, max_size=6)
payments = st.lists(st.sampled_from(PAYMENT_FATES), max_size=3)
delays = st.lists(st.integers(0, 3), max_size=60)
objections = st.sets(st.integers(0, 5), max_size=2)


def opportunities(count: int):
    return [an_atomic(opportunity_id=f"opp-{number}") for number in range(count)]


async def played(theatre: Theatre, count: int) -> list[Run]:
    return await asyncio.gather(*(theatre.play(one) for one in opportunities(count)))


def assert_nothing_is_left_behind(theatre: Theatre) -> None:
    """Every nonce is used, none waits, and each trade that left had its nonce for itself."""
    chain = theatre.chain
    assert sorted(chain.used) == list(range(len(chain.used)))
    assert chain.pool == {}, "something waits behind a hole"
    intents: dict[str, TransactionIntended] = {
        intent.tx_hash: intent for intent in theatre.recorder.of("transaction.intended")
    }
    trades: defaultdict[int, set[str]] = defaultdict(set)
    for tx_hash in chain.taken:
        intent = intents[tx_hash]
        if intent.purpose == "leg":
            trades[intent.nonce].add(intent.execution_id)
    assert all(len(trading) == 1 for trading in trades.values())


def assert_outcomes_are_the_chains(theatre: Theatre) -> None:
    receipts = theatre.chain.receipts
    good = {
        intent.execution_id
        for intent in theatre.recorder.of("transaction.intended")
        if intent.purpose == "leg"
        and intent.tx_hash in receipts
        and receipts[intent.tx_hash].status == 1
    }
    last = {fact.execution_id: fact for fact in theatre.recorder.of("execution.finished")}
    assert {one for one, fact in last.items() if fact.outcome == "SETTLED"} == good
    assert {fact.outcome for fact in last.values()} <= {"SETTLED", "FAILED"}


def assert_intents_precede_sends(theatre: Theatre) -> None:
    durable = left = 0
    for happening in theatre.happenings:
        durable += happening == "fact transaction.intended"
        left += happening.startswith("send ") and happening != "send nonce_high"
        assert left <= durable


class Attentive(Theatre):
    """A theatre that mines a block every so many sends, and notices what it passed over."""

    tuning = msgspec.structs.replace(HASTY, stuck_after_s=0.0)

    def mine_every(self, sends: int) -> None:
        def tell(sent: int) -> None:
            if sends and sent % sends == 0:
                self.lane.heads.hear(BlockHead(42 + sent // sends, "", "", 0, 10**9))

        self.chain.tell = tell


@settings(max_examples=60, deadline=None)
@given(legs, payments, delays, objections, objections, st.integers(0, 4))
def test_no_fate_of_a_send_leaves_a_hole_or_gives_two_trades_one_nonce(
    fates: list[str],
    paid: list[str],
    late: list[int],
    objected: set[int],
    unsigned: set[int],
    sends_a_block: int,
):
    async def story() -> Theatre:
        theatre = Attentive(fates, turns=iter(late))
        theatre.mine_every(sends_a_block)
        theatre.chain.payment_script = paid
        theatre.chain.objects_to = objected
        theatre.signer.fails_at = unsigned
        await played(theatre, len(fates))
        theatre.signer.fails_at = set()
        await theatre.play(an_atomic(opportunity_id="afterwards"))
        return theatre

    theatre = asyncio.run(story())
    assert_nothing_is_left_behind(theatre)
    assert_outcomes_are_the_chains(theatre)
    assert_intents_precede_sends(theatre)


@settings(max_examples=40, deadline=None)
@given(legs, payments, delays, st.integers(1, 30), st.integers(0, 4))
def test_a_process_killed_anywhere_leaves_nothing_behind_once_the_next_has_asked(
    fates: list[str], paid: list[str], late: list[int], happening: int, sends_a_block: int
):
    async def story() -> Theatre:
        theatre = Attentive(fates, turns=iter(late))
        theatre.mine_every(sends_a_block)
        theatre.chain.payment_script = paid
        for one in opportunities(len(fates)):
            await open_books(theatre, one)
        theatre.kill_after(len(theatre.happenings) + happening, Killed())
        await killed_while_playing(theatre, len(fates))
        theatre.chain.tell = lambda _: None
        await started_again(theatre)
        return theatre

    theatre = asyncio.run(story())
    assert_nothing_is_left_behind(theatre)
    assert_outcomes_are_the_chains(theatre)
    assert_intents_precede_sends(theatre)


async def killed_while_playing(theatre: Theatre, count: int) -> None:
    """Play until one dies; the others die with it."""
    tasks = [asyncio.create_task(theatre.play(one)) for one in opportunities(count)]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled() and task.exception() is not None:
            assert isinstance(task.exception(), Killed)


def test_the_payment_that_fills_a_hole_is_booked_to_the_trade_that_made_it():
    async def story() -> Theatre:
        theatre = Theatre(["refuse"])
        await played(theatre, 2)
        return theatre

    theatre = asyncio.run(story())
    refused, behind = (execution_id(f"opp-{number}") for number in range(2))
    filled = [i for i in theatre.recorder.of("transaction.intended") if i.purpose == "unwind"]
    assert [(i.execution_id, i.nonce) for i in filled] == [(refused, 0)]
    observed = {f.tx_hash: f.status for f in theatre.recorder.of("transaction.observed")}
    assert observed[filled[0].tx_hash] == "INCLUDED"
    outcomes = {f.execution_id: f.outcome for f in theatre.recorder.of("execution.finished")}
    assert outcomes == {refused: "FAILED", behind: "SETTLED"}


def test_a_nonce_that_a_stranger_used_is_no_hole_and_costs_no_payment():
    async def story() -> Theatre:
        theatre = Theatre()
        await theatre.lane.open()
        theatre.chain.used[0] = "0x" + "99" * 32
        await played(theatre, 2)
        return theatre

    theatre = asyncio.run(story())
    assert {i.purpose for i in theatre.recorder.of("transaction.intended")} == {"leg"}
    outcomes = [fact.outcome for fact in theatre.recorder.of("execution.finished")]
    assert sorted(outcomes) == ["FAILED", "SETTLED"]


def test_a_gap_is_answered_for_by_whoever_had_its_nonce_else_by_whoever_waits_behind():
    theatre = Theatre()

    def a_run(name: str, nonce: int, status: str) -> Run:
        from live.execution.answers import ChainAnswer
        from live.execution.run import SentTransaction

        opportunity = an_atomic(opportunity_id=name)
        run = Run(name, "atomic", opportunity, theatre.trail(opportunity))
        intent = fact("transaction.intended", nonce=nonce, purpose="leg")
        assert isinstance(intent, TransactionIntended)
        run.transactions.append(SentTransaction(intent, ChainAnswer(status)))
        return run

    refused, waiting = a_run("refused", 5, "REJECTED"), a_run("waiting", 7, "UNKNOWN")
    over = a_run("over", 8, "REJECTED")
    found = gaps_before(4, [refused, waiting, over])
    assert [(nonce, run.execution_id) for nonce, run in found] == [
        (4, "waiting"), (5, "refused"), (6, "waiting"),
    ]  # fmt: skip
    assert gaps_before(8, [refused, waiting, over]) == []
