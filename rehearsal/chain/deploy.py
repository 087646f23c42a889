"""What stands on the rehearsal chain at its opening, and how it gets there.

Two competing Uniswap V2 deployments, one V3 pool with three overlapping ranges, a WETH-like and a
USDC-like token, our executor, a funded desk and funded makers. Contracts are created first and in
one order, so their addresses follow from the deployer's nonces and are known without asking.
Not here: the node (`node.py`), the prepared state (`opening.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import isqrt
from typing import Any

import msgspec

from domain.desk import Asset, ChainCard, Pool
from domain.errors import InvariantBroken, Permanent
from domain.identity import erc20_asset, native_asset
from live.chain.calldata import call_data, decode_words
from live.chain.executor import approve_calldata
from live.chain.rpc import ChainClient
from live.chain.send_answers import Accepted
from live.chain.signer import Eip1559Tx, LocalSigner
from rehearsal.chain.artifacts import creation_code
from rehearsal.chain.keys import DEPLOYER_INDEX, MAKER_INDEX, desk_key, key_at, maker_key

CHAIN_ID = 31337
BASE_DECIMALS, QUOTE_DECIMALS = 18, 6
WETH, USDC, ETHER = 10**BASE_DECIMALS, 10**QUOTE_DECIMALS, 10**18

OPENING_PRICE_E6 = 3_000_000_000
V3_FEE_PIPS, V3_TICK_SPACING, V2_FEE_PIPS = 500, 10, 3000
V2_BASE_UNITS = 300 * WETH
V3_RANGES = ((12_000, 60 * WETH), (1_200, 6 * WETH), (300, 3 * WETH // 2))
"""(half width in ticks, base offered): near the price together about as deep as one V2 pool."""
DESK_WETH_UNITS, DESK_USDC_UNITS, DESK_WEI = 50 * WETH, 150_000 * USDC, 100 * ETHER
MAKER_WETH_UNITS, MAKER_USDC_UNITS = 20_000 * WETH, 60_000_000 * USDC
SUPPLY_WETH_UNITS, SUPPLY_USDC_UNITS = 10**6 * WETH, 5 * 10**9 * USDC

CREATIONS = (
    "weth", "usdc", "factory-a", "factory-b", "router-a", "router-b",
    "v3-factory", "v3-positions", "v3-router", "v3-quoter", "executor",
)  # fmt: skip
"""In the order of the deployer's nonces."""

_MAX = 2**256 - 1
_ZERO = "0x" + "00" * 20
_Q192 = 1 << 192
_GAS_LIMIT, _APPROVE_GAS_LIMIT = 9_000_000, 100_000
_MAX_FEE_WEI, _TIP_WEI = 10 * 10**9, 10**9
_RECEIPT_WAIT_S = 20.0
_MINT = "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))"


class Deployed(msgspec.Struct, frozen=True):
    """What was deployed: the card without a node to reach it by, and what the books must know."""

    card: ChainCard
    assets: tuple[Asset, ...]


@cache
def address_of(name: str) -> str:
    """Say where a contract of `CREATIONS` stands: keccak(rlp(deployer, nonce))[12:]."""
    import rlp
    from eth_utils.crypto import keccak

    deployer = bytes.fromhex(LocalSigner.from_key(key_at(DEPLOYER_INDEX)).address[2:])
    return "0x" + keccak(rlp.encode([deployer, CREATIONS.index(name)]))[12:].hex()


