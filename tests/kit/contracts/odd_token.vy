# pragma version 0.4.3
# pragma evm-version cancun
"""
@title A token that taxes what is sent and may rebase
@notice Takes the place of the rehearsal's token: its storage is laid out alike, so that what was held stays held.
@dev Balances are shares times a factor; a factor of nothing is one.
"""

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event LogRebase:
    epoch: uint256
    supply: uint256

ONE: constant(uint256) = 10 ** 18

name: public(String[32])
symbol: public(String[16])
decimals: public(immutable(uint8))
totalSupply: public(immutable(uint256))
shares: HashMap[address, uint256]
allowance: public(HashMap[address, HashMap[address, uint256]])
factor_e18: uint256
TAX_BPS: immutable(uint256)
COLLECTOR: immutable(address)


@deploy
def __init__(decimals_: uint8, supply_units: uint256, tax_bps: uint256, collector: address):
    decimals = decimals_
    totalSupply = supply_units
    TAX_BPS = tax_bps
    COLLECTOR = collector


@external
@view
def balanceOf(holder: address) -> uint256:
    return self.shares[holder] * self._factor() // ONE


@external
def rebase(factor_e18: uint256):
    self.factor_e18 = factor_e18
    log LogRebase(epoch=1, supply=totalSupply * factor_e18 // ONE)


@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    return True


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._move(msg.sender, receiver, amount)
    return True


@external
def transferFrom(sender: address, receiver: address, amount: uint256) -> bool:
    self.allowance[sender][msg.sender] -= amount
    self._move(sender, receiver, amount)
    return True


@internal
@view
def _factor() -> uint256:
    return self.factor_e18 if self.factor_e18 != 0 else ONE


@internal
def _move(sender: address, receiver: address, amount: uint256):
    tax: uint256 = amount * TAX_BPS // 10000
    if tax != 0:
        self._shift(sender, COLLECTOR, tax)
    self._shift(sender, receiver, amount - tax)


@internal
def _shift(sender: address, receiver: address, amount: uint256):
    moved: uint256 = amount * ONE // self._factor()
    self.shares[sender] -= moved
    self.shares[receiver] += moved
    log Transfer(sender=sender, receiver=receiver, value=amount)
