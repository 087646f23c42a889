"""A whole desk day on disk, from a world whose truth is known: journal written, sources captured.

The journal is real; captures are written as the capturing code would have left them, complete up to
the anchor, so that no chain and no exchange has to run for the books to be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from domain.clock import SECOND_NS
from domain.desk import DeskCard
from domain.home import DeskHome
from domain.money import from_units
from domain.settlement.types import (
    ChainTransaction,
    ExchangeFill,
    LedgerLine,
    Payment,
    RebaseSeen,
)
from journal import records
from journal.entry import Entry
from journal.records import Fact
from journal.writer import JournalWriter
from orchestration.resources.lake import Cursor, Lake
from tests.kit.books import World, cex_dex, dex_dex
from tests.kit.clock import NOON_NS, HandClock
from tests.kit.facts import ETH, PAPER_ETH, PAPER_USDC, USDC, WETH
from tests.kit.homes import a_home
from tests.kit.incidents import PAPER_BNB
from tests.kit.world_names import DAY, OPENING, PAPER_ACCOUNT, UNDERWAY, block_hash

DECIMALS = {WETH: 18, USDC: 6, ETH: 18, PAPER_ETH: 10, PAPER_USDC: 8, PAPER_BNB: 8}
Fault = Callable[[World], object]


def a_traded_world() -> World:
    """Trade a day with a known truth: both strategies, a revert, a partial fill, a decline."""
    world = World()
    world.card = msgspec.structs.replace(
        world.card, chain=msgspec.structs.replace(world.card.chain, opening_block=0)
    )
    world.mark(3_000_000_000)
    dex_dex(world, 10**18, 2_990 * 10**6, 3_011 * 10**6, gas_wei=3 * 10**14)
    world.mark(3_004_500_000)
    cex_dex(world, 10**10, 2_999 * 10**6, [(10**10, 3_003 * 10**8, 3 * 10**8)])
    dex_dex(world, 10**18, 2_990 * 10**6, 3_011 * 10**6, gas_wei=10**14, status=0)
    world.plan("dex_dex", (world.quoted("univ2-a", "buy", 1, 1),), is_taken=False)
    world.mark(2_998_250_000)
    cex_dex(
        world,
        2 * 10**10,
        5_990 * 10**6,
        [(10**10, 3_001 * 10**8, 3 * 10**8)],
        wanted_units=2 * 10**10,
        hedge=[(10**10, 2_997 * 10**8, 3 * 10**8)],
    )
    world.mark(3_001_000_000)
    return world


def a_desk_day(
    tmp_path: Path, world: World | None = None, *, fault: Fault | None = None
) -> tuple[DeskHome, World]:
    """Write a world down as a desk's journal and captures.

    Args:
        tmp_path: Where the desk lives.
        world: What happened; :func:`a_traded_world` when not given.
        fault: Changes what the outside says after the loop has written its journal.
    """
    told = world or a_traded_world()
    home = a_home(tmp_path, **_card_of(told))
    write_journal(home, told)
    if fault:
        fault(told)
    capture(home, told)
    return home, told


def _card_of(world: World) -> dict[str, Any]:
    card = world.card
    return {
        "opened_ns": card.opened_ns, "chain": card.chain, "assets": card.assets,
        "mark_policy": card.mark_policy, "exchange": card.exchange,
    }  # fmt: skip


# --- the journal ----------------------------------------------------------------------------------


def write_journal(home: DeskHome, world: World) -> None:
    """Write what the loop remembers of a world, the desk's opening and closing included."""
    clock = HandClock(world.now_ns)
    with JournalWriter(home, clock) as writer:
        for fact, observed_ns, opportunity_id in _facts(world):
            writer.append([Entry(fact, observed_ns, correlation_id=opportunity_id)])


def _facts(world: World) -> Iterable[tuple[Fact, int, str]]:
    card, end_ns = world.card, world.now_ns
    yield _opened(card), card.opened_ns, ""
    for mark in world.marks:
        yield _mark(mark.at_ns, mark.mark_e6), mark.at_ns, ""
    for decision in world.decisions:
        yield _found(decision), decision.found_ns, decision.opportunity_id
    for verdict in world.verdicts:
        yield _decided(verdict), end_ns, verdict.opportunity_id
    opportunity = {plan.execution_id: plan.opportunity_id for plan in world.executions}
    for plan in world.executions:
        yield _as(records.ExecutionPlanned, plan), plan.planned_ns, plan.opportunity_id
    acting = (
        (records.OrderIntended, world.orders, "intended_ns", {}),
        (records.OrderObserved, world.order_answers, "observed_ns", {"reason": ""}),
        (records.TransactionIntended, world.intents, "intended_ns", _GAS_OFFERED),
        (records.TransactionObserved, world.answers, "observed_ns", {"reason": ""}),
    )
    for kind, items, time_field, more in acting:
        for item in items:
            yield _as(kind, item, **more), getattr(item, time_field), opportunity[item.execution_id]
    for plan in world.executions:
        yield _finished(plan), end_ns, plan.opportunity_id
        yield _finalised(plan, world.step), end_ns, plan.opportunity_id
    yield _closed(world), end_ns, ""


