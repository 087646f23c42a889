"""Sample facts: one valid instance of every kind, and builders that change a field of it."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.desk import Asset, ChainCard, DeskCard, ExchangeCard, Pool
from domain.identity import erc20_asset, native_asset, venue_asset
from journal.entry import Entry
from journal.records import KINDS, AssetHeld, AssetTold, Fact, QuotedLeg, SenderCount
from tests.kit.clock import NOON_NS

CHAIN_ID = 31337
WETH = erc20_asset(CHAIN_ID, "0x" + "11" * 20)
USDC = erc20_asset(CHAIN_ID, "0x" + "22" * 20)
ETH = native_asset(CHAIN_ID)
PAPER_ETH = venue_asset("paper", "ETH")
PAPER_USDC = venue_asset("paper", "USDC")
WALLET = "0x" + "aa" * 20
EXECUTOR = "0x" + "ee" * 20
BLOCK_HASH = "0x" + "b1" * 32
TX_HASH = "0x" + "7a" * 32
PROCESSES = (
    "chain", "exchange", "market", "relay", "recorder",
    "collector-cex", "collector-dex", "detector", "trader",
)  # fmt: skip


def a_card(**changes: Any) -> DeskCard:
    """Build the desk of the house: three pools, one exchange, metrics on ephemeral ports."""
    card = DeskCard(
        desk_id="desk-test",
        seed=7,
        opened_ns=NOON_NS,
        assets=(
            Asset(WETH, "WETH", 18, "ETH"),
            Asset(USDC, "USDC", 6, "USDC"),
            Asset(ETH, "ETH", 18, "ETH"),
            Asset(PAPER_ETH, "ETH", 10, "ETH"),
            Asset(PAPER_USDC, "USDC", 8, "USDC"),
        ),
        chain=_a_chain(),
        exchange=_an_exchange(),
        metrics_ports=dict.fromkeys(PROCESSES, 0),
    )
    return msgspec.structs.replace(card, **changes)


def _a_chain() -> ChainCard:
    return ChainCard(
        chain_id=CHAIN_ID,
        engine="anvil",
        rpc_url="http://127.0.0.1:1",
        native=ETH,
        base_token=WETH,
        quote_token=USDC,
        pools=(
            Pool("univ2-a", "v2", "0x" + "a1" * 20, WETH, USDC, 3000),
            Pool("univ2-b", "v2", "0x" + "b2" * 20, WETH, USDC, 3000),
            Pool("univ3", "v3", "0x" + "c3" * 20, WETH, USDC, 500, 10),
        ),
        wallet=WALLET,
        executor=EXECUTOR,
        opening_block=10,
    )


def _an_exchange() -> ExchangeCard:
    return ExchangeCard(
        venue="paper",
        dialect="kraken",
        rest_url="http://127.0.0.1:1",
        ws_url="ws://127.0.0.1:1",
        symbol="ETH/USDC",
        base_asset=PAPER_ETH,
        quote_asset=PAPER_USDC,
        account="paper:spot",
        price_tick="0.01",
        lot="0.00000001",
        taker_fee_pips=2600,
    )


def a_leg(**changes: Any) -> QuotedLeg:
    """Build a quoted leg: one WETH bought at 3009.03 USDC on a pool whose spot is 3000."""
    leg = QuotedLeg(
        venue="univ2-a",
        side="buy",
        base_asset=WETH,
        quote_asset=USDC,
        base_units=10**18,
        quote_units=3_009_030_000,
        top_price_e6=3_000_000_000,
        quote_price_e6=3_009_030_000,
        fee_pips=3000,
        evidence=BLOCK_HASH,
    )
    return msgspec.structs.replace(leg, **changes)


_FIELDS: dict[str, dict[str, Any]] = {
    "desk.opened": {"desk_id": "desk-test", "opened_ns": NOON_NS, "card": a_card()},
    "desk.closed": {
        "desk_id": "desk-test", "closed_ns": NOON_NS + 9, "block_number": 42,
        "block_hash": BLOCK_HASH, "reason": "asked to stop",
    },
    "market.segment": {
        "channel": "market", "path": "journal/wire/market/000000000000.seg", "first_frame": 0,
        "last_frame": 9, "frames": 10, "size_bytes": 840, "sha256": "ab" * 32,
        "first_ns": NOON_NS, "last_ns": NOON_NS + 9,
        "senders": (
            SenderCount(
                source="5", first=0, last=10, frames=10, missing=1, noticed=1, is_known=True
            ),
        ),
    },
    "market.mark": {
        "underlying": "ETH", "policy": "cex_mid", "venue": "paper", "mark_e6": 3_000_005_000,
        "observed_ns": NOON_NS, "channel": "market", "frame": 17,
    },
    "opportunity.found": {
        "opportunity_id": "opp-1", "strategy": "dex_dex",
        "legs": (a_leg(), a_leg(venue="univ2-b", side="sell", quote_units=3_040_000_000)),
        "mark_e6": 3_000_005_000, "block_number": 42, "block_hash": BLOCK_HASH,
        "expected_gross_usd_e24": 30 * 10**24, "expected_fee_usd_e24": 0,
        "expected_gas_wei": 5 * 10**14, "expected_net_usd_e24": 28 * 10**24,
        "found_ns": NOON_NS, "expires_ns": NOON_NS + 2 * 10**9,
    },
    "risk.decided": {
        "opportunity_id": "opp-1", "is_approved": False, "reason": "the position is too large",
        "limit_name": "max_position", "limit_value": "5", "observed_value": "7",
    },
    "execution.planned": {
        "execution_id": "exe-1", "opportunity_id": "opp-1", "strategy": "dex_dex",
        "agent": "atomic", "venues": ("univ2-a", "univ2-b"),
    },
    "order.intended": {
        "client_order_id": "cl-1", "execution_id": "exe-2", "venue": "paper", "symbol": "ETH/USDC",
        "side": "sell", "base_units": 10**10, "limit_price": "2990.50", "purpose": "leg",
    },
    "order.observed": {
        "client_order_id": "cl-1", "execution_id": "exe-2", "venue_order_id": "O-1",
        "status": "FILLED", "filled_base_units": 10**10, "filled_quote_units": 299_100_000_000,
        "fee_units": 777_660_000, "fee_asset": PAPER_USDC, "reason": "",
    },
    "transaction.intended": {
        "tx_hash": TX_HASH, "execution_id": "exe-1", "chain_id": CHAIN_ID, "signer": WALLET,
        "nonce": 3, "to": EXECUTOR, "value_wei": 0, "gas_limit": 400_000,
        "max_fee_per_gas_wei": 3 * 10**9, "max_priority_fee_per_gas_wei": 10**9,
        "data_sha256": "cd" * 32, "purpose": "leg", "venues": ("univ2-a", "univ2-b"),
    },
    "transaction.observed": {
        "tx_hash": TX_HASH, "execution_id": "exe-1", "status": "INCLUDED", "finality": "included",
        "block_number": 43, "block_hash": BLOCK_HASH, "gas_used": 224_000,
        "effective_gas_price_wei": 2 * 10**9, "reason": "",
    },
    "execution.finished": {
        "execution_id": "exe-1", "opportunity_id": "opp-1", "strategy": "dex_dex",
        "outcome": "SETTLED", "reason": "",
    },
    "execution.finalised": {
        "execution_id": "exe-1", "strategy": "dex_dex", "outcome": "SETTLED", "block_number": 43,
    },
    "risk.result": {
        "execution_id": "exe-1", "strategy": "dex_dex", "venues": ("univ2-a", "univ2-b"),
        "outcome": "SETTLED", "result_usd_e24": 30 * 10**24, "is_known": True,
        "took_ns": 10**9, "counted_ns": NOON_NS,
    },
    "feed.gap": {
        "source": "relay", "noticed": "gap", "expected": 5, "got": 9, "noticed_ns": NOON_NS,
    },
    "alert.raised": {
        "alert": "breaker_open", "severity": "warning", "subject": "strategy:dex_dex",
        "detail": "three failures in a row", "raised_ns": NOON_NS,
    },
    "order.halt": {
        "scope": "strategy:dex_dex", "cause_id": "break-1", "reason": "a balance does not agree",
    },
    "order.limits": {
        "version": 1, "rulebook": "{}", "reason": "a calmer day", "ordered_ns": NOON_NS,
    },
    "period.marked": {
        "period": "2025-11-20", "is_locked": True, "decided_by": "somebody",
        "reason": "reviewed", "audit_head": "9:" + "ab" * 32, "decided_ns": NOON_NS,
    },
    "correction.decided": {
        "entry_id": "entry-1", "break_id": "break-1", "period": "2025-11-20",
        "cause": "GAS_UNBOOKED", "account": "paper:spot", "counter": "suspense:gas_unbooked",
        "asset": "paper:ETH", "units": -7, "evidence_sha256": ("ab" * 32,), "prepared_by": "ann",
        "approved_by": "bob", "note": "", "counts_ns": NOON_NS, "decided_ns": NOON_NS + 1,
        "is_withdrawn": False,
    },
    "parent.ordered": {
        "parent_id": "parent-1", "algorithm": "twap", "venues": ("paper",),
        "symbol": "ETH/USDC", "side": "buy", "base_units": 10**11, "limit_price": "3010.00",
        "start_ns": NOON_NS, "end_ns": NOON_NS + 60 * 10**9, "slices": 6, "curve": (),
        "display_units": 0, "mark_e6": 3_000_000_000,
    },
    "inventory.read": {
        "account": "eip155:31337:" + WALLET, "block_number": 43, "block_hash": BLOCK_HASH,
        "holdings": (AssetHeld(asset=WETH, units=10**18), AssetHeld(asset=USDC, units=5)),
        "read_ns": NOON_NS,
    },
    "inventory.told": {
        "account": "paper:spot",
        "holdings": (AssetTold(asset=PAPER_ETH, free_units=7, locked_units=3),),
        "asked_ns": NOON_NS, "answered_ns": NOON_NS + 10**6,
    },
}  # fmt: skip


def fact(kind: str, **changes: Any) -> Fact:
    """Build the sample fact of a kind, with some fields changed."""
    return KINDS[kind](**{**_FIELDS[kind], **changes})


def sample_facts() -> dict[str, Fact]:
    """Build one valid fact of every kind, by kind, in the order of `KINDS`."""
    return {kind: fact(kind) for kind in KINDS}


def a_mark(n: int, **changes: Any) -> Fact:
    """Build the n-th of many different marks, a second apart."""
    fields = {"observed_ns": NOON_NS + n * 10**9, "frame": n, "mark_e6": 3_000_000_000 + n}
    return fact("market.mark", **{**fields, **changes})


def an_entry(of: Fact | None = None, **changes: Any) -> Entry:
    """Build an entry around a fact (a mark unless given), observed at noon."""
    given = of if of is not None else fact("market.mark")
    return Entry(**{"fact": given, "observed_ns": NOON_NS, **changes})
