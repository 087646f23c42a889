"""What a relay is told in a file: where it listens, what it keeps, who gives way. TOML.

A key nobody knows or a value that cannot be is refused in one sentence, before anything is opened.
The whole file is described, with an example, in docs/relay.md.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from domain.errors import ConfigRefused
from live.protocol import v2
from live.relay.bridge.settings import BridgeSettings, check_bridge
from live.relay.listening import TcpAddress, tcp_address
from live.relay.nats.settings import NatsSettings, check_nats
from live.relay.policies import Limits, Policy
from live.relay.sockets import BOOKS, CHAIN, DEFI, MARKET, PAPER, SIGNALS, TRADER, VENUES

_SUFFIX = ".sock"
_LONGEST_PATH = 100
"""Linux refuses Unix socket paths of 108 bytes and more (sun_path)."""
_MOST_PORT = 65_535


class Ingests(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may bring frames.

    Args:
        v1: Names of v1 ingest sockets, one a venue, without ``.sock``.
        v2: Names of v2 ingest sockets.
        v2_tcp: Address of a v2 ingest on TCP; empty for none.
    """

    v1: tuple[str, ...] = VENUES
    v2: tuple[str, ...] = ()
    v2_tcp: str = ""


class Outlets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where readers connect.

    Args:
        v1: Name of the socket that streams v1 at once, without ``.sock``.
        v2: Name of the socket that waits for a hello.
        tcp: Address where the same is served on TCP; empty for none.
    """

    v1: str = MARKET.removesuffix(_SUFFIX)
    v2: str = DEFI.removesuffix(_SUFFIX)
    tcp: str = ""


class RelaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a relay can be told; every default is what the desk's own relay uses.

    Args:
        folder: Of the sockets, and of the log of a relay that runs alone.
        name: Of this relay, in its log.
        metrics_port: On loopback, for ``/metrics`` and ``/health``; 0 takes any free one.
        ingest: Who may bring frames.
        serve: Where readers connect.
        limits: How much is kept, and for whom.
        policies: Channel -> what gives way when a reader is too slow for it.
        nats: How it is joined to other relays; None when it is not.
        websocket: Where browsers connect; None when they do not.
    """

    folder: str
    name: str = "relay"
    metrics_port: int = 0
    ingest: Ingests = Ingests()
    serve: Outlets = Outlets()
    limits: Limits = Limits()
    policies: dict[str, Policy] = {}
    nats: NatsSettings | None = None
    websocket: BridgeSettings | None = None


def desk_settings(folder: Path) -> RelaySettings:
    """Give the settings of the relay inside a desk."""
    v1 = (PAPER.removesuffix(_SUFFIX),)
    named = tuple(name.removesuffix(_SUFFIX) for name in (BOOKS, CHAIN, SIGNALS, TRADER))
    return RelaySettings(str(folder), ingest=Ingests(v1=v1, v2=named))


def read_settings(path: Path) -> RelaySettings:
    """Read a relay's settings from a file.

    Raises:
        ConfigRefused: The file cannot be read, is no TOML, or says something that cannot be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigRefused("this file of settings cannot be read", path=path) from error
    return settings_of(text)


def settings_of(text: str) -> RelaySettings:
    """Read a relay's settings.

    Raises:
        ConfigRefused: It is no TOML, or says something that cannot be.
    """
    try:
        settings = msgspec.toml.decode(text, type=RelaySettings)
    except msgspec.DecodeError as error:
        raise ConfigRefused(f"mend the relay's settings: {error}") from error
    _check_names(settings)
    _check_numbers(settings)
    if settings.nats is not None:
        check_nats(settings.nats)
    if settings.websocket is not None:
        check_bridge(settings.websocket)
    return settings


def socket_path(settings: RelaySettings, name: str) -> Path:
    """Give the path of a named socket."""
    return Path(settings.folder) / f"{name}{_SUFFIX}"


def tcp_or_none(text: str) -> TcpAddress | None:
    """Read an address that may be empty.

    Raises:
        ConfigRefused: It is neither empty nor an address.
    """
    return tcp_address(text) if text else None


def _check_names(settings: RelaySettings) -> None:
    ingest, serve = settings.ingest, settings.serve
    names = [*ingest.v1, *ingest.v2, serve.v1, serve.v2]
    if not settings.folder or not settings.name:
        raise ConfigRefused("give the relay a folder for its sockets, and a name")
    for name in names:
        if not name.replace("-", "").replace("_", "").isalnum():
            raise ConfigRefused("name a socket by letters, digits, - and _", got=name)
        if names.count(name) > 1:
            raise ConfigRefused("two sockets have one name; rename one", name=name)
        if len(str(socket_path(settings, name)).encode()) > _LONGEST_PATH:
            raise ConfigRefused("this folder's path is too long for sockets; take a shorter one")
    for text in (ingest.v2_tcp, serve.tcp):
        tcp_or_none(text)
    unknown = [channel for channel in settings.policies if channel not in v2.CHANNELS]
    if unknown:
        known = ", ".join(v2.CHANNELS)
        raise ConfigRefused(f"there is no such channel; there are {known}", got=unknown[0])
    if settings.policies.get(v2.CONTROL, Policy.DISCONNECT) is not Policy.DISCONNECT:
        raise ConfigRefused("the control channel says what is missing and may lose nothing itself")


def _check_numbers(settings: RelaySettings) -> None:
    if not 0 <= settings.metrics_port <= _MOST_PORT:
        raise ConfigRefused("a port is 0 to 65535", metrics_port=settings.metrics_port)
    for name in settings.limits.__struct_fields__:
        value = getattr(settings.limits, name)
        least = _LEAST.get(name, 1)
        if value < least:
            raise ConfigRefused(f"{name} must be at least {least}", got=value)


_LEAST = {"queue_bytes": 64 * 1024, "replay_frames": 0, "replay_bytes": 0, "expiries": 0}
"""A queue has room for the largest v1 frame; what is 0 is switched off."""
