"""A desk's day as its sources tell it, made for a bench: orders at one exchange, and what follows.

The journal is real; captures are written as capturing leaves them, complete up to the anchor, so
that the close asks no chain and no exchange. Two strategies hedge by turns in orders of ten fills.
Nothing is wrong with the day: what a close finds of it must add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from domain.clock import SECOND_NS, Ns, day_bounds_ns
from domain.desk import Asset, ChainCard, DeskCard, ExchangeCard
from domain.home import DeskHome
from domain.identity import native_asset, venue_asset, wallet_account
from domain.money import from_units
from journal import records
from journal.entry import Entry
from journal.writer import JournalWriter
from orchestration.resources.lake import Cursor, Lake

DAY = "2026-01-05"
FILLS_AN_ORDER = 10
_STEP_NS = SECOND_NS // 10
_CHAIN_ID, _WALLET, _ACCOUNT, _VENUE = 31337, "0x" + "aa" * 20, "paper:spot", "paper"
_NATIVE, _COIN, _MONEY = (
    native_asset(_CHAIN_ID),
    venue_asset(_VENUE, "ETH"),
    venue_asset(_VENUE, "USDC"),
)
_DECIMALS = {_COIN: 10, _MONEY: 8}
_OPENING = {_COIN: 50 * 10**10, _MONEY: 150_000 * 10**8}
_GAS_MONEY_WEI = 10**18
_COIN_UNITS, _MONEY_UNITS, _FEE_UNITS = 10**6, 3_000 * 10**4, 30
_STRATEGIES = ("cex_dex", "dex_dex")
_MARK_EVERY, _BATCH = 50, 500
Row = dict[str, Any]


class _Clock:
    """The time of the story."""

    def __init__(self, start_ns: int) -> None:
        self.ns = start_ns

    def now_ns(self) -> Ns:
        """Give the story's instant."""
        return Ns(self.ns)

    def tick(self) -> int:
        """Let a step pass; give the instant."""
        self.ns += _STEP_NS
        return self.ns


