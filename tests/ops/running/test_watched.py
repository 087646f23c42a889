"""Exchanges to look at are read from a file, put on the card whole, or refused for a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.desk import Asset
from domain.errors import ConfigRefused, InputRefused, Refused
from ops.running.watched import Watched, read_watched, watched_of, with_watched
from tests.kit.facts import a_card

ETH, USDT = "okx:ETH", "okx:USDT"


def a_file(folder: Path, **changed: Any) -> Path:
    exchange = {
        "venue": "okx",
        "dialect": "okx",
        "rest_url": "",
        "ws_url": "",
        "symbol": "ETH/USDT",
        "base_asset": ETH,
        "quote_asset": USDT,
        "account": "okx:none",
        "price_tick": "0.01",
        "lot": "0.000001",
        "taker_fee_pips": 1000,
    }
    assets = [
        {"asset": ETH, "symbol": "ETH", "decimals": 18, "underlying": "ETH"},
        {"asset": USDT, "symbol": "USDT", "decimals": 8, "underlying": "USDT"},
    ]
    path = folder / "watched.json"
    path.write_text(json.dumps({"exchanges": [exchange | changed], "assets": assets}))
    return path


def test_a_file_is_put_on_the_card_and_read_off_again(tmp_path):
    watched = read_watched(a_file(tmp_path))
    card = with_watched(a_card(), watched)
    assert [exchange.venue for exchange in card.watched] == ["okx"]
    assert card.asset(USDT) == Asset(USDT, "USDT", 8, "USDT")
    assert watched_of(card) == watched
    assert with_watched(card, watched) == card


def test_a_desk_that_looks_at_nothing_stays_as_it_is():
    assert with_watched(a_card(), watched_of(a_card())) == a_card()


@pytest.mark.parametrize(
    "changed", [{"dialect": "mtgox"}, {"symbol": "ETHUSDT"}, {"lot": 5}, {"surprise": 1}]
)
def test_what_cannot_be_listened_to_is_refused_before_anything_happens(tmp_path, changed):
    path = a_file(tmp_path, **changed)
    if "surprise" in changed:
        path.write_text('{"exchanges": [], "markets": []}')
    with pytest.raises(Refused):
        read_watched(path)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"exchanges": [{}]}'])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "x"
    path.write_text(text)
    with pytest.raises(InputRefused, match="market-state"):
        read_watched(path)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(InputRefused, match="check the path"):
        read_watched(tmp_path / "none")


def test_an_asset_nobody_described_and_a_name_twice_are_refused(tmp_path):
    watched = read_watched(a_file(tmp_path))
    with pytest.raises(InputRefused, match="reference data"):
        with_watched(a_card(), msgspec.structs.replace(watched, assets=()))
    with pytest.raises(ConfigRefused, match="read alike"):
        with_watched(a_card(), Watched(watched.exchanges * 2, watched.assets))
