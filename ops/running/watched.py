"""Exchanges a desk looks at beside the one it trades on, as a person writes them down.

One JSON file: ``{"exchanges": [...], "assets": [...]}``, cards as in :mod:`domain.desk`, and what
they name that the desk does not own yet. Empty addresses mean the exchange's own. How exchanges are
listened to is in :mod:`live.collectors.cex`.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from domain.desk import Asset, DeskCard, ExchangeCard
from domain.errors import InputRefused
from domain.market.dialect import pair_of


class Watched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a desk looks at.

    Args:
        exchanges: Each under a name of its own.
        assets: Those the exchanges name.
    """

    exchanges: tuple[ExchangeCard, ...] = ()
    assets: tuple[Asset, ...] = ()


def read_watched(path: Path) -> Watched:
    """Read a file of watched exchanges.

    Raises:
        ConfigRefused: A dialect nobody speaks.
        InputRefused: It is absent or not one, or names a symbol that is none.
    """
    from live.collectors.lines import line_of

    try:
        watched = msgspec.json.decode(path.read_bytes(), type=Watched)
    except OSError as error:
        raise InputRefused("this file cannot be read; check the path", file=str(path)) from error
    except msgspec.DecodeError as error:
        raise InputRefused(
            f"this is no file of watched exchanges: {error}; see docs/market-state.md",
            file=str(path),
        ) from error
    for exchange in watched.exchanges:
        line_of(exchange.dialect)
        pair_of(exchange.symbol)
    return watched


def watched_of(card: DeskCard) -> Watched:
    """Say what a desk looks at by its card."""
    named = {each for card in card.watched for each in (card.base_asset, card.quote_asset)}
    return Watched(card.watched, tuple(asset for asset in card.assets if asset.asset in named))


def with_watched(card: DeskCard, watched: Watched) -> DeskCard:
    """Put watched exchanges on a card.

    Raises:
        ConfigRefused: Two exchanges have one name.
        InputRefused: An asset nobody described.
    """
    from live.collectors.cex import chosen

    known = {asset.asset for asset in card.assets}
    new = tuple(asset for asset in watched.assets if asset.asset not in known)
    whole = msgspec.structs.replace(card, watched=watched.exchanges, assets=(*card.assets, *new))
    for exchange in watched.exchanges:
        for asset in (exchange.base_asset, exchange.quote_asset):
            whole.asset(asset)
    chosen(whole)
    return whole