class HeldDay:
    """A day that goes on: trade, then tell, as often as wanted."""

    def __init__(self, home: DeskHome) -> None:
        opened_ns = day_bounds_ns(DAY)[0] + SECOND_NS
        self.home, self.lake, self.clock = home, Lake(home), _Clock(opened_ns)
        self.card, self.held, self.orders, self.fills = _card(opened_ns), dict(_OPENING), 0, 0
        self._facts: list[Entry] = []
        self.block = 0
        self._filled: list[Row] = []
        self._lines: list[Row] = []
        home.root.mkdir(parents=True)
        home.card.write_bytes(msgspec.json.encode(self.card))
        self._open()

    def trade(self, fills: int) -> None:
        """Let orders be filled, ten fills each."""
        for _ in range(fills // FILLS_AN_ORDER):
            self._order()

    def tell(self) -> None:
        """Close the desk, and write what is new to the journal and to the captures."""
        self.block += 1
        self._say(
            records.DeskClosed(
                desk_id=self.card.desk_id, closed_ns=self.clock.tick(), block_number=self.block,
                block_hash=_hash(self.block), reason="the bench looks",
            )
        )  # fmt: skip
        with JournalWriter(self.home, self.clock) as writer:
            for first in range(0, len(self._facts), _BATCH):
                writer.append(self._facts[first : first + _BATCH])
        at_block = Cursor(self.block, _hash(self.block))
        at_instant = Cursor(self.clock.ns, _hash(self.block))
        self.lake.replace("raw_chain__anchors", DAY, [self._anchor()])
        self.lake.append("raw_chain__blocks", DAY, [_block(self.block, self.clock.ns)], at_block)
        for table in ("logs", "transactions", "rebases"):
            self.lake.append(f"raw_chain__{table}", DAY, [], at_block)
        self.lake.append("raw_exchange__fills", DAY, self._filled, at_instant)
        self.lake.append("raw_exchange__ledger_lines", DAY, self._lines, at_instant)
        self.lake.append("raw_exchange__trades", DAY, [], at_instant)
        self.lake.append("raw_exchange__payments", DAY, [], at_instant)
        self.lake.replace("raw_chain__balances", DAY, [self._gas_money()])
        self.lake.remember("raw_chain__balances", DAY, at_block)
        self.lake.replace("raw_exchange__balances", DAY, list(self._stated()))
        self.lake.remember("raw_exchange__balances", DAY, at_instant)
        self._facts, self._filled, self._lines = [], [], []

    # --- what happens ---

    def _open(self) -> None:
        card = self.card
        self._say(records.DeskOpened(desk_id=card.desk_id, opened_ns=card.opened_ns, card=card))
        for asset, units in _OPENING.items():
            amounts, at_ns = (units, 0, units), card.opened_ns - SECOND_NS
            name = f"deposit-{asset.rpartition(':')[2]}"
            self._lines.append(_line(name, "deposit", "deposit", asset, amounts, at_ns))
        self.lake.replace("raw_chain__openings", DAY, [self._gas_money()])

    def _order(self) -> None:
        if self.orders % _MARK_EVERY == 0:
            self._mark()
        number, side = self.orders, ("sell", "buy")[self.orders % 2]
        strategy, self.orders = _STRATEGIES[number // 2 % 2], number + 1
        found_ns = self.clock.tick()
        for fact in _decided(number, strategy, side, found_ns):
            self._say(fact, f"op{number}")
        for _ in range(FILLS_AN_ORDER):
            self._fill(number, side)
        for fact in _answered(number, strategy):
            self._say(fact, f"op{number}")

    def _mark(self) -> None:
        mark_e6 = 3_000_000_000 + self.orders // _MARK_EVERY % 7 * 250_000
        observed_ns = self.clock.tick()
        self._say(
            records.MarkObserved(
                underlying="ETH", policy="cex_mid", venue=_VENUE, mark_e6=mark_e6,
                observed_ns=observed_ns, channel="market", frame=0,
            )
        )  # fmt: skip

    def _fill(self, order: int, side: str) -> None:
        at_ns, sign, trade_id = self.clock.tick(), 1 if side == "buy" else -1, f"t{self.fills}"
        self.fills += 1
        cost = _MONEY_UNITS + self.fills % 97
        self._filled.append(
            {
                "venue": _VENUE, "trade_id": trade_id, "venue_order_id": f"v{order}",
                "client_order_id": f"order-{order}", "pair": "ETHUSDC", "side": side,
                "order_type": "limit", "price": "3000.00", "volume": _text(_COIN, _COIN_UNITS),
                "cost": _text(_MONEY, cost), "fee": _text(_MONEY, _FEE_UNITS), "traded_ns": at_ns,
                "raw": "{}",
            }
        )  # fmt: skip
        for asset, units, fee in (
            (_COIN, sign * _COIN_UNITS, 0),
            (_MONEY, -sign * cost, _FEE_UNITS),
        ):
            self.held[asset] += units - fee
            name = f"l{self.fills}-{asset.rpartition(':')[2]}"
            amounts = units, fee, self.held[asset]
            self._lines.append(_line(name, trade_id, "trade", asset, amounts, at_ns))

    def _say(self, fact: records.Fact, about: str = "") -> None:
        self._facts.append(Entry(fact, self.clock.ns, correlation_id=about))

    # --- what is stated ---

    def _anchor(self) -> Row:
        return {
            "chain_id": _CHAIN_ID, "block_number": self.block, "block_hash": _hash(self.block),
            "timestamp_s": self.clock.ns // SECOND_NS, "cutoff_ns": self.clock.ns,
            "head_block": self.block, "safe_block": self.block, "final_block": self.block,
            "reason": "the desk closed",
        }  # fmt: skip

    def _gas_money(self) -> Row:
        return {
            "account": wallet_account(_CHAIN_ID, _WALLET), "asset": _NATIVE,
            "units": str(_GAS_MONEY_WEI), "block_number": self.block,
            "block_hash": _hash(self.block), "timestamp_s": self.clock.ns // SECOND_NS,
        }  # fmt: skip

    def _stated(self) -> Iterator[Row]:
        for asset, units in self.held.items():
            yield {
                "account": _ACCOUNT, "asset": asset, "as_of_ns": self.clock.ns,
                "units": str(units), "asked_units": str(units),
            }  # fmt: skip


def _card(opened_ns: int) -> DeskCard:
    chain = ChainCard(
        _CHAIN_ID, "anvil", "http://127.0.0.1:1", _NATIVE, _NATIVE, _NATIVE, (), _WALLET,
        "0x" + "ee" * 20, 0,
    )  # fmt: skip
    exchange = ExchangeCard(
        _VENUE, "kraken", "http://127.0.0.1:1", "ws://127.0.0.1:1", "ETH/USDC", _COIN, _MONEY,
        _ACCOUNT, "0.01", "0.00000001", 2600,
    )  # fmt: skip
    assets = (
        Asset(_NATIVE, "ETH", 18, "ETH"),
        Asset(_COIN, "ETH", _DECIMALS[_COIN], "ETH"),
        Asset(_MONEY, "USDC", _DECIMALS[_MONEY], "USDC"),
    )
    return DeskCard("desk-bench", 7, opened_ns, assets, chain, exchange, {})


def _decided(number: int, strategy: str, side: str, found_ns: int) -> Sequence[records.Fact]:
    leg = records.QuotedLeg(
        venue=_VENUE, side=side, base_asset=_COIN, quote_asset=_MONEY,
        base_units=FILLS_AN_ORDER * _COIN_UNITS, quote_units=FILLS_AN_ORDER * _MONEY_UNITS,
        top_price_e6=3_001_000_000, quote_price_e6=3_002_000_000, fee_pips=0, evidence="",
    )  # fmt: skip
    plan = _plan(number, strategy)
    return (
        records.OpportunityFound(
            opportunity_id=f"op{number}", strategy=strategy, legs=(leg,), mark_e6=3_000_000_000,
            block_number=0, block_hash=_hash(0), expected_gross_usd_e24=0, expected_fee_usd_e24=0,
            expected_gas_wei=0, expected_net_usd_e24=10**20, found_ns=found_ns, expires_ns=0,
        ),
        records.RiskDecided(
            opportunity_id=f"op{number}", is_approved=True, reason="within every limit",
            limit_name="", limit_value="", observed_value="",
        ),
        records.ExecutionPlanned(**plan, agent="atomic", venues=(_VENUE,)),
        records.OrderIntended(
            client_order_id=f"order-{number}", execution_id=f"ex{number}", venue=_VENUE,
            symbol="ETH/USDC", side=side, base_units=FILLS_AN_ORDER * _COIN_UNITS,
            limit_price="3000", purpose="hedge",
        ),
    )  # fmt: skip


def _answered(number: int, strategy: str) -> Sequence[records.Fact]:
    last = FILLS_AN_ORDER * (number + 1)
    cost = sum(_MONEY_UNITS + one % 97 for one in range(last - FILLS_AN_ORDER + 1, last + 1))
    plan = _plan(number, strategy)
    return (
        records.OrderObserved(
            client_order_id=f"order-{number}", execution_id=f"ex{number}",
            venue_order_id=f"v{number}", status="FILLED",
            filled_base_units=FILLS_AN_ORDER * _COIN_UNITS, filled_quote_units=cost,
            fee_units=FILLS_AN_ORDER * _FEE_UNITS, fee_asset=_MONEY, reason="",
        ),
        records.ExecutionFinished(**plan, outcome="SETTLED", reason=""),
        records.ExecutionFinalised(
            execution_id=f"ex{number}", strategy=strategy, outcome="SETTLED", block_number=1
        ),
    )  # fmt: skip


def _plan(number: int, strategy: str) -> Mapping[str, str]:
    return {
        "execution_id": f"ex{number}", "opportunity_id": f"op{number}", "strategy": strategy
    }  # fmt: skip


def _line(
    name: str, ref_id: str, kind: str, asset: str, amounts: tuple[int, int, int], at_ns: int
) -> Row:
    units, fee, balance = (_text(asset, amount) for amount in amounts)
    return {
        "venue": _VENUE, "ledger_id": name, "ref_id": ref_id, "entry_type": kind, "subtype": "",
        "currency": asset.rpartition(":")[2], "amount": units, "fee": fee, "balance": balance,
        "booked_ns": at_ns,
    }  # fmt: skip


def _block(number: int, at_ns: int) -> Row:
    return {
        "chain_id": _CHAIN_ID, "number": number, "hash": _hash(number),
        "parent_hash": _hash(number - 1), "base_fee_wei": "1", "timestamp_s": at_ns // SECOND_NS,
        "receipts_root": "0x", "logs_bloom": "0x", "gas_used": 0, "gas_limit": 30_000_000,
        "transaction_count": 0,
    }  # fmt: skip


def _hash(number: int) -> str:
    return f"0xb{number:063x}"


def _text(asset: str, units: int) -> str:
    return from_units(units, _DECIMALS[asset])
