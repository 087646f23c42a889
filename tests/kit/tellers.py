"""The tests' exchanges, one a dialect.

What they write follows the venues' documentation and shares nothing with the parsers: checksums are
taken over the texts that go out.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from tests.kit.teller import Rows, Teller


def kraken_v1() -> Teller:
    """Lists, asks and bids in two objects, a checksum on changes."""
    return Teller(_kraken_v1, "book", is_numbered=False)


def kraken_v2() -> Teller:
    """Objects with numbers for prices, a checksum on everything."""
    return Teller(_kraken_v2, "book", is_numbered=False)


def okx() -> Teller:
    """A checksum of both sides in turn, and no numbers, as before 2022."""
    return Teller(_okx, "books", is_numbered=False)


def okx_numbered() -> Teller:
    """Numbers that name the one before."""
    return Teller(_okx_numbered, "books")


def bitget() -> Teller:
    """OKX's checksum under another name."""
    return Teller(_bitget, "books", prefix="SPOT:", is_numbered=False)


def binance() -> Teller:
    """Changes that cover a range of numbers; snapshots by request."""
    return Teller(_binance, "depth", is_snapshot_asked=True)


def binance_futures() -> Teller:
    """Changes that skip numbers and name the end of the one before; snapshots by request."""
    return Teller(_binance_futures, "depth", is_snapshot_asked=True)


def bybit() -> Teller:
    """Numbers that grow by one."""
    return Teller(_bybit, "orderbook.50")


def coinbase() -> Teller:
    """One count over all messages of the connection."""
    return Teller(_coinbase, "l2_data")


TELLERS: dict[str, tuple[str, Callable[[], Teller]]] = {
    "kraken-v1": ("kraken", kraken_v1),
    "kraken-v2": ("kraken", kraken_v2),
    "okx": ("okx", okx),
    "okx-numbered": ("okx", okx_numbered),
    "bitget": ("bitget", bitget),
    "binance": ("binance", binance),
    "binance-futures": ("binance-futures", binance_futures),
    "bybit": ("bybit", bybit),
    "coinbase": ("coinbase", coinbase),
}
"""Every teller, with the venue whose dialect it speaks."""


def kraken_sum(bids: Rows, asks: Rows) -> int:
    """Take Kraken's checksum over the texts of ten levels a side."""
    digits = [cell.replace(".", "").lstrip("0") for row in asks + bids for cell in row]
    return zlib.crc32("".join(digits).encode())


def interleaved_sum(bids: Rows, asks: Rows) -> int:
    """Take OKX's checksum over the texts of both sides; signed."""
    rows = [row for pair in zip_longest(bids, asks) for row in pair if row]
    unsigned = zlib.crc32(":".join(":".join(row) for row in rows).encode())
    return unsigned - 2**32 if unsigned >= 2**31 else unsigned


def _kraken_v1(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    timed = [[[*row, "1618678134.213106"] for row in rows] for rows in (asks, bids)]
    if whole:
        return json.dumps([7, {"as": timed[0], "bs": timed[1]}, "book-1000", symbol])
    parts: list[dict[str, Any]] = [{"a": timed[0]}] if asks else []
    parts += [{"b": timed[1]}] if bids or not asks else []
    parts[-1]["c"] = str(kraken_sum(*teller.ten_best(symbol)))
    return json.dumps([7, *parts, "book-1000", symbol])


def _kraken_v2(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    sides = [
        ",".join(f'{{"price":{price},"qty":{size}}}' for price, size in rows)
        for rows in (bids, asks)
    ]
    checksum = kraken_sum(*teller.ten_best(symbol))
    return (
        f'{{"channel":"book","type":"{"snapshot" if whole else "update"}","data":[{{'
        f'"symbol":"{symbol}","bids":[{sides[0]}],"asks":[{sides[1]}],"checksum":{checksum},'
        f'"timestamp":"2023-10-06T17:35:55.440295Z"}}]}}'
    )


def _okx(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    return _okx_frame({"instId": symbol}, teller, symbol, (bids, asks), whole, {})


def _okx_numbered(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    before, after = teller.next_number(symbol, by=3)
    chain = {"prevSeqId": -1 if whole else before, "seqId": after}
    return _okx_frame({"instId": symbol}, teller, symbol, (bids, asks), whole, chain)


def _bitget(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    asked = {"instType": "SPOT", "instId": symbol}
    return _okx_frame(asked, teller, symbol, (bids, asks), whole, {})


def _okx_frame(
    asked: dict[str, str],
    teller: Teller,
    symbol: str,
    sides: tuple[Rows, Rows],
    whole: bool,
    chain: dict[str, int],
) -> str:
    entry = {
        "bids": [[*row, "0", "1"] for row in sides[0]],
        "asks": [[*row, "0", "1"] for row in sides[1]],
        "ts": "1652459225464",
        "checksum": interleaved_sum(*teller.ten_best(symbol)),
        **chain,
    }
    action = "snapshot" if whole else "update"
    return json.dumps({"arg": {"channel": "books", **asked}, "action": action, "data": [entry]})


def _binance(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    if whole:
        return _binance_snapshot(teller, symbol, bids, asks)
    before, after = teller.next_number(symbol, by=2)
    return _binance_change(symbol, bids, asks, {"U": before + 1, "u": after})


def _binance_futures(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    if whole:
        return _binance_snapshot(teller, symbol, bids, asks)
    before, after = teller.next_number(symbol, by=7)
    return _binance_change(symbol, bids, asks, {"U": before + 5, "u": after, "pu": before})


def _binance_snapshot(teller: Teller, symbol: str, bids: Rows, asks: Rows) -> str:
    return json.dumps({"lastUpdateId": teller.numbers[symbol], "bids": bids, "asks": asks})


def _binance_change(symbol: str, bids: Rows, asks: Rows, chain: dict[str, int]) -> str:
    told = {"e": "depthUpdate", "E": 1633998274793, "s": symbol, **chain, "b": bids, "a": asks}
    return json.dumps({"stream": f"{symbol.lower()}@depth@100ms", "data": told})


def _bybit(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    _, number = teller.next_number(symbol)
    told = {"s": symbol, "b": bids, "a": asks, "u": number, "seq": 9 * number}
    kind = "snapshot" if whole else "delta"
    return json.dumps({"topic": f"orderbook.50.{symbol}", "type": kind, "ts": 1, "data": told})


def _coinbase(teller: Teller, symbol: str, bids: Rows, asks: Rows, whole: bool) -> str:
    teller.sent += 1
    updates = [
        {"side": side, "price_level": price, "new_quantity": size}
        for side, rows in (("bid", bids), ("offer", asks))
        for price, size in rows
    ]
    kind = "snapshot" if whole else "update"
    event = {"type": kind, "product_id": symbol, "updates": updates}
    return json.dumps({"channel": "l2_data", "sequence_num": teller.sent, "events": [event]})
