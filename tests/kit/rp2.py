"""Ledgers and reports of rp2 (Apache-2.0), read from beside the project as facts and rows.

A ledger there says more than a ledger here: income is an acquisition at its value, a move is the
network fee that was lost, and a sale may pay a fee in the asset itself, which leaves the wallet but
is no proceeds. Numbers become integers at one scale, wide enough for every product.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.lots.types import Fact, Kind
from ops.lots.row import read_time

FOLDER = Path(__file__).parents[2] / "../shared/data/lots"
QUANTITY, MONEY = 10**12, 10**40
DIFFERS = {("test_data", "B3", "lofo")}
"""rp2 forgets a partly used lot when income passes by; docs/lots.md has the numbers."""

Entry = Mapping[str, Any]


class Case(NamedTuple):
    """One asset of one file, with what rp2 reports by one method."""

    file: str
    asset: str
    method: str
    ledger: Mapping[str, list[Entry]]
    golden: Mapping[str, Any]


def cases() -> list[Any]:
    """Give every case as a pytest parameter; none where the folder is absent."""
    return [
        pytest.param(case, id=f"{case.file}-{case.asset}-{case.method}")
        for path in sorted(FOLDER.glob("*.json"))
        for case in _cases(json.loads(path.read_text()))
    ] or [pytest.param(None, marks=pytest.mark.skip(reason="../shared/data/lots is absent"))]


def _cases(files: Mapping[str, Any]) -> Iterator[Case]:
    for file, one in files.items():
        for method, assets in one["golden"].items():
            for asset, golden in assets.items():
                yield Case(file, asset, method, one["input"][asset], golden)


def facts_of(case: Case) -> list[Fact]:
    """Read a ledger as facts of a universal book: what is bought, what is given up."""
    return [
        *(_bought(entry) for entry in case.ledger["in"]),
        *(_given(entry) for entry in case.ledger["out"]),
        *(_lost(entry) for entry in case.ledger["intra"] if _network(entry)),
    ]


def in_wallets(case: Case) -> list[Fact]:
    """Read a ledger with its moves as transfers between wallets."""
    kept = [*map(_bought, case.ledger["in"]), *map(_given, case.ledger["out"])]
    return kept + [half for entry in case.ledger["intra"] for half in _transfer(entry)]


def units(text: str | None, scale: int) -> int:
    """Read a number at a scale that holds it."""
    scaled = Fraction(text or 0) * scale
    assert scaled.denominator == 1, f"{text} has more digits than the scale"
    return int(scaled)


def time_ns(text: str) -> int:
    """Read rp2's instants, some of which have a space before the offset."""
    return read_time(text).ns


def wallet_of(entry: Entry, prefix: str = "") -> str:
    """Name a wallet by exchange and holder."""
    return f"{entry[prefix + 'exchange']}/{entry[prefix + 'holder']}"


def _value(quantity: int, price: str | None) -> int:
    return quantity * units(price, MONEY // QUANTITY)


def _fact(entry: Entry, kind: Kind, quantity: int, value: int, fee: int, wallet: str) -> Fact:
    price = units(entry["spot_price"], MONEY // QUANTITY)
    at = time_ns(entry["timestamp"])
    return Fact(at, kind, entry["asset"], quantity, value, fee, price, wallet, f"r{entry['row']}")


def _bought(entry: Entry) -> Fact:
    quantity = units(entry["crypto_in"], QUANTITY)
    value = _value(quantity, entry["spot_price"])
    if entry["fiat_in_no_fee"] is not None:
        value = units(entry["fiat_in_no_fee"], MONEY)
    fee = units(entry["fiat_fee"], MONEY)
    if entry["fiat_in_with_fee"] is not None:
        fee = units(entry["fiat_in_with_fee"], MONEY) - value
    return _fact(entry, Kind.BUY, quantity, value, fee, wallet_of(entry))


def _given(entry: Entry) -> Fact:
    sold = units(entry["crypto_out_no_fee"], QUANTITY)
    fee = units(entry["crypto_fee"], QUANTITY)
    is_fee = entry["transaction_type"].upper() == "FEE"
    value = _value(fee if is_fee else sold, entry["spot_price"])
    kind = Kind.FEE if is_fee else Kind.SELL
    return _fact(entry, kind, sold + fee, value, 0, wallet_of(entry))


def _network(entry: Entry) -> int:
    return units(entry["crypto_sent"], QUANTITY) - units(entry["crypto_received"], QUANTITY)


def _lost(entry: Entry) -> Fact:
    lost = _network(entry)
    value = _value(lost, entry["spot_price"])
    return _fact(entry, Kind.FEE, lost, value, 0, wallet_of(entry, "from_"))


def _transfer(entry: Entry) -> list[Fact]:
    sent, got = (units(entry[name], QUANTITY) for name in ("crypto_sent", "crypto_received"))
    value = _value(sent, entry["spot_price"])
    return [
        _fact(entry, Kind.TRANSFER_OUT, sent, value, 0, wallet_of(entry, "from_")),
        _fact(entry, Kind.TRANSFER_IN, got, 0, 0, wallet_of(entry, "to_")),
    ]
