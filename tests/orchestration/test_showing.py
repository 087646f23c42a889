"""What people see: tables that hold, money that is never shown as 0 when unknown, a sound SVG."""

from __future__ import annotations

import base64
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.breaks.gravity import AGE_NAMES
from domain.breaks.tally import Tally
from orchestration.showing import (
    SHOWN_ROWS,
    breaks_metadata,
    data_uri,
    markdown_table,
    money,
    plot,
)

SVG = "{http://www.w3.org/2000/svg}"
TALLIES = st.lists(
    st.builds(
        lambda cause, band, breaks, value, unknown: Tally(
            cause, band, AGE_NAMES[band], breaks, value, unknown
        ),
        st.sampled_from(["QTY", "GAS_UNBOOKED", "<&>"]),
        st.integers(0, 3),
        st.integers(1, 9),
        st.integers(0, 10**32),
        st.integers(0, 3),
    ),
    max_size=8,
)


def test_a_table_has_its_header_and_a_line_a_row():
    assert markdown_table(("a", "b"), [(1, None), ("x|y", "z\nw")]) == (
        "| a | b |\n| --- | --- |\n| 1 | unknown |\n| x\\|y | z w |"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("![seen](http://x/?day)", "!\\[seen\\](http://x/?day)"),
        ("[here](javascript:x)", "\\[here\\](javascript:x)"),
        ("`a|b\\`", "\\`a\\|b\\\\\\`"),
        ("a\r\nb\u2028c", "a b c"),
        ("cex_dex 1 & 2", "cex_dex 1 &amp; 2"),
    ],
)
def test_a_name_from_outside_is_text_on_the_page(name, shown):
    assert markdown_table(("name",), [(name,)]).splitlines()[-1] == f"| {shown} |"


def test_an_empty_table_says_so_and_a_long_one_says_how_much_is_left_out():
    assert markdown_table(("a",), []) == "nothing"
    assert markdown_table(("a",), [(1,)] * (SHOWN_ROWS + 3)).endswith("… and 3 more")


def test_money_is_cut_to_cents_and_unknown_is_said():
    assert [money(12345 * 10**21), money(-(10**22)), money(0), money(None)] == [
        "12.34", "-0.01", "0.00", "unknown",
    ]  # fmt: skip


@given(TALLIES)
def test_a_plot_is_well_formed_and_has_a_bar_for_every_tally(told):
    drawn = ET.fromstring(plot(told))  # noqa: S314 (our own text)
    bars = [one for one in drawn.findall(f"{SVG}rect") if one.get("height") == "18"]
    assert len(bars) == len(told)
    assert all(float(one.get("width", "0")) >= 3 for one in bars)


def test_no_breaks_are_drawn_as_that():
    assert "no breaks" in plot([])


def test_the_longest_bar_is_of_the_most_money():
    told = [Tally("A", 0, "", 1, 10**20, 0), Tally("B", 0, "", 1, 3 * 10**20, 0)]
    drawn = ET.fromstring(plot(told))  # noqa: S314 (our own text)
    wide = [float(one.get("width", "0")) for one in drawn.iter(f"{SVG}rect") if
            one.get("height") == "18"]  # fmt: skip
    assert wide[1] == pytest.approx(3 * wide[0], abs=0.2)


def test_a_picture_travels_whole_in_its_address():
    address = data_uri(plot([]))
    assert base64.b64decode(address.partition(",")[2]).decode() == plot([])
    assert set(breaks_metadata([])) == {"breaks_by_cause", "plot"}
