"""What a relay is told of the others it is joined with: section ``[nats]`` of its file.

Secrets are never here: user, password, token and credentials come from the environment.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from domain.errors import ConfigRefused
from live.protocol import v2

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SCHEMES = frozenset({"nats", "tls"})
_SHARED = tuple(channel for channel in v2.CHANNELS if channel != v2.CONTROL)
_LEAST_BUFFER_BYTES = 64 * 1024


class NatsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a relay takes part.

    Args:
        name: Of this relay among those joined; no two may have the same. Names its durable
            consumers.
        url: Of the server, ``nats://`` or ``tls://``.
        prefix: First word of every subject; desks that must not hear each other differ here.
        publish: Channels whose frames it gives to the others; control follows by itself.
        read: Channels whose frames it takes from the others.
        buffer_bytes: The most of each stream that waits while the server is away; then the oldest
            frame goes, and the others are told. Half a minute of 10 000 trades a second.
        history_s: How long the server keeps a frame: how long a relay may be away and miss nothing.
        history_bytes: The most the server keeps of a stream, whatever its age.
        settle_ms: How long a relay waits after its start before it reads, so that its readers are
            back and miss nothing. They come back within a second (`live/aio/backoff.py`).
        has_past: Whether a relay that joins for the first time is given what the server has kept:
            symbol maps and books are in there. Else it hears only what is published from then on.
    """

    name: str
    url: str = "nats://127.0.0.1:4222"
    prefix: str = "alphapulse"
    publish: tuple[str, ...] = _SHARED
    read: tuple[str, ...] = _SHARED
    buffer_bytes: int = 64 * 1024 * 1024
    history_s: int = 3_600
    history_bytes: int = 1024 * 1024 * 1024
    settle_ms: int = 1_500
    has_past: bool = True


def check_nats(settings: NatsSettings) -> None:
    """Hold that the settings can be.

    Raises:
        ConfigRefused: They cannot, in one sentence.
    """
    for word in (settings.name, settings.prefix):
        if not _NAME.fullmatch(word):
            raise ConfigRefused("[nats] name and prefix are 1 to 32 of A-Z a-z 0-9 - _", got=word)
    url = urlsplit(settings.url)
    if url.scheme not in _SCHEMES or not url.hostname:
        raise ConfigRefused("write the server as nats://host:port or tls://host:port")
    if "@" in url.netloc:
        raise ConfigRefused(
            "take the secret out of the url; set ALPHAPULSE_NATS_USER and _PASSWORD"
        )
    unknown = {*settings.publish, *settings.read} - set(_SHARED)
    if unknown:
        raise ConfigRefused(f"relays share {', '.join(_SHARED)}", got=min(unknown))
    least = {"buffer_bytes": _LEAST_BUFFER_BYTES, "settle_ms": 0}
    for name in ("buffer_bytes", "history_s", "history_bytes", "settle_ms"):
        if getattr(settings, name) < least.get(name, 1):
            raise ConfigRefused(f"[nats] {name} must be at least {least.get(name, 1)}")
