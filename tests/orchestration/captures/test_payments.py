"""What the exchange tells of deposits and withdrawals, captured through the unmodified client."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from domain.clock import SECOND_NS
from domain.errors import VenueUnavailable
from domain.home import DeskHome
from live.aio.clock import WallClock
from orchestration.captures.exchange import capture_payments
from orchestration.resources.lake import Lake
from rehearsal.exchange import terms
from rehearsal.exchange.commands import Deposit, Withdraw
from rehearsal.exchange.venue import SPOT
from rehearsal.faults import Fault, FaultKind
from tests.kit.exchange import KEY, SECRET, PaperExchange
from tests.orchestration.captures.test_exchange import a_desk, anchor, rehearse

TABLE = "raw_exchange__payments"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_KEY", KEY)
    monkeypatch.setenv("ALPHAPULSE_EXCHANGE_SECRET", SECRET)


def told(home: DeskHome, day: str) -> dict[str, dict[str, Any]]:
    return {row["tx_hash"]: row for row in Lake(home).read(TABLE, day)}


def test_each_payment_has_its_hash_address_and_what_was_charged(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        del client
        home, day = a_desk(tmp_path, paper.rest_url)
        paper.venue.execute(Deposit(SPOT, terms.BASE, 3 * 10**10, "0xAB", "0xDE"))
        paper.venue.execute(Withdraw(SPOT, terms.QUOTE, 10**8, 5, "0xcd", "0xee"))
        assert await asyncio.to_thread(capture_payments, home, day) == 4
        rows = told(home, day)
        came, went = rows["0xab"], rows["0xcd"]
        assert (came["kind"], came["currency"], came["amount"], came["address"]) == (
            "deposit", "ETH", "3.0000000000", "0xde",
        )  # fmt: skip
        assert (went["kind"], went["amount"], went["fee"]) == (
            "withdrawal", "1.00000000", "0.00000005",
        )  # fmt: skip

    rehearse(tmp_path, script)


def test_what_is_told_as_before_stays_as_it_was_read(tmp_path: Path):
    async def script(paper: PaperExchange, client: Any) -> None:
        del client
        home, day = a_desk(tmp_path, paper.rest_url)
        paper.venue.execute(Deposit(SPOT, terms.BASE, 10**10, "0xab", "0xde"))
        await asyncio.to_thread(capture_payments, home, day)
        before = told(home, day)
        assert await asyncio.to_thread(capture_payments, home, day) == 0
        paper.venue.execute(Deposit(SPOT, terms.BASE, 10**10, "0xef", "0xde"))
        anchor(home, day, WallClock().now_ns() + 120 * SECOND_NS)
        assert await asyncio.to_thread(capture_payments, home, day) == 1
        after = told(home, day)
        assert {name: after[name] for name in before} == before
        assert after["0xef"]["told_ns"] > before["0xab"]["told_ns"]

    rehearse(tmp_path, script)


@pytest.mark.parametrize("path", ["DepositStatus", "WithdrawStatus"])
def test_an_answer_that_fails_leaves_what_was_read(tmp_path: Path, path: str):
    async def script(paper: PaperExchange, client: Any) -> None:
        del client
        home, day = a_desk(tmp_path, paper.rest_url)
        await asyncio.to_thread(capture_payments, home, day)
        before = told(home, day)
        anchor(home, day, WallClock().now_ns() + 120 * SECOND_NS)
        await paper.fault(Fault(kind=FaultKind.GARBAGE, path=path))
        with pytest.raises(VenueUnavailable):
            await asyncio.to_thread(capture_payments, home, day)
        assert told(home, day) == before

    rehearse(tmp_path, script)
