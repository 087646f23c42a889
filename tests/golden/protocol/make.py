"""Writes v2.json and v2-negative.json: `python -m tests.golden.protocol.make`.

Only for adding vectors. One that is there never changes: it is what other languages were built on,
and `tests/live/protocol/v2/test_golden.py` holds the code to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from live.protocol import v2
from live.protocol.v2 import plain

HERE = Path(__file__).resolve().parent
SOON_NS = 1_755_700_000_123_456_789
U64, I256_MIN, I256_MAX = 2**64 - 1, -(2**255), 2**255 - 1
U128, U256 = 2**128 - 1, 2**256 - 1
WETH = "eip155:1/erc20:0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
USDC = "eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
DAI = "eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f"
ETH = "eip155:1/slip44:60"
POOL = "eip155:1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"
HASH, PARENT = "0x" + "ab" * 32, "0x" + "00" * 31 + "01"
ID = bytes(range(16))

FULL = v2.Routing("dex_dex", ("univ3", "sushi"), ("ETH-USDC", "DAI-USDC"), -1, 950_000, SOON_NS, ID)
EDGE = v2.Routing("s" * 255, ("",), ("π" * 127,), 2**63 - 1, 0, U64, b"\xff" * 16)
LOW = v2.Routing(profit_usd_e6=-(2**63) + 1, confidence_ppm=1_000_000)

PATH = (
    v2.Hop("univ3", POOL, USDC, WETH, 3_000_000_000, 10**18, 500, f"block:{HASH}"),
    v2.Hop("sushi", "", WETH, DAI, 10**18, 3_010 * 10**18, 3_000, ""),
    v2.Hop("paper", "paper:DAI/USDC", DAI, USDC, I256_MIN, I256_MAX, 2**32 - 1, "book:7"),
)
FILLS = (
    v2.Fill("univ3", HASH, "leg", "INCLUDED", USDC, WETH, 3_000_000_000, 10**18, "", None),
    v2.Fill("paper", "c1d2", "hedge", "UNKNOWN", "", "", None, None, "paper:USDC", 0),
)

MESSAGES: dict[str, v2.Message] = {
    "heartbeat": v2.Heartbeat(),
    "gap_notice": v2.GapNotice("chain", U64 - 1, U64, "", 0),
    "gap_notice_of_a_channel": v2.GapNotice("relay", 0, 12, "books", 12),
    "chain_head": v2.ChainHead(v2.Routing(), 23_456_789, HASH, PARENT, 1_755_700_000, 10**9),
    "chain_head_extremes": v2.ChainHead(v2.Routing(), U64, HASH, PARENT, U64, U256),
    "pool_state_v2": v2.PoolState(
        v2.Routing(venues=("sushi",), pairs=("ETH-USDC",)), "sushi", POOL, "v2", USDC, WETH, 3_000,
        23_456_789, HASH, -1, 2_275_000_000_000, 5 * 10**20, 0, 0, 0, (),
    ),
    "pool_state_v3_extremes": v2.PoolState(
        v2.Routing(venues=("univ3",)), "univ3", POOL, "v3", USDC, WETH, 2**32 - 1,
        0, HASH, 2**31 - 1, 0, U256, U256, -887_272, U128,
        ((-887_272, 2**127 - 1), (0, 0), (887_272, -(2**127))),
    ),
    "order_book_full": v2.OrderBookState(
        v2.Routing(venues=("paper",), pairs=("ETH-USDC",)), "paper", "ETH/USDC", "paper:ETH",
        "paper:USDC", True, 42, 2, 8, ((300_000, 150_000_000), (299_999, 1)), ((300_001, 7),),
    ),
    "order_book_delta_extremes": v2.OrderBookState(
        v2.Routing(), "", "", "", "", False, U64, 255, 0, (), ((U128, 0), (0, U128)),
    ),
    "v1_frame": v2.V1Frame(
        v2.Routing(venues=("coinbase",), pairs=("BTC-USD",)), bytes.fromhex("fe04000000040000")
    ),
    "arbitrage_three_hops": v2.ArbitrageOpportunity(
        FULL, ID.hex(), PATH, ETH, 224_000 * 2 * 10**9, 10**25, 10**24, -(10**20), 3_000_000_000,
        23_456_789, HASH, SOON_NS, b'{"kind":"opportunity.found"}',
    ),
    "arbitrage_extremes": v2.ArbitrageOpportunity(
        EDGE, "", (), "", I256_MIN, I256_MAX, 0, I256_MIN, None, None, None, 0, b"",
    ),
    "execution_partial": v2.ExecutionResult(
        FULL, "e1", ID.hex(), "PARTIAL", "the hedge is not answered yet — ask", FILLS, ETH,
        448_000_000_000_000, None, 23_456_790, SOON_NS,
    ),
    "execution_extremes": v2.ExecutionResult(
        LOW, "", "", "UNKNOWN", "", (), "", I256_MAX, I256_MIN, U64, U64,
    ),
    "risk_alert_halting": v2.RiskAlert(
        v2.Routing("cex_dex"), "max_session_loss", "critical", "desk", "lost what it may lose",
        "max_session_loss_usd_e24", str(10**26), str(2 * 10**26), True, SOON_NS,
    ),
    "strategy_performance": v2.StrategyPerformance(
        v2.Routing("dex_dex"), SOON_NS, SOON_NS + 1, 100, 60, 40, 37, 1, 1, 1, 10**25, None
    ),
    "strategy_performance_extremes": v2.StrategyPerformance(
        EDGE, 0, U64, U64, U64, U64, U64, U64, U64, U64, I256_MIN, I256_MAX
    ),
    "hello": v2.Hello(0x0200, 0x0201, ("replay", "expiry"), "a client"),
    "welcome": v2.Welcome(0x0200, ("replay",), "relay"),
    "refused": v2.Refused("this relay speaks 2.0 and you ask for 3.0 to 3.0; none is both"),
    "subscribe_everything": v2.Subscribe(1),
    "subscribe_filtered": v2.Subscribe(
        2**32 - 1, ("signals", "pools"), (261, 65_535), ("univ3",), ("ETH-USDC",), ("dex_dex",),
        -(2**63), 0, (v2.Position("pools", SOON_NS, U64),),
    ),
    "ack": v2.Ack(1, (v2.Position("signals", SOON_NS, 0), v2.Position("", 0, U64))),
    "expiry_notice": v2.ExpiryNotice(261, 2, 17, ID, SOON_NS),
    "replay_request": v2.ReplayRequest(3, v2.Position("pools", SOON_NS, 9), 0),
    "replay_unavailable": v2.ReplayUnavailable(3, v2.Position("pools", SOON_NS, 80), "too old"),
    "positions": v2.Positions((v2.Position("pools", SOON_NS, 81),)),
    "counts": v2.Counts((v2.Count("books", 81, 0, U64), v2.Count("pools", 0, 0, 0))),
    "conflated": v2.Conflated("4", "books", 7),
}  # fmt: skip

BEAT = v2.encode(v2.Heartbeat(), source=1, sequence=5, sent_ns=SOON_NS)
STATE = v2.encode(MESSAGES["pool_state_v2"], source=1, sequence=5, sent_ns=SOON_NS)


def _raw(schema: int, payload: bytes, **more: Any) -> bytes:
    return v2.push_frame(schema, payload, source=1, sequence=5, sent_ns=SOON_NS, **more)


def _state_with(at: int, byte: int) -> bytes:
    payload = bytearray(STATE[v2.HEADER_BYTES :])
    payload[at] = byte
    return _raw(259, bytes(payload), is_routed=True)


TOLERATED: dict[str, bytes] = {
    "unknown_schema": _raw(9_999, b"later"),
    "unknown_schema_with_a_routing_block": _raw(
        9_999, STATE[v2.HEADER_BYTES :], is_routed=True, minor=7
    ),
    "a_newer_minor_version": _raw(256, b"", minor=7),
    "a_field_added_at_the_end": _raw(257, b"\1\0\0\0x" + bytes(28) + b"newer"),
    "a_routing_block_with_news_behind_its_texts": _raw(
        266,
        (46).to_bytes(2, "little") + b"\1" + bytes(37) + b"\0\0\0" + b"new" + b"\2\0\0\0\xfe\4",
        is_routed=True,
    ),
}
BROKEN: dict[str, tuple[str, bytes]] = {
    "cut_in_the_header": ("waits", BEAT[:43]),
    "cut_in_the_payload": ("waits", STATE[:-1]),
    "bad_magic": ("stream", b"APv1" + BEAT[4:]),
    "version_3": ("stream", BEAT[:4] + b"\3" + BEAT[5:]),
    "checksum": ("stream", BEAT[:43] + bytes([BEAT[43] ^ 1])),
    "sequence_changed": ("stream", BEAT[:16] + b"\6" + BEAT[17:]),
    "payload_above_1_MiB": ("stream", BEAT[:12] + (2**20 + 1).to_bytes(4, "little") + BEAT[16:]),
    "v1_frame": ("stream", bytes.fromhex("fe04000000040000") * 6),
    "data_without_its_routing_flag": ("payload", _raw(259, STATE[v2.HEADER_BYTES :])),
    "control_with_a_routing_flag": ("payload", _raw(256, b"", is_routed=True)),
    "empty_payload": ("payload", _raw(257, b"")),
    "routing_block_longer_than_the_payload": ("payload", _state_with(1, 0xFF)),
    "routing_block_shorter_than_its_numbers": ("payload", _state_with(0, 39)),
    "routing_block_of_control": ("payload", _state_with(2, 0)),
    "two_strategies": ("payload", _state_with(40, 2)),
    "confidence_above_one": ("payload", _state_with(7, 0xFE)),
    "text_longer_than_the_payload": ("payload", _raw(269, b"\xff\xff\xff\xff" + b"why")),
    "text_not_utf8": ("payload", _raw(269, b"\1\0\0\0\xff")),
    "list_longer_than_the_payload": ("payload", _raw(271, bytes(4) + b"\xff\xff\xff\xff")),
    "optional_neither_0_nor_1": ("payload", _raw(270, bytes(24) + b"\2" + bytes(20))),
}
"""Name -> (what goes wrong: nothing yet, the stream for good, or this payload alone; the bytes)."""


def good_vectors() -> list[dict[str, Any]]:
    """Write every good vector, tolerated oddities last."""
    found: list[dict[str, Any]] = []
    for n, (name, message) in enumerate(MESSAGES.items()):
        sequence = U64 if name == "heartbeat" else n
        raw = v2.encode(message, source=n, sequence=sequence, sent_ns=SOON_NS, venue_ns=n)
        found.append(_told(name, raw, is_canonical=True))
    return found + [_told(name, raw, is_canonical=False) for name, raw in TOLERATED.items()]


def _told(vector: str, raw: bytes, *, is_canonical: bool) -> dict[str, Any]:
    [frame] = v2.Decoder().feed(raw)
    again = plain.frame_of(plain.plain_frame(frame)) == raw
    assert again or not is_canonical
    return {"vector": vector, **plain.plain_frame(frame), "is_canonical": again, "hex": raw.hex()}


def broken_vectors() -> list[dict[str, str]]:
    """Write every vector that is no frame."""
    return [
        {"vector": name, "breaks": what, "hex": raw.hex()} for name, (what, raw) in BROKEN.items()
    ]


def main() -> None:
    """Write both files."""
    for name, vectors in (("v2", good_vectors()), ("v2-negative", broken_vectors())):
        text = json.dumps(vectors, indent=1, ensure_ascii=False)
        (HERE / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
