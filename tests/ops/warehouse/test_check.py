"""The dbt models and the domain code give the same answers, on real input and on a wild one.

The wild block is seeded nonsense from a small world: few tokens, pools and people, so that turns
nest, payments split, tokens take back, and numbers are as wide as 256 bits.
"""

import random
from pathlib import Path

import msgspec
import pytest
import yaml

from domain.chain.block import settle_block
from domain.chain.events import TRANSFER_TOPIC, V2_SWAP_TOPIC, V3_SWAP_TOPIC
from domain.chain.payouts import AMBIGUOUS_SIDE, NO_PAYMENT, TURN_END_TOPICS
from domain.clock import SECOND_NS, utc_day
from domain.market.candles import candles_1m
from ops.blocks.folder import read_block_folder
from ops.market.trade_file import TradeFile, TradeRow, read_trade_file, tape_of
from ops.warehouse.block import CHAIN_MODELS, _write_block, compare_block
from ops.warehouse.candles import MARKET_MODELS, _write_trades, compare_candles
from ops.warehouse.check import differences, run_models, scratch
from orchestration.resources.dbt_run import run_dbt
from orchestration.resources.warehouse import Warehouse
from tests.kit.logs import a_block, a_log, a_receipt, in_sequence, transfer, v2_swap, v3_swap

pytestmark = pytest.mark.timeout(1200)  # the first to come imports dbt and parses the project

DATA = Path("../shared/data")
TOKENS, POOLS, PEOPLE = (0x10, 0x20, 0x30), (0x15, 0x900), (0xB0, 0xB1, 0, 0xDEAD)
EVERYONE = TOKENS + POOLS + PEOPLE
AMOUNTS = (0, 1, 2, 5, 5, 7, 10**18, 10**37, 10**38 - 1, 10**38, 2**127, 2**128, 2**256 - 1)
NARROW = AMOUNTS[:8]
OTHER_ENDS = sorted(TURN_END_TOPICS - {V2_SWAP_TOPIC, V3_SWAP_TOPIC})


def a_wild_log(rng, amounts):
    """Tell one event, likely to concern the same few addresses as the one before."""
    some, amount = rng.choice, rng.choice(amounts)
    pool = some(POOLS)
    kinds = {
        "move": lambda: transfer(some(TOKENS), some(EVERYONE), some(EVERYONE), amount),
        "pay": lambda: transfer(some(TOKENS), pool, some(PEOPLE), amount),
        "fund": lambda: transfer(some(TOKENS), some(PEOPLE), pool, amount),
        "share": lambda: transfer(pool, some(EVERYONE), some(EVERYONE), amount),
        "nft": lambda: a_log(some(TOKENS), (TRANSFER_TOPIC, pool, some(PEOPLE), amount)),
        "old": lambda: a_log(some(TOKENS), (TRANSFER_TOPIC,), (pool, some(PEOPLE), amount)),
        "odd": lambda: a_log(some(TOKENS), (TRANSFER_TOPIC, pool), (1, 2)),
        "v2": lambda: v2_swap(pool, some(PEOPLE), [some((0, 0, amount)) for _ in range(4)]),
        "v3": lambda: v3_swap(pool, some(PEOPLE), amount % 2**255, -(some(amounts) % 2**255)),
        "odd swap": lambda: a_log(pool, (V2_SWAP_TOPIC, 1, 2), (1,)),
        "other": lambda: a_log(pool, (some(OTHER_ENDS),), (amount,)),
        "none": lambda: a_log(pool, (), ()),
    }
    weights = [6, 14, 4, 1, 1, 2, 1, 7, 5, 1, 1, 1]
    return rng.choices(list(kinds.values()), weights)[0]()


def a_wild_block(seed, transactions):
    rng, at, receipts = random.Random(seed), 0, []
    for index in range(transactions):
        amounts, logs = rng.choice((AMOUNTS, NARROW, NARROW, (5, 7))), []
        for _ in range(rng.randrange(20)):
            log = a_wild_log(rng, amounts)
            tx_hash = a_receipt(index).tx_hash
            place = {"log_index": at, "tx_index": index, "tx_hash": tx_hash}
            logs.append(msgspec.structs.replace(log, **place))
            at += 1
        price = rng.choice((1, 10**9, 10**18))
        fee = {"effective_gas_price_wei": price, "l1_fee_wei": rng.choice((0, 7))}
        receipts.append(a_receipt(index, logs, status=rng.choice((0, 1, 1)), **fee))
    return a_block(receipts)


