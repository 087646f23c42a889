"""Setting up is recognised narrowly: an approval to a stranger is not one."""

from __future__ import annotations

from domain.settlement.setup import APPROVAL
from tests.kit.facts import EXECUTOR, WALLET, WETH
from tests.kit.receipts import a_log, own_transaction, read_alone, word
from tests.kit.world_names import STRANGER, token_address


def test_an_approval_to_our_executor_is_set_up_and_its_gas_a_cost_of_the_desk():
    log = a_log(token_address(WETH), 2**255, APPROVAL, word(WALLET), word(EXECUTOR))
    reading = read_alone(own_transaction(log))
    assert [(paid.strategy, paid.fee_wei) for paid in reading.gas] == [("desk", 20)]
    assert reading.unexplained == []


def test_an_approval_to_a_stranger_is_not_set_up():
    log = a_log(token_address(WETH), 2**255, APPROVAL, word(WALLET), word(STRANGER))
    reading = read_alone(own_transaction(log))
    assert reading.gas == []
    assert [one.units for one in reading.unexplained] == [-20]


def test_deploying_our_executor_is_set_up():
    reading = read_alone(own_transaction(to=None, contract_address=EXECUTOR))
    assert [paid.venues for paid in reading.gas] == [("chain",)]
