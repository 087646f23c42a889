"""The field kinds of v2, at their edges."""

from __future__ import annotations

import pytest

from domain.errors import LocalWireError, RemoteWireError
from live.protocol.v2.kinds import KINDS


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("u32", 2**32 - 1), ("u64", 0), ("u128", 2**128 - 1), ("u256", 2**256 - 1),
        ("i32", -(2**31)), ("text", "ETH ⇄ USDC"), ("bytes", b""), ("hash32", "0x" + "ab" * 32),
        ("ticks", ((-887_220, 5), (887_220, -5))),
    ],
)  # fmt: skip
def test_a_value_comes_back_with_the_offset_behind_it(kind, value):
    written = KINDS[kind].push(value)
    assert KINDS[kind].pull(b"??" + written + b"!", 2) == (value, 2 + len(written))


@pytest.mark.parametrize(
    ("kind", "value"), [("u32", 2**32), ("u256", -1), ("i32", 2**31), ("u64", "7")]
)
def test_a_number_that_does_not_fit_is_our_bug(kind, value):
    with pytest.raises(LocalWireError):
        KINDS[kind].push(value)


def test_text_that_is_not_utf8_is_theirs():
    with pytest.raises(RemoteWireError):
        KINDS["text"].pull(KINDS["bytes"].push(b"\xff"), 0)


def test_a_count_beyond_the_payload_is_refused_before_anything_is_built():
    with pytest.raises(RemoteWireError) as refused:
        KINDS["ticks"].pull(b"\xff\xff\xff\xff", 0)
    assert refused.value.context["got"] == 4
