"""Where browsers connect, and whose pages may."""

from __future__ import annotations

import msgspec
import pytest

from domain.errors import ConfigRefused
from live.relay.bridge.settings import BridgeSettings, check_bridge, may_read
from live.relay.config import settings_of


def test_the_section_is_read_and_its_absence_is_no_bridge():
    assert settings_of('folder = "/tmp/x"\n').websocket is None
    settings = settings_of('folder = "/tmp/x"\n[websocket]\nport = 9000\n')
    assert settings.websocket == BridgeSettings(port=9000)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"port": 70_000}, "port from 0"),
        ({"host": ""}, "takes a host"),
        ({"browsers": 0}, "at least 1"),
        ({"origins": ("desk.example",)}, "https://host"),
        ({"origins": ("https://desk.example/page",)}, "https://host"),
    ],
)
def test_what_cannot_be_is_refused(wrong, says):
    with pytest.raises(ConfigRefused, match=says):
        check_bridge(msgspec.structs.replace(BridgeSettings(), **wrong))


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        (None, True),
        ("http://localhost:3000", True),
        ("http://127.0.0.1", True),
        ("https://desk.example", True),
        ("https://desk.example.evil.example", False),
        ("http://localhost.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_pages_of_this_machine_and_named_ones_may_read(origin, may):
    settings = BridgeSettings(origins=("https://desk.example",))
    assert may_read(origin, settings) is may
