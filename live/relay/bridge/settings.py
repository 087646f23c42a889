"""What a relay is told of browsers: section ``[websocket]`` of its file."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from domain.errors import ConfigRefused

_MOST_PORT = 65_535


class BridgeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where browsers connect, and which may.

    Args:
        host: To listen on; loopback unless a proxy with a lock on its door stands in front.
        port: To listen on; 0 takes any free one, which the log names. The deployed bridge has 8765.
        origins: Pages that may read, as browsers name them (``https://desk.example``), beside those
            served from this machine. Any page a trader opens can reach loopback: this is the lock.
        browsers: The most at once; each has a queue of its own.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    origins: tuple[str, ...] = ()
    browsers: int = 200


def check_bridge(settings: BridgeSettings) -> None:
    """Hold that the settings can be.

    Raises:
        ConfigRefused: They cannot, in one sentence.
    """
    if not settings.host or not 0 <= settings.port <= _MOST_PORT:
        raise ConfigRefused("[websocket] takes a host and a port from 0 to 65535")
    if settings.browsers < 1:
        raise ConfigRefused("[websocket] browsers must be at least 1")
    for origin in settings.origins:
        page = urlsplit(origin)
        if page.scheme not in {"http", "https"} or not page.hostname or page.path:
            raise ConfigRefused("write an origin as https://host or https://host:port", got=origin)


def may_read(origin: str | None, settings: BridgeSettings) -> bool:
    """Say whether a page may read: one of this machine, a named one, or what is no browser."""
    if origin is None or origin in settings.origins:
        return True
    return urlsplit(origin).hostname in {"localhost", "127.0.0.1", "::1"}
