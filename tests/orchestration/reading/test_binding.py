"""Of a day's orders and transactions few are read to say what is bound: what all would say."""

from __future__ import annotations

from pathlib import Path
from random import Random

import msgspec
import pytest

from domain.home import DeskHome
from domain.positions.bound import (
    Bound,
    SentTransaction,
    bound_by_orders,
    bound_by_transactions,
)
from journal.records import TransactionIntended
from orchestration.captures.pending import FILL
from orchestration.day import POSITIONS, Day
from orchestration.partitions import day_before
from orchestration.reading import books
from orchestration.reading.binding import BOUND, bound_in, seen_until_ns
from orchestration.reading.pending import seen_rows
from orchestration.resources.lake import Cursor
from orchestration.resources.lake_schema import PENDING_EXCHANGE
from tests.kit.desk_day import a_traded_world
from tests.kit.ticking import ToldDay
from tests.kit.world_names import DAY


class Filled(msgspec.Struct):
    order_ref: str
    base_units: int
    at_ns: int


@pytest.fixture
def told(tmp_path: Path, staged: DeskHome) -> ToldDay:
    return ToldDay(tmp_path / "desk", staged, a_traded_world())


def bound_whole(day: Day) -> list[Bound]:
    """Say what is bound from everything that is told of a day."""
    until_ns, journal, card = seen_until_ns(day), day.journal(), day.card
    seen = [books.fill_of(card, row) for row in seen_rows(day, PENDING_EXCHANGE, FILL)]
    fills = {one.trade_id: one for one in (*seen, *day.exchange().fills)}.values()
    parts = [Filled(one.client_order_id, one.base_units, one.at_ns) for one in fills]
    plans = {one.execution_id: one for one in journal.executions}
    mined: dict[str, int] = {}
    for one in day.chain().transactions:
        mined[one.receipt.sender] = max(one.nonce, mined.get(one.receipt.sender, -1))
    return [
        *bound_by_orders(until_ns, card, journal.orders, journal.order_answers, parts, plans),
        *bound_by_transactions(
            until_ns, card, sent_whole(day), journal.transaction_answers, mined, plans,
            {one.opportunity_id: one for one in journal.decisions},
        ),
    ]  # fmt: skip


def sent_whole(day: Day) -> list[SentTransaction]:
    facts = books.facts_of(day.staged("stg_journal__facts"))
    return [
        msgspec.convert(
            msgspec.structs.asdict(fact) | {"intended_ns": row["observed_ns"]}, SentTransaction
        )
        for row, fact in facts
        if isinstance(fact, TransactionIntended)
    ]


def test_whatever_is_told_the_same_is_bound_as_by_everything(told: ToldDay):
    day, subjects = Day(told.home, DAY), set()
    for seed in range(5):
        random = Random(seed)
        told.tell(random, random.choice((0.5, 0.8, 0.95)))
        found = bound_in(day)
        assert sorted(found) == sorted(bound_whole(day))
        subjects |= {one.subject[:2] == "0x" for one in found}
    assert subjects == {True, False}


def test_what_is_told_whole_binds_nothing(told: ToldDay):
    told.tell_all()
    assert bound_in(Day(told.home, DAY)) == []


def test_an_instant_that_the_exchange_was_asked_about_counts_while_it_is_of_the_same_anchor(
    told: ToldDay,
):
    told.tell_all(until=0.5)
    day = Day(told.home, DAY)
    later_ns = day.anchor.cutoff_ns + 5
    told.lake.remember(PENDING_EXCHANGE.name, DAY, Cursor(later_ns, day.anchor.block_hash))
    assert seen_until_ns(day) == later_ns
    told.lake.remember(PENDING_EXCHANGE.name, DAY, Cursor(later_ns, "0xother"))
    assert seen_until_ns(day) == day.anchor.cutoff_ns


def test_an_order_of_a_day_that_is_staged_no_more_rests_until_its_end_is_heard_of(
    told: ToldDay, monkeypatch: pytest.MonkeyPatch
):
    """The order was sent two days before; a day later it had not ended, today it may have."""
    facts = told.whole["raw_journal__facts"]
    intents = [one for one in facts if one["kind"] == "order.intended"]
    name = msgspec.json.decode(intents[0]["payload"])["client_order_id"]
    long_ago = intents[0] | {"observed_ns": intents[0]["observed_ns"] - 2 * 86_400 * 10**9}
    others = [one for one in facts if name not in one["payload"]]
    ends = [one for one in facts if one["kind"] == "order.observed" and name in one["payload"]]
    before, day = day_before(DAY), Day(told.home, DAY)
    told.tell_all()
    told.lake.replace("raw_journal__facts", day_before(before), [long_ago])
    told._replace("raw_journal__facts", others)
    kept = Bound("paper:spot", "paper:ETH", "desk", name, 1, long_ago["observed_ns"])
    told.lake.save(BOUND, before, Bound, [kept])
    told.lake.save(POSITIONS, before, Bound, [])
    told._replace("raw_exchange__fills", [])
    (found,) = bound_in(day)
    assert (found.subject, found.intended_ns) == (name, long_ago["observed_ns"])
    told._replace("raw_journal__facts", [*others, *ends])
    assert bound_in(day) == []
