"""Who is who on the chain comes from the desk card alone."""

from domain.settlement.scope import ChainScope
from tests.kit.facts import CHAIN_ID, EXECUTOR, WALLET, WETH, a_card

SCOPE = ChainScope.of(a_card())


def test_our_addresses_are_the_wallet_and_the_executor():
    assert SCOPE.is_own(WALLET)
    assert SCOPE.is_own(EXECUTOR)
    assert not SCOPE.is_own("0x" + "57" * 20)
    assert not SCOPE.is_own(None)


def test_pools_are_found_by_address():
    card = a_card()
    assert {SCOPE.pools[pool.address].venue for pool in card.chain.pools} == {
        "univ2-a",
        "univ2-b",
        "univ3",
    }


def test_assets_and_accounts_are_named_by_the_house_s_identities():
    assert SCOPE.asset(WETH.rpartition(":")[2]) == WETH == SCOPE.base_asset
    assert SCOPE.account(WALLET) == f"eip155:{CHAIN_ID}:{WALLET}"
