"""Who is who on the chain, as settlement reads it: our addresses, the pools, the assets.

Derived once from the desk card. Look-ups only; reading receipts is `chain.py`'s work.
"""

from __future__ import annotations

import msgspec

from domain.desk import DeskCard, Pool
from domain.identity import erc20_asset, wallet_account


class ChainScope(msgspec.Struct, frozen=True):
    """The chain's side of a desk card, arranged for look-up by address.

    Args:
        deposits: Addresses that the exchange credits to us; what goes there stays ours.
        exchange: Its venue.
    """

    chain_id: int
    native: str
    base_asset: str
    quote_asset: str
    wallet: str
    executor: str
    own: frozenset[str]
    pools: dict[str, Pool]
    taxed: frozenset[str] = frozenset()
    deposits: frozenset[str] = frozenset()
    exchange: str = ""

    @classmethod
    def of(cls, card: DeskCard) -> ChainScope:
        """Arrange a desk card by address."""
        chain = card.chain
        return cls(
            chain_id=chain.chain_id,
            native=chain.native,
            base_asset=chain.base_token,
            quote_asset=chain.quote_token,
            wallet=chain.wallet,
            executor=chain.executor,
            own=card.own_addresses(),
            pools={pool.address: pool for pool in chain.pools},
            taxed=frozenset(
                asset.asset for asset in card.assets if asset.taxes_transfers is not False
            ),
            deposits=frozenset(card.exchange.deposit_addresses),
            exchange=card.exchange.venue,
        )

    def asset(self, token: str) -> str:
        """Name the asset a token contract stands for."""
        return erc20_asset(self.chain_id, token)

    def account(self, holder: str) -> str:
        """Name an address of ours as an account."""
        return wallet_account(self.chain_id, holder)

    def is_own(self, holder: str | None) -> bool:
        """Ask whether an address is ours."""
        return holder in self.own
