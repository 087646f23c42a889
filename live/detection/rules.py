"""What counts as worth finding: one frozen value, read once; each default gives its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from domain.clock import SECOND_NS
from domain.confidence.half_life import HalfLife, expiry_ns
from domain.errors import ConfigRefused, InputRefused
from domain.money import VALUE_SCALE, exact_units

USDC_E24 = 10**VALUE_SCALE
MIN_NET_VARIABLE = "ALPHAPULSE_MIN_NET_USDC"
MAX_NOTIONAL_VARIABLE = "ALPHAPULSE_MAX_NOTIONAL_USDC"


_NOT_MEASURED: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of detection."""

    min_net_usd_e24: int = USDC_E24 // 2
    """Least profit after fees and gas, 10^-24 USDC. Half a dollar: below it, rounding and one
    missed block cost more than there is to gain."""

    max_notional_usd_e24: int = 15_000 * USDC_E24
    """Most book currency a leg may move, 10^-24 USDC. A tenth of the rehearsal's opening cash."""

    dex_dex_gas: int = 290_000
    """Gas of the atomic executor over two pools: the most that was measured (150k to 290k)."""

    cex_dex_gas: int = 160_000
    """Gas of one swap through the executor: the most that was measured (100k to 160k)."""

    base_fee_multiple: int = 2
    """The base fee can grow 12.5 % a block; twice it covers six full blocks and the tip."""

    max_book_age_ns: int = 3 * SECOND_NS
    """The collector beats once a second; three missed beats mean it hears nothing."""

    max_head_age_ns: int = 5 * SECOND_NS
    """Blocks come every second in the rehearsal; older heads mean a chain that stands still."""

    expiry_ns: int = 5 * SECOND_NS // 2
    """Two blocks and a half: later, the states it was found on are history."""

    mark_every_ns: int = SECOND_NS
    """The books interpolate nothing; one mark a second keeps their steps small."""

    half_life_ns: Mapping[str, int] = field(default_factory=lambda: _NOT_MEASURED)
    """How long edges of a strategy last, where that was measured."""

    least_expiry_ns: int = SECOND_NS // 2
    """Announcing, deciding and sending take a tenth of a second; half leaves room for a block."""

    def expiry_of(self, strategy: str) -> int:
        """Give how long an edge may be acted on: its half-life if known, never past the limit."""
        measured = self.half_life_ns.get(strategy)
        if measured is None:
            return self.expiry_ns
        estimate = HalfLife(measured, 0, 0)
        return expiry_ns(estimate, least_ns=self.least_expiry_ns, most_ns=self.expiry_ns)


def rules_from(environment: Mapping[str, str]) -> Rules:
    """Read the two rules people turn, in whole or fractional USDC; the rest are defaults.

    Raises:
        ConfigRefused: A value is not a plain positive number.
    """
    given = {
        field: _usd_e24(name, environment[name])
        for field, name in (
            ("min_net_usd_e24", MIN_NET_VARIABLE),
            ("max_notional_usd_e24", MAX_NOTIONAL_VARIABLE),
        )
        if environment.get(name)
    }
    return replace(Rules(), **given)


def _usd_e24(name: str, text: str) -> int:
    try:
        value = exact_units(text, VALUE_SCALE)
    except InputRefused as error:
        raise ConfigRefused(f"set {name} to an amount of USDC", got=text) from error
    if value <= 0:
        raise ConfigRefused(f"set {name} to more than nothing", got=text)
    return value
