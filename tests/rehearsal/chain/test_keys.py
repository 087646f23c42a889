"""The rehearsal's keys are anvil's public ones, each role its own."""

from __future__ import annotations

from live.chain.signer import LocalSigner
from rehearsal.chain.keys import DEPLOYER_INDEX, MAKER_INDEX, desk_key, key_at, maker_key


def test_the_first_key_is_the_one_anvil_prints():
    deployer = LocalSigner.from_key(key_at(DEPLOYER_INDEX))
    assert deployer.address == "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"


def test_desk_makers_and_deployer_are_different_people():
    keys = [desk_key(), key_at(DEPLOYER_INDEX), *(maker_key(venue) for venue in MAKER_INDEX)]
    assert len(set(keys)) == len(keys)
