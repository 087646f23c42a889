"""Lines as rows that reconciliation reads, and the rules a desk's reader may know beforehand.

The rules say what a careful operator knows: which token wraps which, what is taxed, where the
cut-off is, which block was orphaned and whose query failed. They do not say what was broken.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.reconciliation.rules import Migration, Rules
from domain.reconciliation.types import Row
from rehearsal.desks.catalog import MIGRATED, TAX_BPS
from rehearsal.desks.faults.hand import FX_RATES, Hand, dust_units
from rehearsal.desks.lines import Line


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Turn lines into rows, in base units."""
    return [
        Row(
            line.id,
            line.time_ns,
            line.account,
            line.asset.name,
            line.units,
            line.fee_asset.name if line.fee_asset else "",
            line.fee_units,
            line.ref,
            line.order,
            line.kind,
            line.status,
            line.block,
            line.price,
        )
        for line in lines
    ]


def rules_of(hand: Hand) -> Rules:
    """Say what the reader of a desk knows, once everything has struck."""
    chains = hand.catalog.chains
    return Rules(
        underlying={chain.wrapped.name: chain.native.name for chain in chains},
        migrations={
            chain.retired.name: Migration(chain.successor.name, MIGRATED) for chain in chains
        },
        native_assets=frozenset(chain.native.name for chain in chains),
        transfer_tax_bps={chain.taxed.name: TAX_BPS for chain in chains},
        dust_units={asset.name: dust_units(asset) for asset in hand.catalog.assets()},
        own_accounts=frozenset(hand.catalog.accounts()),
        orphaned_blocks=frozenset(hand.orphans),
        failed_accounts=frozenset(hand.failed),
        shared_accounts=frozenset(hand.shared),
        left_until_ns=hand.end_ns,
        right_until_ns=hand.end_ns,
        fx_rates=FX_RATES,
    )
