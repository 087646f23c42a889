"""Opening a desk: a chain, an exchange, ports and secrets, written down on one card.

The chain survives its opener, so that the books can read it after the loop has stopped. Nothing
here trades; what the desk then does is the loop's.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
from base64 import b64encode
from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec

from domain.clock import Clock
from domain.desk import Asset, DeskCard, ExchangeCard, read_card, told_card
from domain.errors import Refused
from domain.home import DeskHome
from domain.identity import fact_id, venue_account, venue_asset
from domain.ledger.periods import locked_days
from journal.records import DeskOpened
from live.aio.sockets import private_folder
from ops.running.watched import Watched, watched_of, with_watched

if TYPE_CHECKING:
    from rehearsal.chain.opening import RunningChain

METERED = (
    "chain",
    "exchange",
    "market",
    "relay",
    "recorder",
    "collector-cex",
    "collector-dex",
    "detector",
    "trader",
)
"""Processes with a metrics and health page."""

_VENUE = "paper"


def open_desk(
    home: DeskHome, *, seed: int, clock: Clock, watched: Watched | None = None
) -> tuple[DeskCard, RunningChain]:
    """Bring up the chain and write the desk card; a desk opened before resumes where it stopped.

    Args:
        home: The desk's folder.
        seed: Seeds the market's walk.
        clock: Stamps the opening.
        watched: Exchanges to look at; None keeps those of the desk opened before.

    Returns:
        The card as written to `home.card`, and the running chain to stop at the end.
    """
    from rehearsal.chain.opening import open_chain

    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    private_folder(home.sockets)
    before = read_card(home.card.read_bytes()) if home.card.exists() else None
    chain = asyncio.run(open_chain(home, seed=seed))
    ports = free_ports(len(METERED) + 1)
    opened_ns = clock.now_ns()
    card = DeskCard(
        desk_id=before.desk_id if before else fact_id("desk", str(home.root), opened_ns)[:12],
        seed=before.seed if before else seed,
        opened_ns=opened_ns,
        assets=(*chain.assets, *_exchange_assets()),
        chain=chain.card_part,
        exchange=_exchange_card(ports[-1]),
        metrics_ports=dict(zip(METERED, ports, strict=False)),
    )
    watched = watched or (watched_of(before) if before else Watched())
    try:
        card = with_watched(card, watched)
    except Refused:
        chain.stop()
        raise
    _write_whole(home, card)
    return card, chain


def opening_of(card: DeskCard) -> DeskOpened:
    """State that a desk opened, with nothing of its card that a node's host gave us in secret."""
    return DeskOpened(desk_id=card.desk_id, opened_ns=card.opened_ns, card=told_card(card))


def clear_for_demo(home: DeskHome) -> None:
    """Remove what an earlier demo left, the chain of a killed one included, and mark the folder.

    Raises:
        Refused: Somebody would miss it: the folder holds something that is not a desk or a desk
            that `up` traded, a day is locked, or people worked on breaks.
        StorageFailed: Nobody can say who did, since the database of its cases does not answer.
    """
    from rehearsal.chain.opening import stop_left_over

    _refuse_what_is_missed(home)
    asyncio.run(stop_left_over(home))
    shutil.rmtree(home.root)
    home.root.mkdir(parents=True, mode=0o700)
    home.demo_mark.touch()


def keep(home: DeskHome) -> None:
    """Take a desk as one to go on with, which no demo clears any more."""
    home.demo_mark.unlink(missing_ok=True)


def _refuse_what_is_missed(home: DeskHome) -> None:
    from orchestration.closing.periods import period_marks

    foreign = {path.name for path in home.root.iterdir()} - _DESK_FOLDERS
    if foreign:
        raise Refused(
            f"name another folder: {home.root} holds more than a desk",
            found=", ".join(sorted(foreign)),
        )
    if locked := locked_days(period_marks(home)):
        raise Refused("name another folder: days of this desk are locked", locked=", ".join(locked))
    if home.journal_db.exists() and not home.demo_mark.exists():
        raise Refused(
            "give --home another folder, or remove this one yourself: its desk is no demo's",
            home=home.root,
        )
    if people := _who_worked_on_breaks(home):
        raise Refused(
            "give --home another folder, or remove this one yourself: people worked on its breaks",
            people=", ".join(people),
        )


def _who_worked_on_breaks(home: DeskHome) -> list[str]:
    """Name who did: in the desk's own file, or wherever the environment says its cases are."""
    from ops.breaks.store import DETECTED, CaseStore, database_url

    url = database_url(home)
    own = home.operations_db
    if not (own if url == f"sqlite:///{own}" else home.journal_db).exists():
        return []
    store = CaseStore(url)
    try:
        return sorted({change.actor for change in store.history()} - {DETECTED})
    finally:
        store.close()


def desk_secrets() -> dict[str, str]:
    """Give the environment the loop and the captures need; what is set already is kept.

    The signer's key is the rehearsal chain's public test key; the exchange's are made anew.
    """
    from rehearsal.chain.keys import desk_key

    made = {
        "ALPHAPULSE_SIGNER_KEY": desk_key(),
        "ALPHAPULSE_EXCHANGE_KEY": secrets.token_urlsafe(24),
        # Kraken's secrets are base64 of 64 bytes.
        "ALPHAPULSE_EXCHANGE_SECRET": b64encode(secrets.token_bytes(64)).decode(),
    }
    return {name: os.environ.get(name) or value for name, value in made.items()}


def free_ports(count: int) -> list[int]:
    """Find loopback ports nobody listens on, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


_DESK_FOLDERS = {
    "desk.json",
    "crew.lock",
    "demo",
    "operations.sqlite",
    "journal",
    "chain",
    "exchange",
    "logs",
    "lake",
    "warehouse",
    "marts",
    "exports",
    "dagster",
    "run",
}


def _exchange_assets() -> tuple[Asset, ...]:
    return (
        Asset(asset=venue_asset(_VENUE, "ETH"), symbol="ETH", decimals=10, underlying="ETH"),
        Asset(asset=venue_asset(_VENUE, "USDC"), symbol="USDC", decimals=8, underlying="USDC"),
    )


def _exchange_card(port: int) -> ExchangeCard:
    return ExchangeCard(
        venue=_VENUE,
        dialect="kraken",
        rest_url=f"http://127.0.0.1:{port}",
        ws_url=f"ws://127.0.0.1:{port}",
        symbol="ETH/USDC",
        base_asset=venue_asset(_VENUE, "ETH"),
        quote_asset=venue_asset(_VENUE, "USDC"),
        account=venue_account(_VENUE, "spot"),
        price_tick="0.01",
        lot="0.00000001",
        taker_fee_pips=1000,
    )


def _write_whole(home: DeskHome, card: DeskCard) -> None:
    draft = home.card.with_suffix(".draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2))
    draft.replace(home.card)
