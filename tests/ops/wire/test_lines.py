"""Frames as lines: what can be read is read, what cannot is answered where it stands."""

from __future__ import annotations

import json

import pytest

from live.protocol import v1, v2
from ops.wire.lines import Reading, decoded_lines, encoded_lines
from tests.kit.wire import an_opportunity

BEAT = v1.encode(v1.Heartbeat(2**60, 7), 5).hex()
BEAT_TOLD = {
    "type": 3,
    "name": "Heartbeat",
    "sequence": 5,
    "fields": {"timestamp_ns": str(2**60), "sequence": 7},
}
FOUND = v1.ArbitrageOpportunity(*[7] * 9, *["text"] * 7)
G1, G2, V2 = (Reading.of(name, None, None) for name in ("g1", "g2", "v2"))


def decoded(lines: list[str], reading: Reading = G1) -> list[dict]:
    return [json.loads(answer.text) for answer in decoded_lines(lines, reading)]


def test_a_frame_is_told_and_written_again():
    [answer] = decoded_lines([f"{BEAT}\n"], G1)
    assert json.loads(answer.text) == BEAT_TOLD
    assert [a.text for a in encoded_lines([answer.text], G1)] == [BEAT]


@pytest.mark.parametrize(
    "line", ["zz", "fe", BEAT[:-2], BEAT + "00", BEAT + BEAT, "fd" + BEAT[2:], "fe0e000000000000"]
)
def test_a_line_that_is_no_frame_is_answered_and_the_others_go_on(line):
    answers = list(decoded_lines([BEAT, line, "", BEAT], G1))
    assert [answer.is_good for answer in answers] == [True, False, True]
    assert list(json.loads(answers[1].text)) == ["error"]


def test_each_generation_has_its_types():
    trace = v1.encode(v1.MessageTrace(1, 2, "a", "b", "c"), 1).hex()
    token = v1.encode(v1.TokenInfo(1, "0x" + "1" * 40, 6, "A", "B", 1), 1).hex()
    assert [set(told) for told in decoded([trace, token], G1)] == [{"error"}] * 2
    told = decoded([trace, token], G2)
    assert [line["name"] for line in told] == ["MessageTrace", "TokenInfo"]
    lines = [json.dumps(line) for line in told]
    assert [a.is_good for a in encoded_lines(lines, G1)] == [False, False]
    assert [a.text for a in encoded_lines(lines, G2)] == [trace, token]


def test_each_generation_has_its_layout_of_type_nine_unless_told():
    in_a, in_b = (v1.encode(FOUND, 1, arbitrage=layout).hex() for layout in ("A", "B"))
    assert decoded([in_a], G1)[0]["fields"]["pair"] == "text"
    assert decoded([in_b], G2)[0]["fields"]["v3_buy"] is None
    assert decoded([in_b], Reading.of("g1", "B", None))[0]["fields"]["v3_buy"] is None
    assert "error" in decoded([in_a], G2)[0]


def test_the_family_of_type_thirteen_has_to_be_told():
    update = v1.encode(v1.PoolUpdate(1, 2, 1, 1, bytes(256)), 1).hex()
    layouts = [
        decoded([update], Reading.of("g2", None, family))[0]["fields"]["data"]["layout"]
        for family in (None, "event", "update")
    ]
    assert layouts == ["opaque", "v2_event", "v2_update"]


def test_v2_is_told_with_its_envelope():
    raw = v2.encode(an_opportunity(), source=2, sequence=3, sent_ns=4).hex()
    [told] = decoded([raw], V2)
    assert (told["name"], told["source"], told["sequence"]) == ("ArbitrageOpportunity", 2, 3)
    assert [a.text for a in encoded_lines([json.dumps(told)], V2)] == [raw]
    assert "error" in decoded([raw[:-2] + "01"], V2)[0]
    assert "error" in decoded([BEAT], V2)[0]


@pytest.mark.parametrize(
    "line",
    ["", " ", "{", "7", "[]", "null", "{}", "[" * 5000, '{"type": 3}', '"\\ud800"', "NaN"],
)
def test_json_that_tells_of_no_frame_is_answered(line):
    answers = list(encoded_lines([line, json.dumps(BEAT_TOLD)], G1))
    assert answers[-1].text == BEAT
    assert all(not answer.is_good for answer in answers[:-1])
