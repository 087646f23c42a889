"""Verifying a closed day from the front desk, and saying what of it was changed since."""

from __future__ import annotations

import json

from domain.errors import InvariantBroken
from domain.home import DeskHome
from ops.paper import Paper, table


def verify_and_print(home: DeskHome, day: str, *, as_json: bool) -> None:
    """Work out again what a closed day was sealed with, and print what holds.

    Raises:
        InputRefused: It was not closed.
        InvariantBroken: Something does not agree with what was closed.
    """
    from orchestration.closing.proving import prove

    proofs = prove(home, day)
    if as_json:
        told = [{"check": one.name, "differs": list(one.differs)} for one in proofs]
        print(json.dumps({"date": day, "checks": told}))  # noqa: T201 (the last line is a contract)
    else:
        rows = [(one.name, ", ".join(one.differs) or "holds") for one in proofs]
        Paper(width=140).print(table(("what was closed", "now"), rows))
    broken = [one.name for one in proofs if one.differs]
    if broken:
        raise InvariantBroken(
            "a closed day is not what was closed; keep this folder as evidence, restore a copy",
            day=day,
            failed="; ".join(broken),
        )