_GAS_OFFERED = {
    "gas_limit": 500_000, "max_fee_per_gas_wei": 10, "max_priority_fee_per_gas_wei": 1,
    "data_sha256": "00" * 32,
}  # fmt: skip


def _as(kind: type[Fact], item: msgspec.Struct, **more: Any) -> Fact:
    return msgspec.convert(msgspec.to_builtins(item) | more, type=kind)


def _opened(card: DeskCard) -> Fact:
    return records.DeskOpened(desk_id=card.desk_id, opened_ns=card.opened_ns, card=card)


def _mark(at_ns: int, mark_e6: int) -> Fact:
    return records.MarkObserved(
        underlying="ETH", policy="cex_mid", venue="paper", mark_e6=mark_e6, observed_ns=at_ns,
        channel="market", frame=0,
    )  # fmt: skip


def _found(decision: Any) -> Fact:
    return _as(records.OpportunityFound, decision, block_number=0, block_hash=block_hash(0))


def _decided(verdict: Any) -> Fact:
    return _as(records.RiskDecided, verdict, limit_name="", limit_value="", observed_value="")


def _finished(plan: Any) -> Fact:
    return _as(records.ExecutionFinished, plan, outcome="SETTLED", reason="")


def _finalised(plan: Any, block_number: int) -> Fact:
    return _as(records.ExecutionFinalised, plan, outcome="SETTLED", block_number=block_number)


def _closed(world: World) -> Fact:
    return records.DeskClosed(
        desk_id=world.card.desk_id, closed_ns=world.now_ns, block_number=world.step,
        block_hash=block_hash(world.step), reason="the test is over",
    )  # fmt: skip


# --- the captures ---------------------------------------------------------------------------------


def capture(home: DeskHome, world: World, day: str = DAY) -> None:
    """Write what chain and exchange say, complete up to the block the desk closed at."""
    lake, last = Lake(home), world.step
    lake.replace("raw_chain__anchors", day, [_anchor(world)])
    to_block = Cursor(last, block_hash(last))
    lake.append("raw_chain__logs", day, list(_logs(world)), to_block)
    lake.append("raw_chain__transactions", day, list(map(_transaction, world.mined)), to_block)
    lake.append("raw_chain__blocks", day, [_block(n) for n in range(1, last + 1)], to_block)
    lake.replace("raw_chain__openings", day, _openings(world))
    lake.append("raw_chain__rebases", day, list(map(_rebase, world.rebases)), to_block)
    lake.replace("raw_chain__balances", day, _closings(world))
    lake.remember("raw_chain__balances", day, to_block)
    to_instant = Cursor(world.now_ns, block_hash(last))
    lake.append("raw_exchange__fills", day, list(map(_fill, world.fills)), to_instant)
    lines = [*_deposits(world), *map(line_row, world.lines)]
    lake.append("raw_exchange__ledger_lines", day, lines, to_instant)
    lake.replace("raw_exchange__payments", day, list(map(_payment, world.payments)))
    lake.remember("raw_exchange__payments", day, to_instant)
    lake.append("raw_exchange__trades", day, _trades(world), to_instant)
    lake.replace("raw_exchange__balances", day, exchange_balances(world))
    lake.remember("raw_exchange__balances", day, to_instant)


def _anchor(world: World) -> dict[str, Any]:
    head = world.step
    return {
        "chain_id": 31337, "block_number": head, "block_hash": block_hash(head),
        "timestamp_s": world.now_ns // SECOND_NS, "cutoff_ns": world.now_ns, "head_block": head,
        "safe_block": head, "final_block": head, "reason": "the desk closed",
    }  # fmt: skip


def _block(number: int) -> dict[str, Any]:
    return {
        "chain_id": 31337, "number": number, "hash": block_hash(number),
        "parent_hash": block_hash(number - 1), "base_fee_wei": "1",
        "timestamp_s": NOON_NS // SECOND_NS + number, "receipts_root": "0x", "logs_bloom": "0x",
        "gas_used": 0, "gas_limit": 30_000_000, "transaction_count": 1,
    }  # fmt: skip


def _transaction(mined: ChainTransaction) -> dict[str, Any]:
    receipt = mined.receipt
    same = msgspec.structs.asdict(receipt)
    return same | {
        "chain_id": 31337, "recipient": receipt.to, "nonce": mined.nonce,
        "block_timestamp_s": mined.at_ns // SECOND_NS, "gas_limit": 10**15,
        "value_wei": str(receipt.value_wei), "blob_gas_price_wei": "0", "l1_fee_wei": "0",
        "effective_gas_price_wei": str(receipt.effective_gas_price_wei),
    }  # fmt: skip


