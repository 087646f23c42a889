"""Which desk the books are about, as Dagster hands it to assets, checks and sensors.

Nothing here reads money; it finds the folder and its reference data.
"""

from __future__ import annotations

import dagster as dg
import msgspec

from domain.desk import DeskCard, read_card
from domain.errors import ConfigRefused
from domain.home import DeskHome
from orchestration.partitions import desk_home, first_opened_ns


class Desk(dg.ConfigurableResource):
    """The desk whose books these are.

    Args:
        root: Its folder; empty means ``ALPHAPULSE_HOME``, else ``var/desk`` under the checkout.
    """

    root: str = ""

    @property
    def home(self) -> DeskHome:
        """Where the desk keeps its things."""
        return desk_home(self.root)


def desk_card(home: DeskHome) -> DeskCard:
    """Read the desk's reference data, with the instant it was *first* opened.

    The card is written anew whenever a desk resumes; the books began at the first opening.

    Raises:
        ConfigRefused: No desk was opened here.
    """
    try:
        card = read_card(home.card.read_bytes())
        return msgspec.structs.replace(card, opened_ns=first_opened_ns(home) or card.opened_ns)
    except OSError as error:
        raise ConfigRefused(
            "there is no desk here yet; open one with `alphapulse demo`", path=home.card
        ) from error
