"""Keys of the rehearsal, derived when asked for from anvil's public test mnemonic. Worth nothing.

The desk's account lies outside the ten that the node funds, so what it owns is what we gave it.
"""

from __future__ import annotations

from functools import cache

MNEMONIC = "test test test test test test test test test test test junk"
"""Printed by anvil and hardhat at every start; known to everyone."""

DEPLOYER_INDEX = 0
DESK_INDEX = 20
STRANGER_INDEX = 9
TREASURY_INDEX = 8
"""Where the paper exchange is paid, and what it pays from."""
MAKER_INDEX = {"univ2-a": 5, "univ2-b": 6, "univ3": 7}
"""One maker a pool, so that their nonces never meet."""


@cache
def key_at(index: int) -> str:
    """Derive the key of one account of the test mnemonic (BIP-44 path of Ethereum)."""
    from eth_account import Account

    Account.enable_unaudited_hdwallet_features()
    path = f"m/44'/60'/0'/0/{index}"
    return "0x" + bytes(Account.from_mnemonic(MNEMONIC, account_path=path).key).hex()


def desk_key() -> str:
    """Give the key of the rehearsal desk's wallet."""
    return key_at(DESK_INDEX)


def treasury_key() -> str:
    """Give the key of the paper exchange's wallet."""
    return key_at(TREASURY_INDEX)


def maker_key(venue: str) -> str:
    """Give the key of the market maker of one pool."""
    return key_at(MAKER_INDEX[venue])
