# pragma version 0.4.3
# pragma evm-version cancun
"""
@title A lender for one transaction
@notice Lends what it has and takes it back with a premium at once, and says so as the large lenders do.
"""

interface Erc20:
    def transfer(to: address, amount: uint256) -> bool: nonpayable
    def transferFrom(source: address, to: address, amount: uint256) -> bool: nonpayable

event FlashLoan:
    target: indexed(address)
    initiator: address
    asset: indexed(address)
    amount: uint256
    interestRateMode: uint8
    premium: uint256
    referralCode: indexed(uint16)


@external
def lend(token: address, amount: uint256, premium: uint256):
    assert extcall Erc20(token).transfer(msg.sender, amount)
    assert extcall Erc20(token).transferFrom(msg.sender, self, amount + premium)
    log FlashLoan(
        target=msg.sender, initiator=msg.sender, asset=token, amount=amount, interestRateMode=0,
        premium=premium, referralCode=0,
    )