def test_a_wild_block_settles_the_same_in_the_warehouse():
    block = a_wild_block(seed=17, transactions=400)
    settled = settle_block(block)
    payouts = [payout for swap in settled.swaps for payout in swap.payouts]
    # The world is wild enough: every way a swap can end is in it, many times.
    assert sum(bool(payout.shortfall_units) for payout in payouts) > 20
    assert sum(payout.shortfall_units == 0 for payout in payouts) > 20
    for reason in (NO_PAYMENT, AMBIGUOUS_SIDE):
        assert sum(payout.unknown_because == reason for payout in payouts) > 20
    compared = compare_block(block, settled)
    assert compared["differences"] == []
    assert compared["rows"] > 1000


def test_a_difference_is_named():
    ours, theirs = (
        {(0,): {"units": 6}, (1,): {"units": 1}},
        {(0,): {"units": 5}, (2,): {"units": 1}},
    )
    assert differences("transfer", ours, theirs) == [
        "transfer (0,): the domain says {'units': 6}, the warehouse says {'units': 5}",
        "transfer (1,): the domain says {'units': 1}, the warehouse says None",
        "transfer (2,): the domain says None, the warehouse says {'units': 1}",
    ]


def test_the_real_block_settles_the_same_in_the_warehouse():
    folder = DATA / "eth_block_17173049"
    if not folder.exists():
        pytest.skip(f"the real block is not at {folder}")
    block = read_block_folder(folder).block
    assert compare_block(block, settle_block(block)) == {
        "rows": 114 + 2 * 32 + 1,
        "differences": [],
    }


def test_the_real_candles_are_the_same_in_the_warehouse():
    path = DATA / "kraken_ohlc" / "http_trades.json"
    if not path.exists():
        pytest.skip(f"the real trades are not at {path}")
    found = read_trade_file(path)
    tape = tape_of(found.rows)
    assert compare_candles(found, candles_1m(tape.trades), tape) == []


def test_a_wild_tape_makes_the_same_candles_in_the_warehouse():
    rng, minute_ns = random.Random(23), 60 * 10**9
    rows = [
        TradeRow(
            price=f"{rng.randrange(1, 10**6)}.{rng.randrange(10**5):05d}",
            volume=f"0.{rng.randrange(1, 10**8):08d}",
            time_ns=max(0, trade_id * minute_ns // 3 + rng.randrange(-minute_ns, minute_ns)),
            side="b",
            order_type="l",
            misc="",
            trade_id=trade_id,
        )
        for trade_id in rng.sample(range(1, 10_000), 800)
    ]
    tape = tape_of(rows)
    assert compare_candles(TradeFile("AB", rows + rows[:50]), candles_1m(tape.trades), tape) == []


def test_the_models_have_the_columns_their_descriptions_promise():
    described = {
        model["name"]: [column["name"] for column in model["columns"]]
        for path in Path("dbt/models/intermediate").glob("*/_int_*.yml")
        for model in yaml.safe_load(path.read_text())["models"]
        if model["name"] in f"{CHAIN_MODELS} {MARKET_MODELS}".split()
    }
    assert len(described) == 4
    logs = in_sequence(transfer(0x20, 0x900, 0xB0, 5), v2_swap(0x900, 0xB0, (1, 0, 0, 5)))
    block = a_block([a_receipt(0, logs)])
    day = utc_day(block.header.timestamp_s * SECOND_NS)
    trade = TradeRow("1.0", "1.0", block.header.timestamp_s * SECOND_NS, "b", "l", "", 1)
    with scratch() as home:
        _write_trades(home, TradeFile("AB", [trade]))
        _write_block(home, day, block)
        assert run_models(home, [day], CHAIN_MODELS) == ()
        assert run_dbt(home, day, MARKET_MODELS, command="run").success
        for name, columns in described.items():
            (row, *_) = Warehouse(home).rows(name)
            assert list(row) == columns, name
