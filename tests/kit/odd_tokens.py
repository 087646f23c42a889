"""Contracts that do to a desk what no Transfer to it says, put where the rehearsal's own stand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eth_abi.abi import encode

from domain.settlement.rebases import REBASE_TOPICS
from live.chain.calldata import call_data
from live.chain.signer import LocalSigner
from rehearsal.chain.keys import maker_key
from tests.kit.chain import TestChain
from tests.kit.incidents import COLLECTOR

CONTRACTS = Path(__file__).with_name("contracts")
GAS_LIMIT = 5_000_000
SUPPLY_UNITS = 10**24


@cache
def compiled(name: str) -> bytes:
    """Compile a contract of the tests."""
    from vyper import compile_code

    source = (CONTRACTS / f"{name}.vy").read_text()
    return bytes.fromhex(compile_code(source, output_formats=["bytecode"])["bytecode"][2:])


def deploy(chain: TestChain, code: bytes) -> str:
    """Put a contract on the chain, at a stranger's cost."""
    receipt = chain.send(chain.stranger, None, code, gas_limit=GAS_LIMIT)
    assert receipt.contract_address
    return receipt.contract_address


def make_base_odd(chain: TestChain, tax_bps: int) -> None:
    """Let the base token become one that taxes transfers and can rebase; what is held stays."""
    terms = (18, SUPPLY_UNITS, tax_bps, COLLECTOR)
    code = compiled("odd_token") + encode(["uint8", "uint256", "uint256", "address"], terms)
    chain.rpc("anvil_setCode", chain.weth, chain.rpc("eth_getCode", deploy(chain, code), "latest"))


def a_lender(chain: TestChain, token: str, units: int) -> str:
    """Put a lender on the chain that has something to lend."""
    lender = deploy(chain, compiled("lender"))
    maker = LocalSigner.from_key(maker_key("univ3"))
    assert chain.send(maker, token, call_data("transfer(address,uint256)", lender, units)).status
    return lender


def rebase_base(chain: TestChain, factor_e18: int) -> tuple[str, int]:
    """Let the base token rebase; give the transaction's hash and block."""
    receipt = chain.send(chain.stranger, chain.weth, call_data("rebase(uint256)", factor_e18))
    assert REBASE_TOPICS[0] in {log.topics[0] for log in receipt.logs}
    return receipt.tx_hash, receipt.block_number
