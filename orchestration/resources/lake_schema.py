"""The columns of every captured table, in one place: capture, dbt sources, docs and tests read it.

Integers of a chain can need 78 digits, so raw amounts are decimal text; staging casts them and
quarantines what does not fit. Amounts of an exchange are kept as it wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, INT, WIDE, FLAG = "string", "int64", "decimal38", "bool"
"""Column types: UTF-8, 64-bit integer, DECIMAL(38,0), boolean."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a captured table, with what a reader has to know about it."""

    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One captured table.

    Args:
        grain: What one row is; first sentence of its description everywhere.
        key: Columns that make a row unique, so that capturing it twice is capturing it once.
    """

    name: str
    source: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def _table(name: str, source: str, grain: str, key: str, columns: str) -> Table:
    return Table(name, source, grain, tuple(key.split()), tuple(map(_column, _lines(columns))))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def _column(line: str) -> Column:
    name, kind, meaning = line.split(maxsplit=2)
    return Column(name, {"text": TEXT, "int": INT, "flag": FLAG}[kind], meaning)


FACTS = _table(
    "raw_journal__facts",
    "journal",
    "One row per journal record, in sequence.",
    "seq",
    """
    seq int Place in the one sequence, from 1.
    record_id text Deterministic id; writing it twice is writing it once.
    kind text Record kind, a key of journal.records.KINDS.
    version int Schema version of the kind.
    correlation_id text The opportunity, wherever there is one.
    causation_id text The record that caused this one.
    venue_ns int The venue's own time, when it gave one.
    observed_ns int When we learned it.
    recorded_ns int When it became durable; decides the UTC day.
    payload text Canonical JSON; every integer is text.
    prev_hash text Hash of the record before.
    hash text SHA-256 over prev_hash and this record's envelope.
    """,
)
ANCHORS = _table(
    "raw_chain__anchors",
    "chain",
    "One row per day: the block and instant at which every source is compared.",
    "block_hash",
    """
    chain_id int EIP-155 chain id.
    block_number int The anchor block.
    block_hash text Its hash.
    timestamp_s int Its time.
    cutoff_ns int Last instant, inclusive, of exchange statements that belong to it.
    head_block int Newest block when it was chosen.
    safe_block int Safe block when it was chosen.
    final_block int Final block when it was chosen.
    reason text Why this block: desk closed, day ended, or latest final block.
    """,
)
BLOCKS = _table(
    "raw_chain__blocks",
    "chain",
    "One row per block of the day up to the anchor.",
    "hash",
    """
    chain_id int EIP-155 chain id.
    number int Height.
    hash text Block hash.
    parent_hash text Hash of the block before.
    timestamp_s int Block time in seconds.
    base_fee_wei text Base fee; null before London.
    receipts_root text Root of its receipts.
    logs_bloom text 256 bytes of filter over its logs.
    gas_used int Gas of all its transactions.
    gas_limit int Gas it could have held.
    transaction_count int Transactions in it, ours or not.
    """,
)
TRANSACTIONS = _table(
    "raw_chain__transactions",
    "chain",
    "One row per final transaction that touches an address of ours, with its receipt.",
    "chain_id block_hash tx_hash",
    """
    chain_id int EIP-155 chain id.
    tx_hash text Transaction hash.
    tx_index int Position in its block.
    block_number int Height.
    block_hash text Block hash.
    block_timestamp_s int Block time in seconds.
    sender text Who signed and pays the fee.
    recipient text Whom it called; null when it created a contract.
    nonce int The sender's nonce.
    value_wei text Native coin sent along; moved only when status is not 0.
    tx_type int EIP-2718 type.
    gas_limit int Gas offered.
    status int 1 done, 0 failed, null before Byzantium.
    gas_used int Gas of this transaction.
    cumulative_gas_used int Gas of it and all before it in the block.
    effective_gas_price_wei text Price of one gas, tip included.
    contract_address text The contract it created, if any.
    blob_gas_used int Blob gas; 0 unless it carried blobs.
    blob_gas_price_wei text Price of one blob gas.
    l1_fee_wei text What a rollup charges for its parent chain; 0 elsewhere.
    """,
)
LOGS = _table(
    "raw_chain__logs",
    "chain",
    "One row per event log of the captured transactions.",
    "chain_id block_hash tx_hash log_index",
    """
    chain_id int EIP-155 chain id.
    block_number int Height.
    block_hash text Block hash.
    block_timestamp_s int Block time in seconds.
    tx_hash text Transaction hash.
    tx_index int Position of the transaction in its block.
    log_index int Position of the log in its block.
    address text The contract that spoke.
    topic0 text First topic: the event, unless anonymous.
    topic1 text Second topic.
    topic2 text Third topic.
    topic3 text Fourth topic.
    data text The rest of the event, 0x when there is none.
    removed flag The node takes it back.
    """,
)
CHAIN_OPENINGS = _table(
    "raw_chain__openings",
    "chain",
    "One row per address of ours and asset, as held at the block the desk opened at.",
    "account asset",
    """
    account text Our address as CAIP-10.
    asset text Asset identity.
    block_number int Block at which the balance was asked.
    block_hash text Its hash.
    timestamp_s int Its time.
    units text Base units held.
    """,
)
CHAIN_BALANCES = _table(
    "raw_chain__balances",
    "chain",
    "One row per address of ours and asset, as held at the anchor.",
    "account asset",
    """
    account text Our address as CAIP-10.
    asset text Asset identity.
    block_number int Block at which the balance was asked.
    block_hash text Its hash.
    timestamp_s int Its time.
    units text Base units held.
    """,
)
REBASES = _table(
    "raw_chain__rebases",
    "chain",
    "One row per address of ours and block in which a token of ours says that it rebased.",
    "account asset block_hash",
    """
    account text Our address as CAIP-10.
    asset text Asset identity.
    block_number int Height.
    block_hash text Block hash.
    timestamp_s int Block time in seconds.
    tx_hash text Transaction of the token's log.
    log_index int Position of that log in its block.
    before_units text Base units held at the end of the block before.
    after_units text Base units held at the end of the block.
    """,
)
FILLS = _table(
    "raw_exchange__fills",
    "exchange",
    "One row per trade of ours in the exchange's own history.",
    "venue trade_id",
    """
    venue text Which exchange.
    trade_id text The exchange's trade id.
    venue_order_id text The exchange's order id.
    client_order_id text Our id of the order, as the exchange kept it; empty when it has none.
    pair text The exchange's pair code.
    side text buy or sell, of the base.
    order_type text As the exchange says.
    price text As written.
    volume text Base quantity, as written.
    cost text Quote amount, as written.
    fee text Fee in quote, as written.
    traded_ns int The exchange's time.
    raw text The whole answer as JSON.
    """,
)
LEDGER_LINES = _table(
    "raw_exchange__ledger_lines",
    "exchange",
    "One row per line of the exchange's own account statement.",
    "venue ledger_id",
    """
    venue text Which exchange.
    ledger_id text The exchange's line id.
    ref_id text What caused it there: trade id for trades.
    entry_type text deposit, withdrawal, trade, or the exchange's own word.
    subtype text As the exchange says.
    currency text Unified currency code.
    amount text Signed change before the fee, as written.
    fee text Fee on top, as written.
    balance text Running balance after the line, as written.
    booked_ns int The exchange's time.
    """,
)
PAYMENTS = _table(
    "raw_exchange__payments",
    "exchange",
    "One row per deposit or withdrawal of ours and what the exchange told of it beside its line.",
    "venue ref_id told_ns",
    """
    venue text Which exchange.
    ref_id text As its statement line has it.
    kind text deposit or withdrawal.
    currency text Unified currency code.
    amount text Positive, before the fee, as written.
    fee text As written.
    tx_hash text Of its transaction on the chain; empty while or where the exchange does not say.
    address text Ours there for a deposit, where it went for a withdrawal; empty where not said.
    status text The exchange's own word.
    requested_ns int When it began, by the exchange.
    told_ns int Cut-off of the first reading that told it like this; the newest row counts.
    """,
)
EXCHANGE_OPENINGS = _table(
    "raw_exchange__openings",
    "exchange",
    "One row per account of ours and asset, by the statement when the desk opened.",
    "account asset",
    """
    account text Account identity at the exchange.
    asset text Asset identity.
    as_of_ns int When the desk opened.
    units text Base units held.
    """,
)
EXCHANGE_BALANCES = _table(
    "raw_exchange__balances",
    "exchange",
    "One row per account of ours and asset, as the exchange answers when asked what is held.",
    "account asset",
    """
    account text Account identity at the exchange.
    asset text Asset identity.
    as_of_ns int The cut-off instant.
    units text Base units held then.
    asked_units text Base units held when it was asked, before what came after the cut-off.
    """,
)
PUBLIC_TRADES = _table(
    "raw_exchange__trades",
    "exchange",
    "One row per public trade of the exchange's tape.",
    "venue symbol trade_id",
    """
    venue text Which exchange.
    symbol text Unified symbol of the pair.
    trade_id int The exchange's id on the public tape.
    price text As written.
    quantity text Base quantity, as written.
    venue_ns int The exchange's time.
    side text buy or sell, of the taker.
    """,
)
PENDING_CHAIN = _table(
    "raw_chain__pending",
    "chain",
    "One row per transaction, log or rebase of ours in a block that was seen and is not final.",
    "kind block_hash fact_id",
    """
    kind text transaction, log or rebase.
    fact_id text Transaction hash, with the log's position, or account and asset.
    block_number int Height.
    block_hash text Block hash.
    timestamp_s int Block time in seconds.
    raw text The row it will be captured as when its block is final, as JSON.
    """,
)
PENDING_EXCHANGE = _table(
    "raw_exchange__pending",
    "exchange",
    "One row per trade or statement line of ours after the cut-off, up to the newest block's time.",
    "kind fact_id",
    """
    kind text fill, line, or payment that one of these or a block behind the anchor may be about.
    fact_id text Trade id, line id or the payment's own.
    at_ns int The exchange's time; of a payment when it was read.
    raw text The row it will be captured as when the cut-off has passed it, as JSON.
    """,
)
POOLS = _table(
    "raw_chain__pools",
    "chain",
    "One row per pool and log after which it stood otherwise, and one where a day began.",
    "venue block_hash log_index",
    """
    venue text Which pool.
    block_number int Height.
    block_hash text Block hash.
    timestamp_s int Block time in seconds.
    log_index int Position of the log in its block; -1 for what was asked where the day began.
    reserve0 text Base units of token 0 a v2 pool held then; 0 of a v3 pool.
    reserve1 text Base units of token 1 a v2 pool held then; 0 of a v3 pool.
    sqrt_price_x96 text Square root of token 1 a token 0, times 2^96, of a v3 pool; 0 of a v2 pool.
    """,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        FACTS,
        ANCHORS,
        BLOCKS,
        TRANSACTIONS,
        LOGS,
        CHAIN_OPENINGS,
        CHAIN_BALANCES,
        REBASES,
        FILLS,
        LEDGER_LINES,
        PAYMENTS,
        EXCHANGE_OPENINGS,
        EXCHANGE_BALANCES,
        PUBLIC_TRADES,
        POOLS,
        PENDING_CHAIN,
        PENDING_EXCHANGE,
    )
}
