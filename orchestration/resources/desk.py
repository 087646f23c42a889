"""Which desk the books are about, as Dagster hands it to assets, checks and sensors.

Nothing here reads money; it finds the folder and its reference data.
"""

from __future__ import annotations

import dagster as dg

from domain.desk import DeskCard, read_card
from domain.errors import ConfigRefused
from domain.home import DeskHome
from orchestration.partitions import desk_home


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
    """Read the desk's reference data.

    Raises:
        ConfigRefused: No desk was opened here.
    """
    try:
        return read_card(home.card.read_bytes())
    except OSError as error:
        raise ConfigRefused(
            "there is no desk here yet; open one with `alphapulse demo`", path=home.card
        ) from error
