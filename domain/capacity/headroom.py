"""How much more a stage could carry: what was measured, what follows from it, what is not known.

A stage that was busy b of t seconds doing n items could do n·t/b in t if everything else stayed the
same; that is the utilisation law, an upper bound for one worker and no promise. Sentences under
`known` are measurements or follow from them; those under `unknown` say what nobody measured.
"""

from __future__ import annotations

from fractions import Fraction

import msgspec

from domain.capacity.scalability import NotFitted, ScalabilityFit
from domain.clock import SECOND_NS
from domain.money import from_units

_SHOWN_DECIMALS = 3


class StageLoad(msgspec.Struct, frozen=True):
    """One stage over one span: items done, time busy with them, time that passed."""

    stage: str
    items: int
    busy_ns: int
    elapsed_ns: int


class Headroom(msgspec.Struct, frozen=True):
    """What one stage carried and could carry.

    Args:
        utilisation: Busy share of the span, exact; None when nothing was measured.
        offered_per_s: Items that came per second, exact; None when nothing was measured.
        ceiling_per_s: Items one worker could do at most; None when it was never busy.
        factor: Ceiling over offered; None when either is not known.
    """

    stage: str
    utilisation: Fraction | None
    offered_per_s: Fraction | None
    ceiling_per_s: Fraction | None
    factor: Fraction | None
    known: tuple[str, ...]
    unknown: tuple[str, ...]


def headroom(load: StageLoad, law: ScalabilityFit | NotFitted | None = None) -> Headroom:
    """State one stage's headroom.

    Args:
        load: As measured; a span of no time says nothing.
        law: How it scales, if that was measured.
    """
    if load.elapsed_ns <= 0:
        nothing = (f"{load.stage}: no span was measured",)
        return Headroom(load.stage, None, None, None, None, (), nothing)
    offered = Fraction(load.items * SECOND_NS, load.elapsed_ns)
    is_busy = load.busy_ns > 0 and load.items > 0
    ceiling = Fraction(load.items * SECOND_NS, load.busy_ns) if is_busy else None
    return Headroom(
        stage=load.stage,
        utilisation=Fraction(load.busy_ns, load.elapsed_ns),
        offered_per_s=offered,
        ceiling_per_s=ceiling,
        factor=ceiling / offered if ceiling else None,
        known=_known(load, offered, ceiling, law),
        unknown=_unknown(load, ceiling, law),
    )


def _known(
    load: StageLoad,
    offered: Fraction,
    ceiling: Fraction | None,
    law: ScalabilityFit | NotFitted | None,
) -> tuple[str, ...]:
    known = [
        f"{load.stage} did {load.items} items in {shown(Fraction(load.elapsed_ns, SECOND_NS))} s, "
        f"{shown(offered)} per second"
    ]
    if ceiling is not None:
        known.append(f"busy throughout, one worker would do {shown(ceiling)} per second at most")
    if isinstance(law, ScalabilityFit):
        known.append(
            f"measured up to {law.measured_up_to} at once: serial share {shown(law.sigma)}, "
            f"crosstalk {shown(law.kappa)}"
        )
    return tuple(known)


def _unknown(
    load: StageLoad, ceiling: Fraction | None, law: ScalabilityFit | NotFitted | None
) -> tuple[str, ...]:
    unknown: list[str] = []
    if ceiling is None:
        unknown.append(f"{load.stage} was never busy: its ceiling was not measured")
    if law is None:
        unknown.append(f"{load.stage} was measured at one load only: how it scales is not known")
    elif isinstance(law, NotFitted):
        unknown.append(f"how {load.stage} scales is not known: {law.reason}")
    else:
        unknown.append(f"beyond {law.measured_up_to} at once the law is an extrapolation")
    return tuple(unknown)


def shown(value: Fraction) -> str:
    """Write a rational for people, three decimals, rounded down."""
    return from_units(value.numerator * 10**_SHOWN_DECIMALS // value.denominator, _SHOWN_DECIMALS)
