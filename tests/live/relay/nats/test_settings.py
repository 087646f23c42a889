"""What a joined relay may be told, and what it refuses in one sentence."""

from __future__ import annotations

import msgspec
import pytest

from domain.errors import ConfigRefused
from live.protocol import v2
from live.relay.config import settings_of
from live.relay.nats.settings import NatsSettings, check_nats


def test_a_name_is_enough_and_shares_every_channel_but_control():
    settings = settings_of('folder = "/tmp/x"\n[nats]\nname = "east"\n').nats
    assert settings is not None
    assert set(settings.publish) == set(settings.read) == set(v2.CHANNELS) - {v2.CONTROL}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "a.b"}, "A-Z a-z 0-9"),
        ({"name": ""}, "1 to 32"),
        ({"prefix": "desk.>"}, "A-Z a-z 0-9"),
        ({"url": "http://127.0.0.1:4222"}, "nats://host:port"),
        ({"url": "nats://me:secret@127.0.0.1:4222"}, "ALPHAPULSE_NATS_USER"),
        ({"publish": ("market", "gossip")}, "relays share"),
        ({"read": (v2.CONTROL,)}, "relays share"),
        ({"buffer_bytes": 1}, "at least 65536"),
        ({"history_s": 0}, "at least 1"),
        ({"settle_ms": -1}, "at least 0"),
    ],
)
def test_what_cannot_be_is_refused(wrong, says):
    with pytest.raises(ConfigRefused, match=says):
        check_nats(msgspec.structs.replace(NatsSettings("east"), **wrong))


def test_a_secret_in_an_url_is_not_repeated():
    with pytest.raises(ConfigRefused) as refused:
        check_nats(NatsSettings("east", url="nats://me:hush@127.0.0.1:4222"))
    assert "hush" not in str(refused.value)