def _logs(world: World) -> Iterable[dict[str, Any]]:
    for mined in world.mined:
        for log in mined.receipt.logs:
            topics = [*log.topics, None, None, None, None]
            yield msgspec.structs.asdict(log) | {
                "chain_id": 31337,
                "block_timestamp_s": mined.at_ns // SECOND_NS,
                **{f"topic{i}": topics[i] for i in range(4)},
            }


def _rebase(seen: RebaseSeen) -> dict[str, Any]:
    return msgspec.structs.asdict(seen) | {
        "timestamp_s": seen.at_ns // SECOND_NS,
        "before_units": str(seen.before_units),
        "after_units": str(seen.after_units),
    }


def _openings(world: World) -> list[dict[str, Any]]:
    return _balances(OPENING, 0, world.card.opened_ns)


def _closings(world: World) -> list[dict[str, Any]]:
    return _balances(world.held, world.step, world.now_ns)


def _balances(held: Mapping[tuple[str, str], int], number: int, at_ns: int) -> list[dict[str, Any]]:
    return [
        {
            "account": account, "asset": asset, "units": str(units), "block_number": number,
            "block_hash": block_hash(number), "timestamp_s": at_ns // SECOND_NS,
        }
        for (account, asset), units in held.items()
        if account not in (PAPER_ACCOUNT, UNDERWAY)
    ]  # fmt: skip


def exchange_balances(world: World) -> list[dict[str, Any]]:
    """Write what the exchange answers when it is asked what we hold."""
    return [
        {
            "account": account, "asset": asset, "as_of_ns": world.now_ns, "units": str(units),
            "asked_units": str(units),
        }
        for (account, asset), units in world.held.items()
        if account == PAPER_ACCOUNT
    ]  # fmt: skip


def _deposits(world: World) -> list[dict[str, Any]]:
    """What came to the exchange before the desk opened."""
    return [
        {
            "venue": "paper", "ledger_id": f"deposit-{code}", "ref_id": "deposit",
            "entry_type": "deposit", "subtype": "", "currency": code,
            "amount": _text(asset, OPENING[PAPER_ACCOUNT, asset]), "fee": "0",
            "balance": _text(asset, OPENING[PAPER_ACCOUNT, asset]),
            "booked_ns": world.card.opened_ns - SECOND_NS,
        }
        for code, asset in (("ETH", PAPER_ETH), ("USDC", PAPER_USDC))
    ]  # fmt: skip


def _fill(fill: ExchangeFill) -> dict[str, Any]:
    return {
        "venue": fill.venue, "trade_id": fill.trade_id, "venue_order_id": fill.order_id,
        "client_order_id": fill.client_order_id, "pair": "ETHUSDC", "side": fill.side,
        "order_type": "limit", "price": "3000.00", "volume": _text(PAPER_ETH, fill.base_units),
        "cost": _text(PAPER_USDC, fill.quote_units), "fee": _text(PAPER_USDC, fill.fee_units),
        "traded_ns": fill.at_ns, "raw": "{}",
    }  # fmt: skip


def line_row(line: LedgerLine) -> dict[str, Any]:
    """Write a line of the statement as it is captured."""
    return {
        "venue": line.venue, "ledger_id": line.line_id, "ref_id": line.ref_id,
        "entry_type": line.kind, "subtype": "", "currency": line.asset.rpartition(":")[2],
        "amount": _text(line.asset, line.units), "fee": _text(line.asset, line.fee_units),
        "balance": _text(line.asset, line.balance_after_units), "booked_ns": line.at_ns,
    }  # fmt: skip


def _payment(one: Payment) -> dict[str, Any]:
    return {
        "venue": one.venue, "ref_id": one.ref_id, "kind": one.kind,
        "currency": one.asset.rpartition(":")[2], "amount": _text(one.asset, one.units),
        "fee": _text(one.asset, one.fee_units), "tx_hash": one.tx_hash, "address": one.address,
        "status": "Success", "requested_ns": one.at_ns, "told_ns": one.told_ns,
    }  # fmt: skip


def _trades(world: World) -> list[dict[str, Any]]:
    """Trades of others: one that bought and one that sold."""
    return [
        {
            "venue": "paper", "symbol": "ETH/USDC", "trade_id": number, "price": price,
            "quantity": "0.50000000", "venue_ns": world.card.opened_ns + number, "side": side,
        }
        for number, side, price in ((1, "buy", "3000.10"), (2, "sell", "2999.90"))
    ]  # fmt: skip


def _text(asset: str, units: int) -> str:
    return from_units(units, DECIMALS[asset])
