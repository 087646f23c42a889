"""rp2's own FIFO on a file of fills, timed inside rp2's own environment; nothing of ours in it.

Started by a path, with whatever interpreter has rp2: it must import nothing but rp2 and Python.
Reads ``kind quantity price`` a line, prints one JSON object. Transactions are made before the clock
starts; what is timed is rp2's engine.
"""

# ruff: noqa: ANN401 (rp2's types are only there where rp2 is)
# pyright: reportMissingImports=false

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_START = datetime(2020, 1, 1, tzinfo=UTC)
_CONFIG = """[general]
assets = BTC
exchanges = Here
holders = Us
[in_header]
timestamp = 0
asset = 1
exchange = 2
holder = 3
transaction_type = 4
spot_price = 5
crypto_in = 6
[out_header]
timestamp = 0
asset = 1
exchange = 2
holder = 3
transaction_type = 4
spot_price = 5
crypto_out_no_fee = 6
crypto_fee = 7
[intra_header]
timestamp = 0
asset = 1
from_exchange = 2
from_holder = 3
to_exchange = 4
to_holder = 5
spot_price = 6
crypto_sent = 7
crypto_received = 8
"""


def main() -> None:
    """Match the file named first and print ``{"seconds", "parts"}``."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "rp2.ini"
        config.write_text(_CONFIG)
        configuration = _configuration(config)
        given = _input(configuration, Path(sys.argv[1]).read_text().splitlines())
        seconds, parts = _timed(configuration, given)
    print(json.dumps({"seconds": seconds, "parts": parts}))  # noqa: T201 (a child speaks to its parent)


def _configuration(path: Path) -> Any:
    from rp2.configuration import Configuration
    from rp2.plugin.country.us import US

    return Configuration(str(path), US(), allow_negative_balances=True)


def _input(configuration: Any, lines: list[str]) -> Any:
    from rp2.configuration import MAX_DATE, MIN_DATE
    from rp2.in_transaction import InTransaction
    from rp2.input_data import InputData
    from rp2.out_transaction import OutTransaction
    from rp2.rp2_decimal import ZERO, RP2Decimal
    from rp2.transaction_set import TransactionSet

    sets = {
        kind: TransactionSet(configuration, kind, "BTC", MIN_DATE, MAX_DATE)
        for kind in ("IN", "OUT", "INTRA")
    }
    for row, line in enumerate(lines, 1):
        kind, quantity, price = line.split()
        at = (_START + timedelta(minutes=row)).isoformat()
        common = (configuration, at, "BTC", "Here", "Us", kind, RP2Decimal(price))
        if kind == "buy":
            entry = InTransaction(*common, RP2Decimal(quantity), fiat_fee=ZERO, row=row)
            sets["IN"].add_entry(entry)
        else:
            entry = OutTransaction(*common, RP2Decimal(quantity), ZERO, row=row)
            sets["OUT"].add_entry(entry)
    return InputData("BTC", sets["IN"], sets["OUT"], sets["INTRA"])


def _timed(configuration: Any, given: Any) -> tuple[float, int]:
    from prezzemolo.avl_tree import AVLTree
    from rp2.accounting_engine import AccountingEngine
    from rp2.plugin.accounting_method.fifo import AccountingMethod
    from rp2.tax_engine import compute_tax

    methods: Any = AVLTree()
    methods.insert_node(_START.year, AccountingMethod())
    began = time.process_time()
    found = compute_tax(configuration, AccountingEngine(methods), given)
    return time.process_time() - began, found.gain_loss_set.count


if __name__ == "__main__":
    main()
