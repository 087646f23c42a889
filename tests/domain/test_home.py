"""Where a desk keeps its things."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from domain.home import DeskHome


def test_everything_is_under_the_desks_folder():
    home = DeskHome(Path("/desk"))
    places = [
        home.card, home.journal_db, home.wire, home.chain, home.exchange_db, home.logs, home.lake,
        home.warehouse, home.marts, home.exports, home.dagster, home.sockets, home.operations_db,
        home.demo_mark,
    ]  # fmt: skip
    assert all(place.is_relative_to(home.root) for place in places)
    assert len(set(places)) == len(places)


@given(st.integers(1, 300))
def test_a_socket_fits_the_kernel_however_deep_the_desk_is(depth):
    home = DeskHome(Path("/" + "d" * depth))
    assert len(str(home.sockets / "recorder.sock").encode()) < 108


def test_two_deep_desks_do_not_share_sockets():
    deep = Path("/" + "d" * 200)
    first, second = DeskHome(deep / "a"), DeskHome(deep / "b")
    assert first.sockets != second.sockets
    assert first.sockets == DeskHome(deep / "a").sockets
    assert len(first.sockets.parts) == 3
