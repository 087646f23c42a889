# pragma version 0.4.3
# pragma evm-version cancun
# pragma optimize gas
"""
@title The desk's executor
@notice Takes DEX-DEX arbitrage in one transaction without capital, and single swaps for the wallet.
@dev What must hold, and where it is held:
     - only the owner starts anything (`_only_owner`), so every pool and token named here is the owner's choice;
     - a callback is obeyed once, only from the pool a running entry point has just armed, and only while it runs
       (`armed` is transient: it is empty at the start of every transaction);
     - what a callback may pay is bounded: by the quote the sale really brought (arbitrage), by the amount the
       owner named (single swap), by the base just bought (inner sale);
     - the owner's wallet is touched by `swap_exact_in` alone, never by `arbitrage`;
     - nothing stays: both entry points end with the balances they began with. `sweep` is for what strangers send.
"""

interface Erc20:
    def balanceOf(holder: address) -> uint256: view
    def transfer(to: address, amount: uint256) -> bool: nonpayable
    def transferFrom(source: address, to: address, amount: uint256) -> bool: nonpayable

interface PairV2:
    def getReserves() -> (uint112, uint112, uint32): view
    def swap(amount0_out: uint256, amount1_out: uint256, to: address, data: Bytes[32]): nonpayable

interface PoolV3:
    def swap(
        recipient: address,
        zero_for_one: bool,
        amount_specified: int256,
        sqrt_price_limit_x96: uint160,
        data: Bytes[32],
    ) -> (int256, int256): nonpayable

struct Job:
    buy_pool: address
    sell_pool: address
    sell_is_v3: bool
    base_token: address
    quote_token: address
    base_units: uint256
    min_profit_units: uint256

# What an armed pool may ask for in its callback.
BUYING: constant(uint256) = 1  # sell the base elsewhere, then pay for it
SELLING: constant(uint256) = 2  # hand over the base that is being sold
SWAPPING: constant(uint256) = 3  # pull the owner's tokens for a single swap

# TickMath.MIN_SQRT_RATIO + 1 and MAX_SQRT_RATIO - 1: no price limit, the amounts are checked instead.
LOWEST_SQRT_PRICE: constant(uint160) = 4295128740
HIGHEST_SQRT_PRICE: constant(uint160) = 1461446703485210103287273052203988822378723970341

OWNER: public(immutable(address))

armed: transient(address)
purpose: transient(uint256)
job: transient(Job)
pull_token: transient(address)
pull_limit_units: transient(uint256)


@deploy
def __init__(owner: address):
    assert owner != empty(address), "owner"
    OWNER = owner


# --- what the owner may ask ---------------------------------------------------------------------------------------


@external
@nonreentrant
def arbitrage(
    buy_pool: address,
    buy_is_v3: bool,
    sell_pool: address,
    sell_is_v3: bool,
    base_token: address,
    quote_token: address,
    base_units: uint256,
    min_profit_units: uint256,
    deadline_block: uint256,
) -> uint256:
    """
    @notice Buy exactly `base_units` on one pool, sell exactly that on the other, keep the difference for the owner.
    @param min_profit_units Least quote the owner must gain, or everything reverts.
    @param deadline_block Last block in which this may happen.
    @return What the owner gained, in quote units.
    """
    self._only_owner()
    assert block.number <= deadline_block, "deadline"
    assert buy_pool != sell_pool, "same pool"
    assert base_units > 0, "size"
    quote_before: uint256 = staticcall Erc20(quote_token).balanceOf(self)
    base_before: uint256 = staticcall Erc20(base_token).balanceOf(self)
    self.job = Job(
        buy_pool=buy_pool,
        sell_pool=sell_pool,
        sell_is_v3=sell_is_v3,
        base_token=base_token,
        quote_token=quote_token,
        base_units=base_units,
        min_profit_units=min_profit_units,
    )
    self._arm(buy_pool, BUYING)
    if buy_is_v3:
        self._buy_v3(buy_pool, base_token, quote_token, base_units)
    else:
        self._buy_v2(buy_pool, base_token, quote_token, base_units)
    assert self.armed == empty(address), "callback"
    self.job = empty(Job)
    profit_units: uint256 = staticcall Erc20(quote_token).balanceOf(self) - quote_before
    assert profit_units >= min_profit_units, "profit"
    assert staticcall Erc20(base_token).balanceOf(self) == base_before, "base left"
    self._pay(quote_token, OWNER, profit_units)
    return profit_units


