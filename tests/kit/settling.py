"""Comparing settlements by what they say, not by the order they say it in."""

from __future__ import annotations

import msgspec

from domain.settlement.outcome import Settlement


def content(settlement: Settlement) -> dict[str, list[bytes]]:
    """Write what settled without its order."""
    return {
        name: sorted(map(msgspec.json.encode, getattr(settlement, name)))
        for name in settlement.__struct_fields__
    }
