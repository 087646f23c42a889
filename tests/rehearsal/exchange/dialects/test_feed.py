"""Each voice answers as its venue's documentation says, pings and refusals included."""

from __future__ import annotations

import asyncio
import json
import re

import aiohttp
import pytest

from rehearsal.exchange.dialects.binance import Binance, BinanceFutures
from rehearsal.exchange.dialects.bitget import Bitget
from rehearsal.exchange.dialects.bybit import Bybit
from rehearsal.exchange.dialects.coinbase import Coinbase
from rehearsal.exchange.dialects.okx import Okx
from rehearsal.exchange.dialects.voice import Moment, Terms
from tests.kit.voices import speaking_exchange

NOW = Moment(bids=((300_000, 5),), asks=((300_010, 7),), number=10, at_ms=1_700_000_000_000)
LATER = NOW._replace(bids=((300_001, 5),), number=13)

ASKED = {
    Okx: '{"op":"subscribe","args":[{"channel":"books","instId":"ETH-USDC"}]}',
    Bitget: '{"op":"subscribe","args":[{"instType":"SPOT","channel":"books","instId":"ETHUSDC"}]}',
    Binance: '{"method":"SUBSCRIBE","params":["ethusdc@depth@100ms"],"id":1}',
    BinanceFutures: '{"method":"SUBSCRIBE","params":["ethusdc@depth@100ms"],"id":1}',
    Coinbase: '{"type":"subscribe","product_ids":["ETH-USDC"],"channel":"level2"}',
    Bybit: '{"op":"subscribe","args":["orderbook.50.ETHUSDC"],"req_id":"1"}',
}
voices = pytest.mark.parametrize("voice", ASKED)


@voices
def test_nothing_is_told_before_a_subscription_and_only_changes_after(voice):
    speaks = voice(Terms())
    assert speaks.changed(LATER) == []
    assert speaks.heard(ASKED[voice], NOW)
    assert speaks.changed(NOW) == []
    (frame,) = speaks.changed(LATER)
    assert '"3000.00","0.00000000"' in frame.replace('"new_quantity":', "")
    assert "3000.01" in frame
    assert "3000.10" not in frame


@voices
def test_another_symbol_is_refused_and_not_followed(voice):
    speaks = voice(Terms())
    other = re.sub("ETH(?=-?USDC)|eth(?=usdc)", "XRP", ASKED[voice])
    (answer,) = speaks.heard(other, NOW)
    assert "XRP" in answer or "error" in answer
    assert speaks.changed(LATER) == []


@voices
def test_what_is_no_request_is_answered_in_no_way_that_breaks(voice):
    speaks = voice(Terms())
    for text in ("", "{", "[]", "null", '{"op":1}'):
        assert all(json.loads(frame) for frame in speaks.heard(text, NOW))


def test_text_pings_are_answered_where_the_venue_wants_them():
    assert Okx(Terms()).heard("ping", NOW) == ["pong"]
    assert Bitget(Terms()).heard("ping", NOW) == ["pong"]
    (pong,) = Bybit(Terms()).heard('{"req_id":"1","op":"ping"}', NOW)
    assert json.loads(pong)["ret_msg"] == "pong"


def test_a_beat_is_counted_among_all_frames_where_it_was_asked_for():
    speaks = Coinbase(Terms())
    assert speaks.beat(NOW) == []
    frames = speaks.heard(ASKED[Coinbase], NOW)
    frames += speaks.heard('{"type":"subscribe","product_ids":[],"channel":"heartbeats"}', NOW)
    frames += speaks.beat(NOW) + speaks.changed(LATER)
    assert [json.loads(frame)["sequence_num"] for frame in frames] == list(range(len(frames)))


def test_a_snapshot_that_is_asked_for_ends_at_the_last_change(tmp_path):
    async def script() -> None:
        async with (
            speaking_exchange(tmp_path) as (exchange, _),
            aiohttp.ClientSession(exchange.rest_url) as session,
        ):
            for path in ("/api/v3/depth", "/fapi/v1/depth"):
                exchange.quote()
                ask = {"symbol": "ETHUSDC", "limit": "5"}
                first = await (await session.get(path, params=ask)).json()
                assert (len(first["bids"]), first["asks"][0][0]) == (5, "3000.10")
                exchange.quote(300_100)
                second = await (await session.get(path, params=ask)).json()
                assert second["lastUpdateId"] > first["lastUpdateId"]
            unknown = await (await session.get(path, params={"symbol": "XRPUSDC"})).json()
            assert unknown["code"] == -1121

    asyncio.run(script())