@external
@nonreentrant
def swap_exact_in(
    pool: address,
    is_v3: bool,
    token_in: address,
    token_out: address,
    amount_in_units: uint256,
    min_out_units: uint256,
    deadline_block: uint256,
) -> uint256:
    """
    @notice Swap exactly `amount_in_units` of the owner's approved tokens; the pool pays the owner directly.
    @return What the owner received, measured on the owner's balance.
    """
    self._only_owner()
    assert block.number <= deadline_block, "deadline"
    assert amount_in_units > 0, "size"
    out_before: uint256 = staticcall Erc20(token_out).balanceOf(OWNER)
    if is_v3:
        self.pull_token = token_in
        self.pull_limit_units = amount_in_units
        self._arm(pool, SWAPPING)
        spent_units: uint256 = self._sell_v3(pool, token_in, token_out, amount_in_units, OWNER)
        assert self.armed == empty(address), "callback"
        assert spent_units == amount_in_units, "liquidity"
        self.pull_token = empty(address)
        self.pull_limit_units = 0
    else:
        self._pull(token_in, pool, amount_in_units)
        self._sell_v2(pool, token_in, token_out, amount_in_units, OWNER)
    out_units: uint256 = staticcall Erc20(token_out).balanceOf(OWNER) - out_before
    assert out_units >= min_out_units, "min out"
    return out_units


@external
@nonreentrant
def sweep(token: address):
    """
    @notice Send the owner what strangers sent here.
    """
    self._only_owner()
    self._pay(token, OWNER, staticcall Erc20(token).balanceOf(self))


# --- what an armed pool may ask -----------------------------------------------------------------------------------


@external
def uniswapV2Call(sender: address, amount0: uint256, amount1: uint256, data: Bytes[32]):
    """
    @notice The pair has sent the base and waits to be paid.
    """
    assert sender == self, "callback"
    assert self._disarm() == BUYING, "callback"
    job: Job = self.job
    assert max(amount0, amount1) == job.base_units, "callback"
    owed_units: uint256 = self._quote_in_v2(msg.sender, job)
    self._sell_and_pay(job, owed_units)


@external
def uniswapV3SwapCallback(amount0: int256, amount1: int256, data: Bytes[32]):
    """
    @notice The pool has sent its side and waits for the positive one of the two amounts.
    """
    purpose: uint256 = self._disarm()
    owed_units: uint256 = convert(max(amount0, amount1), uint256)
    if purpose == SWAPPING:
        assert owed_units <= self.pull_limit_units, "callback"
        self._pull(self.pull_token, msg.sender, owed_units)
        return
    job: Job = self.job
    if purpose == SELLING:
        assert owed_units <= job.base_units, "callback"
        self._pay(job.base_token, msg.sender, owed_units)
        return
    assert purpose == BUYING, "callback"
    assert convert(-min(amount0, amount1), uint256) == job.base_units, "liquidity"
    self._sell_and_pay(job, owed_units)


# --- how it is done -----------------------------------------------------------------------------------------------


@internal
@view
def _only_owner():
    assert msg.sender == OWNER, "owner"


@internal
def _arm(pool: address, purpose: uint256):
    self.armed = pool
    self.purpose = purpose


@internal
def _disarm() -> uint256:
    """
    @dev One arming, one callback: a pool that calls twice is refused the second time.
    """
    assert msg.sender == self.armed and self.armed != empty(address), "callback"
    self.armed = empty(address)
    return self.purpose


