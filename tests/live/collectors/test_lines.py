"""Every dialect that can be read can be listened to, and silence is always noticed."""

from __future__ import annotations

import pytest

from domain.clock import SECOND_NS
from domain.errors import ConfigRefused
from domain.venues.catalog import DIALECTS
from live.collectors.lines import LINES, line_of


def test_every_dialect_has_a_line():
    assert {line.dialect.venue for line in LINES.values()} == set(DIALECTS)


@pytest.mark.parametrize("client", LINES)
def test_an_answered_ping_or_a_beat_comes_well_before_silence_is_called(client):
    line = line_of(client)
    beat_ns = SECOND_NS if client in {"kraken", "coinbase"} else 0
    assert line.silence_ns > 2 * (beat_ns or line.ping_ms * SECOND_NS // 1_000)


def test_a_dialect_nobody_speaks_is_refused_with_those_that_are():
    with pytest.raises(ConfigRefused, match="kraken, okx"):
        line_of("mtgox")
