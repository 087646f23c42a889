"""The names in the small world: its accounts, what they open with, its hashes, its logs."""

from __future__ import annotations

from domain.chain.events import TRANSFER_TOPIC
from domain.chain.types import Log
from domain.identity import transit_account, wallet_account
from tests.kit.facts import CHAIN_ID, ETH, EXECUTOR, PAPER_ETH, PAPER_USDC, USDC, WALLET, WETH

DAY = "2025-11-20"
STRANGER = "0x" + "57" * 20
WALLET_ACCOUNT = wallet_account(CHAIN_ID, WALLET)
EXECUTOR_ACCOUNT = wallet_account(CHAIN_ID, EXECUTOR)
PAPER_ACCOUNT = "paper:spot"
UNDERWAY = transit_account("paper")
VENUES = {
    WALLET_ACCOUNT: "wallet",
    EXECUTOR_ACCOUNT: "executor",
    PAPER_ACCOUNT: "paper",
    UNDERWAY: UNDERWAY,
}
OPENING = {
    (WALLET_ACCOUNT, WETH): 50 * 10**18,
    (WALLET_ACCOUNT, USDC): 150_000 * 10**6,
    (WALLET_ACCOUNT, ETH): 100 * 10**18,
    (PAPER_ACCOUNT, PAPER_ETH): 50 * 10**10,
    (PAPER_ACCOUNT, PAPER_USDC): 150_000 * 10**8,
}
OPENING_MARKS_E6 = {"ETH": 3_000_000_000, "BNB": 600_000_000}
"""What the close before ended with."""


def tx_hash(number: int) -> str:
    """Name the transaction of a number."""
    return f"0x{number:064x}"


def block_hash(number: int) -> str:
    """Name the block of a number."""
    return f"0xb{number:063x}"


def token_address(asset: str) -> str:
    """Give the contract of an ERC-20 asset."""
    return asset.rpartition(":")[2]


def transfer_log(
    asset: str, sender: str, recipient: str, units: int, *, tx: int, index: int = 0
) -> Log:
    """Write what an ERC-20 contract logs."""
    return Log(
        address=token_address(asset),
        topics=(TRANSFER_TOPIC, topic_of(sender), topic_of(recipient)),
        data=f"0x{units:064x}",
        log_index=index,
        tx_hash=tx_hash(tx),
        tx_index=0,
        block_number=tx,
        block_hash=block_hash(tx),
    )


def a_log(
    contract: str, topics: tuple[str, ...], words: tuple[int, ...], *, tx: int, index: int
) -> Log:
    """Write any other event a contract logs."""
    data = "0x" + "".join(f"{word:064x}" for word in words)
    return Log(contract, topics, data, index, tx_hash(tx), 0, tx, block_hash(tx))


def topic_of(address: str) -> str:
    """Write an address as an indexed word of a log."""
    return "0x" + "0" * 24 + address[2:]