@internal
def _sell_and_pay(job: Job, owed_units: uint256):
    before_units: uint256 = staticcall Erc20(job.quote_token).balanceOf(self)
    if job.sell_is_v3:
        self._arm(job.sell_pool, SELLING)
        sold_units: uint256 = self._sell_v3(
            job.sell_pool, job.base_token, job.quote_token, job.base_units, self
        )
        assert self.armed == empty(address), "callback"
        assert sold_units == job.base_units, "liquidity"
    else:
        self._pay(job.base_token, job.sell_pool, job.base_units)
        self._sell_v2(job.sell_pool, job.base_token, job.quote_token, job.base_units, self)
    got_units: uint256 = staticcall Erc20(job.quote_token).balanceOf(self) - before_units
    assert got_units >= owed_units + job.min_profit_units, "profit"
    self._pay(job.quote_token, job.buy_pool, owed_units)


@internal
def _buy_v2(pair: address, base_token: address, quote_token: address, base_units: uint256):
    flash: Bytes[32] = b"\x01"
    if self._is_first(base_token, quote_token):
        extcall PairV2(pair).swap(base_units, 0, self, flash)
    else:
        extcall PairV2(pair).swap(0, base_units, self, flash)


@internal
def _buy_v3(pool: address, base_token: address, quote_token: address, base_units: uint256):
    amount: int256 = -convert(base_units, int256)
    if self._is_first(quote_token, base_token):
        extcall PoolV3(pool).swap(self, True, amount, LOWEST_SQRT_PRICE, b"")
    else:
        extcall PoolV3(pool).swap(self, False, amount, HIGHEST_SQRT_PRICE, b"")


@internal
def _sell_v2(pair: address, token_in: address, token_out: address, amount_in: uint256, to: address):
    """
    @dev The tokens are already there; UniswapV2Library.getAmountOut with its 0.30 %.
    """
    reserve_in: uint256 = 0
    reserve_out: uint256 = 0
    reserve_in, reserve_out = self._reserves(pair, token_in, token_out)
    paid: uint256 = amount_in * 997
    out_units: uint256 = paid * reserve_out // (reserve_in * 1000 + paid)
    if self._is_first(token_in, token_out):
        extcall PairV2(pair).swap(0, out_units, to, b"")
    else:
        extcall PairV2(pair).swap(out_units, 0, to, b"")


@internal
def _sell_v3(
    pool: address, token_in: address, token_out: address, amount_in: uint256, to: address
) -> uint256:
    """
    @return What the pool really took, less than asked when it ran out of liquidity.
    """
    amount0: int256 = 0
    amount1: int256 = 0
    amount: int256 = convert(amount_in, int256)
    if self._is_first(token_in, token_out):
        amount0, amount1 = extcall PoolV3(pool).swap(to, True, amount, LOWEST_SQRT_PRICE, b"")
        return convert(amount0, uint256)
    amount0, amount1 = extcall PoolV3(pool).swap(to, False, amount, HIGHEST_SQRT_PRICE, b"")
    return convert(amount1, uint256)


@internal
@view
def _quote_in_v2(pair: address, job: Job) -> uint256:
    """
    @dev UniswapV2Library.getAmountIn; the reserves are still those from before the flash swap.
    """
    reserve_in: uint256 = 0
    reserve_out: uint256 = 0
    reserve_in, reserve_out = self._reserves(pair, job.quote_token, job.base_token)
    return reserve_in * job.base_units * 1000 // ((reserve_out - job.base_units) * 997) + 1


@internal
@view
def _reserves(pair: address, token_in: address, token_out: address) -> (uint256, uint256):
    reserve0: uint112 = 0
    reserve1: uint112 = 0
    since: uint32 = 0
    reserve0, reserve1, since = staticcall PairV2(pair).getReserves()
    if self._is_first(token_in, token_out):
        return convert(reserve0, uint256), convert(reserve1, uint256)
    return convert(reserve1, uint256), convert(reserve0, uint256)


@internal
@pure
def _is_first(token: address, other: address) -> bool:
    return convert(token, uint160) < convert(other, uint160)


@internal
def _pay(token: address, to: address, amount: uint256):
    assert extcall Erc20(token).transfer(to, amount, default_return_value=True), "transfer"


@internal
def _pull(token: address, to: address, amount: uint256):
    assert extcall Erc20(token).transferFrom(OWNER, to, amount, default_return_value=True), "transfer"