def sqrt_price_x96(price_e6: int, *, is_base_first: bool) -> int:
    """Turn quote per base into a V3 price, floored.

    Args:
        price_e6: Quote for one whole base, in millionths.
        is_base_first: Whether the base is the pool's token0.
    """
    quote_units, base_units = price_e6 * 10**QUOTE_DECIMALS, 10**6 * 10**BASE_DECIMALS
    if is_base_first:
        return isqrt(_Q192 * quote_units // base_units)
    return isqrt(_Q192 * base_units // quote_units)


def is_base_first() -> bool:
    """Say whether the pools hold WETH as token0: the lower address comes first."""
    return int(address_of("weth"), 16) < int(address_of("usdc"), 16)


class Account:
    """One signer sending transactions one after the other, each mined before the next."""

    def __init__(self, client: ChainClient, signer: LocalSigner) -> None:
        self._client, self._signer = client, signer

    @property
    def address(self) -> str:
        """Whose account it is."""
        return self._signer.address

    async def send(
        self, to: str | None, data: bytes, *, value_wei: int = 0, gas_limit: int = _GAS_LIMIT
    ) -> str:
        """Send and wait.

        Returns:
            The created contract's address, or an empty text.

        Raises:
            Permanent: The node refused it, or it reverted.
        """
        tx = Eip1559Tx(
            chain_id=CHAIN_ID,
            nonce=await self._client.nonce(self.address),
            to=to,
            data=data,
            value_wei=value_wei,
            gas_limit=gas_limit,
            max_fee_per_gas_wei=_MAX_FEE_WEI,
            max_priority_fee_per_gas_wei=_TIP_WEI,
        )
        signed = self._signer.sign(tx)
        answer = await self._client.send_raw(signed.raw)
        if not isinstance(answer, Accepted):
            raise Permanent("the node refuses a step of the deployment", answer=answer)
        receipt = await self._client.wait_receipt(signed.tx_hash, _RECEIPT_WAIT_S)
        if receipt is None or receipt.status != 1:
            raise Permanent("a step of the deployment failed", to=to, tx_hash=signed.tx_hash)
        return receipt.contract_address or ""


async def deploy(client: ChainClient, engine: str) -> Deployed:
    """Build the rehearsal world on a fresh chain that mines each transaction at once.

    Args:
        client: Of the node; its first ten mnemonic accounts hold native coins.
        engine: For the card, ``anvil`` or ``eth-tester``.
    """
    deployer = Account(client, LocalSigner.from_key(key_at(DEPLOYER_INDEX)))
    await _create_all(deployer)
    pools = await _open_pools(client, deployer)
    await _fund_makers(client, deployer)
    wallet = await _fund_desk(client, deployer)
    head = await client.head()
    card = ChainCard(
        chain_id=CHAIN_ID,
        engine=engine,
        rpc_url="",
        native=native_asset(CHAIN_ID),
        base_token=erc20_asset(CHAIN_ID, address_of("weth")),
        quote_token=erc20_asset(CHAIN_ID, address_of("usdc")),
        pools=pools,
        wallet=wallet,
        executor=address_of("executor"),
        opening_block=head.number,
    )
    return Deployed(card, await _assets(client, card))


async def _create_all(deployer: Account) -> None:
    steps: dict[str, Callable[[], bytes]] = {
        "weth": lambda: _token("Rehearsal Ether", "WETH", BASE_DECIMALS, SUPPLY_WETH_UNITS),
        "usdc": lambda: _token("Rehearsal Dollar", "USDC", QUOTE_DECIMALS, SUPPLY_USDC_UNITS),
        "factory-a": lambda: _code("v2-factory", deployer.address),
        "factory-b": lambda: _code("v2-factory", deployer.address),
        "router-a": lambda: _code("v2-router", address_of("factory-a"), address_of("weth")),
        "router-b": lambda: _code("v2-router", address_of("factory-b"), address_of("weth")),
        "v3-factory": lambda: creation_code("v3-factory"),
        "v3-positions": lambda: _code("v3-positions", *_v3_home(), _ZERO),
        "v3-router": lambda: _code("v3-router", *_v3_home()),
        "v3-quoter": lambda: _code("v3-quoter", *_v3_home()),
        "executor": lambda: _code("executor", LocalSigner.from_key(desk_key()).address),
    }
    for name in CREATIONS:
        if await deployer.send(None, steps[name]()) != address_of(name):
            raise InvariantBroken("deploy on a fresh chain only: the addresses differ", at=name)


async def _open_pools(client: ChainClient, deployer: Account) -> tuple[Pool, ...]:
    for spender in ("router-a", "router-b", "v3-positions"):
        await _approve(deployer, address_of(spender))
    return (
        await _open_v2(client, deployer, "univ2-a", "a"),
        await _open_v2(client, deployer, "univ2-b", "b"),
        await _open_v3(client, deployer),
    )


async def _open_v2(client: ChainClient, deployer: Account, venue: str, letter: str) -> Pool:
    weth, usdc = address_of("weth"), address_of("usdc")
    quote_units = _worth(V2_BASE_UNITS)
    add = call_data(
        "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
        weth, usdc, V2_BASE_UNITS, quote_units, 0, 0, deployer.address, _MAX,
    )  # fmt: skip
    await deployer.send(address_of(f"router-{letter}"), add)
    ask = call_data("getPair(address,address)", weth, usdc)
    found = decode_words("address", await client.call(address_of(f"factory-{letter}"), ask))[0]
    return Pool(venue, "v2", found.lower(), *_token_assets(), V2_FEE_PIPS)


async def _open_v3(client: ChainClient, deployer: Account) -> Pool:
    positions, tokens = address_of("v3-positions"), _tokens()
    price = sqrt_price_x96(OPENING_PRICE_E6, is_base_first=is_base_first())
    create = call_data(
        "createAndInitializePoolIfNecessary(address,address,uint24,uint160)",
        *tokens, V3_FEE_PIPS, price,
    )  # fmt: skip
    await deployer.send(positions, create)
    ask = call_data("getPool(address,address,uint24)", *tokens, V3_FEE_PIPS)
    pool = decode_words("address", await client.call(address_of("v3-factory"), ask))[0].lower()
    slot = await client.call(pool, call_data("slot0()"))
    tick = decode_words("uint160,int24", slot)[1]
    for half_width, base_units in V3_RANGES:
        await deployer.send(positions, _mint(deployer.address, tick, half_width, base_units))
    return Pool("univ3", "v3", pool, *_token_assets(), V3_FEE_PIPS, V3_TICK_SPACING)


def _mint(owner: str, tick: int, half_width: int, base_units: int) -> bytes:
    middle = tick // V3_TICK_SPACING * V3_TICK_SPACING
    offered = (base_units, _worth(base_units))
    amounts = offered if is_base_first() else offered[::-1]
    bounds = (middle - half_width, middle + half_width)
    return call_data(_MINT, (*_tokens(), V3_FEE_PIPS, *bounds, *amounts, 0, 0, owner, _MAX))


async def _fund_makers(client: ChainClient, deployer: Account) -> None:
    routers = {"univ2-a": "router-a", "univ2-b": "router-b", "univ3": "v3-router"}
    for venue in MAKER_INDEX:
        maker = Account(client, LocalSigner.from_key(maker_key(venue)))
        await _give(deployer, "weth", maker.address, MAKER_WETH_UNITS)
        await _give(deployer, "usdc", maker.address, MAKER_USDC_UNITS)
        await _approve(maker, address_of(routers[venue]))


async def _fund_desk(client: ChainClient, deployer: Account) -> str:
    desk = Account(client, LocalSigner.from_key(desk_key()))
    await deployer.send(desk.address, b"", value_wei=ETHER)
    await _approve(desk, address_of("executor"))
    await _give(deployer, "weth", desk.address, DESK_WETH_UNITS)
    await _give(deployer, "usdc", desk.address, DESK_USDC_UNITS)
    missing_wei = DESK_WEI - await client.balance_wei(desk.address)
    await deployer.send(desk.address, b"", value_wei=missing_wei)
    return desk.address


async def _give(giver: Account, token: str, to: str, units: int) -> None:
    await giver.send(address_of(token), call_data("transfer(address,uint256)", to, units))


async def _approve(owner: Account, spender: str) -> None:
    for token in ("weth", "usdc"):
        data = approve_calldata(spender, _MAX)
        await owner.send(address_of(token), data, gas_limit=_APPROVE_GAS_LIMIT)


async def _assets(client: ChainClient, card: ChainCard) -> tuple[Asset, ...]:
    tokens = [
        await _read_token(client, address_of("weth"), "ETH"),
        await _read_token(client, address_of("usdc"), "USDC"),
    ]
    return (Asset(card.native, "ETH", 18, "ETH"), *tokens)


async def _read_token(client: ChainClient, address: str, underlying: str) -> Asset:
    symbol = decode_words("string", await client.call(address, call_data("symbol()")))[0]
    decimals = decode_words("uint8", await client.call(address, call_data("decimals()")))[0]
    return Asset(erc20_asset(CHAIN_ID, address), symbol, decimals, underlying)


def _code(name: str, *addresses: str) -> bytes:
    return creation_code(name) + _words(["address"] * len(addresses), addresses)


def _token(name: str, symbol: str, decimals: int, supply_units: int) -> bytes:
    types = ["string", "string", "uint8", "uint256"]
    return creation_code("token") + _words(types, (name, symbol, decimals, supply_units))


def _words(types: list[str], values: tuple[Any, ...]) -> bytes:
    from eth_abi.abi import encode

    return encode(types, values)


def _v3_home() -> tuple[str, str]:
    return address_of("v3-factory"), address_of("weth")


def _tokens() -> tuple[str, str]:
    weth, usdc = address_of("weth"), address_of("usdc")
    return (weth, usdc) if is_base_first() else (usdc, weth)


def _token_assets() -> tuple[str, str]:
    first, second = _tokens()
    return erc20_asset(CHAIN_ID, first), erc20_asset(CHAIN_ID, second)


def _worth(base_units: int) -> int:
    return base_units * OPENING_PRICE_E6 * 10**QUOTE_DECIMALS // (10**6 * 10**BASE_DECIMALS)
