"""What exchanges really said, said again on a real socket: the collector ends with their books."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from domain.market.book import Book
from domain.market.dialect import pair_of
from domain.venues.catalog import DIALECTS
from journal.records import GapNoticed
from live.collectors.cex import Exchanges
from live.collectors.notices import Notices
from ops.market.book_replay import replay_recording
from ops.market.recording import Form, read_recording
from tests.kit.eventually import eventually
from tests.kit.facts import a_card
from tests.kit.homes import a_home
from tests.kit.ingest import a_service
from tests.kit.replays import heard_lines, replaying_exchange
from tests.kit.trading import RememberingRecorder

SHARED = Path(__file__).parents[4] / "shared" / "data" / "cex_l2"


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the recorded exchange feeds are not on this machine")
    return path


@pytest.mark.parametrize(
    ("client", "symbol", "steps", "frames", "answers"),
    [
        ("kraken", "XBT/CHF", ("0.00001", "0.00000001"), "KRAKEN.ws.50.0.gz", ""),
        ("okx", "BTC/USDT", ("0.1", "0.00000001"), "OKX.ws.1.0.gz", ""),
        (
            "binance",
            "COMP/USDT",
            ("0.01", "0.00001"),
            "BINANCE_US.ws.1.0.gz",
            "BINANCE_US.http.0.0.gz",
        ),
    ],
)
def test_a_recorded_feed_heard_live_ends_in_the_book_its_replay_ends_in(
    tmp_path: Path, client, symbol, steps, frames, answers
):
    dialect = DIALECTS[client]
    path, answered = shared(frames), shared(answers) if answers else None
    feeds = replay_recording(dialect, path, answered).feeds
    true = feeds.read(dialect.key_of(pair_of(symbol)))
    assert isinstance(true, Book)
    asked = list(read_recording(answered)) if answered else []

    async def script() -> None:
        said = heard_lines(list(read_recording(path)))
        told = [line for line in asked if line.form is Form.ANSWERED]
        async with replaying_exchange(said, told) as port:
            card = msgspec.structs.replace(
                a_card().exchange,
                dialect=client,
                symbol=symbol,
                price_tick=steps[0],
                lot=steps[1],
                rest_url=f"http://127.0.0.1:{port}",
                ws_url=f"ws://127.0.0.1:{port}",
            )
            recorder = RememberingRecorder()
            async with a_service("collector-cex", a_home(tmp_path, exchange=card)) as service:
                exchanges = Exchanges(service, Notices(recorder, service.clock))
                (collector,) = exchanges.collectors.values()

                def is_heard() -> bool:
                    book = collector._keeper.book
                    shown = (true.bids[:25], true.asks[:25])
                    return book is not None and (book.bids, book.asks) == shown

                await eventually(is_heard, within_s=40.0)
                assert service.health().state == "ready"
                assert not recorder.of(GapNoticed.KIND)

    asyncio.run(script())
