"""The field kinds of v2, at their edges."""

from __future__ import annotations

import pytest

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v2.kinds import KINDS, WORDS, kind_of


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("u32", 2**32 - 1), ("u64", 0), ("u128", 2**128 - 1), ("u256", 2**256 - 1),
        ("i32", -(2**31)), ("text", "ETH ⇄ USDC"), ("bytes", b""), ("hash32", "0x" + "ab" * 32),
        ("ticks", ((-887_220, 5), (887_220, -5))), ("levels", ((2**128 - 1, 0), (0, 1))),
        ("i256", -(2**255)), ("i64", -1), ("u8", 255), ("u16", 65_535), ("bool", True),
    ],
)  # fmt: skip
def test_a_value_comes_back_with_the_offset_behind_it(kind, value):
    written = KINDS[kind].push(value)
    assert KINDS[kind].pull(b"??" + written + b"!", 2) == (value, 2 + len(written))


@pytest.mark.parametrize(("kind", "value"), [("u32", 2**32), ("u256", -1), ("i32", 2**31)])
def test_a_number_that_does_not_fit_is_our_bug(kind, value):
    with pytest.raises(LocalWireError):
        KINDS[kind].push(value)


def test_text_that_is_not_utf8_is_theirs():
    with pytest.raises(RemoteWireError):
        KINDS["text"].pull(KINDS["bytes"].push(b"\xff"), 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("u64?", None), ("u64?", 0), ("text*", ()), ("text*", ("", "a")), ("i256?*", (None, -1))],
)
def test_a_value_may_be_absent_or_repeated(name, value):
    kind = kind_of(name, {})
    written = kind.push(value)
    assert kind.pull(b"?" + written, 1) == (value, 1 + len(written))


def test_what_is_absent_is_told_from_nought():
    kind = kind_of("u64?", {})
    assert kind.push(None) == b"\0"
    assert kind.push(0) == b"\1" + bytes(8)
    with pytest.raises(RemoteWireError):
        kind.pull(b"\2" + bytes(8), 0)


@pytest.mark.parametrize("name", ["text*", "u64*", "levels", "ticks"])
def test_a_list_that_lies_about_its_length_is_refused_at_once(name):
    with pytest.raises(RemoteWireError):
        kind_of(name, {}).pull(b"\xff\xff\xff\xff" + bytes(60), 0)


def test_every_kind_is_explained():
    assert set(WORDS) == set(KINDS)


def test_a_count_beyond_the_payload_is_refused_before_anything_is_built():
    with pytest.raises(RemoteWireError) as refused:
        KINDS["ticks"].pull(b"\xff\xff\xff\xff", 0)
    assert refused.value.context["got"] == 4
