"""What `tap` asks for, and how frames look as lines."""

from __future__ import annotations

import json

import pytest

from domain.errors import ConfigRefused
from live.protocol import v1, v2
from ops.wire.tap_glass import Asked, Glass, wanted
from tests.kit.wire import a_pool_state, an_opportunity
from tests.live.relay.makers import an_alert, beats, frame

ETH = v1.mapping("paper:ETH-USDC")


def shown(glass: Glass, *messages: v2.Message) -> list[dict]:
    frames = [frame(message, n) for n, message in enumerate(messages)]
    return [json.loads(line) for line in glass.lines(frames)]


def old(glass: Glass, *raws: bytes) -> list[dict]:
    return [json.loads(line) for line in glass.old_lines(b"".join(raws))]


def test_what_is_typed_becomes_a_subscription():
    asked = wanted(
        channels=["signals"],
        types=["ArbitrageOpportunity", "262"],
        venues=["a"],
        pairs=["ETH-USDC"],
        strategies=["dex_dex"],
        min_profit_usd="12.3456789",
        min_confidence="0.8",
    )
    assert asked == Asked(
        v2.Subscribe(
            1, ("signals",), (261, 262), ("a",), ("ETH-USDC",), ("dex_dex",), 12_345_679, 800_000
        )
    )
    assert wanted() == Asked(v2.Subscribe(1))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"channels": ["x"]}, "there is no such channel"),
        ({"types": ["Trad"]}, "there is no such message"),
        ({"types": ["70000"]}, "there is no such message"),
        ({"min_profit_usd": "much"}, "write a number"),
        ({"min_profit_usd": "NaN"}, "write a number|too large"),
        ({"min_profit_usd": "1e30"}, "too large"),
        ({"min_confidence": "80"}, "0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(told, sentence):
    with pytest.raises(ConfigRefused, match=sentence):
        wanted(**told)


def test_a_frame_is_its_channel_envelope_and_fields():
    [line] = shown(Glass(wanted()), an_opportunity(1, record=b"\x01\xff"))
    assert (line["channel"], line["name"], line["type"]) == ("signals", "ArbitrageOpportunity", 261)
    assert line["fields"]["record"] == "01ff"
    assert line["fields"]["net_usd_e24"] == str(10**24)
    assert line["fields"]["routing"]["profit_usd_e6"] == 1_000_000


def test_a_v1_frame_is_shown_inside_its_wrapper():
    inside = v2.V1Frame(v2.Routing(), v1.encode(ETH, 3))
    [line] = shown(Glass(wanted()), inside)
    assert line["v1"]["fields"]["symbol"] == "paper:ETH-USDC"


def test_enough_is_enough():
    glass = Glass(wanted(), 2)
    assert len(shown(glass, *map(an_opportunity, range(5)))) == 2
    assert glass.is_full


def test_who_filters_sees_no_control_but_hears_of_gaps():
    gap, beat = v2.GapNotice("9", 1, 5, "signals", 4), v2.Heartbeat()
    assert len(shown(Glass(wanted()), gap, beat)) == 2
    glass = Glass(wanted(min_profit_usd="1"))
    assert shown(glass, gap, beat, v2.GapNotice("7", 3, 1)) == []
    assert glass.remarks == [
        "4 frames of signals are missing here",
        "some frames of source 7 are missing here",
    ]
    assert len(shown(Glass(wanted(channels=["control"])), beat)) == 1
    assert len(shown(Glass(wanted(types=["Heartbeat"])), beat, gap)) == 1


def test_types_of_v1_can_be_chosen_inside_the_wrapper():
    trade = v2.V1Frame(v2.Routing(), v1.encode(v1.Trade(1, 2, 3, 4, 5, 1), 1))
    other = v2.V1Frame(v2.Routing(), v1.encode(ETH, 1))
    asked = wanted(types=["Trade", "RiskAlert"])
    assert asked.subscribe.schemas == (263, 266)
    lines = shown(Glass(asked), trade, other, an_alert())
    assert [line["name"] for line in lines] == ["V1Frame", "RiskAlert"]
    assert len(shown(Glass(wanted(types=["Trade", "V1Frame"])), trade, other)) == 2


def test_an_unknown_or_broken_frame_is_a_line_too():
    newer = v2.push_frame(999, frame(a_pool_state()).payload, source=1, sequence=1, sent_ns=1,
                          is_routed=True)  # fmt: skip
    cut = v2.push_frame(257, b"cut", source=1, sequence=1, sent_ns=1)
    frames = v2.Decoder().feed(newer + cut)
    unknown, broken = (json.loads(line) for line in Glass(wanted()).lines(frames))
    assert (unknown["channel"], unknown["name"]) == ("pools", "Unknown")
    assert "error" in broken


def test_a_relay_of_old_is_shown_through_the_same_filter():
    btc = v1.mapping("paper:BTC-USDC")
    trades = [v1.Trade(1, 2, 3, 4, symbol.symbol_hash, 1) for symbol in (ETH, btc)]
    raws = [v1.encode(message, n) for n, message in enumerate((ETH, btc, *trades))]
    names = [line["name"] for line in old(Glass(wanted()), *raws, *beats(9, 1))]
    assert names == ["SymbolMapping", "SymbolMapping", "Trade", "Trade", "Heartbeat"]
    [_mapping, trade] = old(Glass(wanted(pairs=["ETH-USDC"])), *raws, *beats(9, 1))
    assert trade["fields"]["symbol_hash"] == str(ETH.symbol_hash)
    assert len(old(Glass(wanted(types=["Trade"])), *raws)) == 2
    assert old(Glass(wanted(channels=["signals"])), *raws) == []
    [broken] = old(Glass(wanted()), v1.push_frame(3, b"cut", 1))
    assert "error" in broken
