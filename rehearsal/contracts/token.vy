# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title A token for the rehearsal
@notice A plain ERC-20 whose decimals are chosen when it is deployed: 6 for the USDC-like, 18 for the WETH-like.
@dev The whole supply is minted to the deployer at once; there is no minting afterwards, so the supply is a constant
     that every test may check.
"""

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event Approval:
    owner: indexed(address)
    spender: indexed(address)
    value: uint256

name: public(String[32])
symbol: public(String[16])
decimals: public(immutable(uint8))
totalSupply: public(immutable(uint256))
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])


@deploy
def __init__(name: String[32], symbol: String[16], decimals_: uint8, supply_units: uint256):
    self.name = name
    self.symbol = symbol
    decimals = decimals_
    totalSupply = supply_units
    self.balanceOf[msg.sender] = supply_units
    log Transfer(sender=empty(address), receiver=msg.sender, value=supply_units)


@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    log Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@external
def transfer(receiver: address, amount: uint256) -> bool:
    self._move(msg.sender, receiver, amount)
    return True


@external
def transferFrom(sender: address, receiver: address, amount: uint256) -> bool:
    allowed: uint256 = self.allowance[sender][msg.sender]
    if allowed != max_value(uint256):
        self.allowance[sender][msg.sender] = allowed - amount
    self._move(sender, receiver, amount)
    return True


@internal
def _move(sender: address, receiver: address, amount: uint256):
    assert receiver != empty(address), "receiver"
    self.balanceOf[sender] -= amount
    self.balanceOf[receiver] += amount
    log Transfer(sender=sender, receiver=receiver, value=amount)
