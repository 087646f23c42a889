"""What each execution really did, from receipts and fills; never from what anyone intended.

`types.py` is what goes in, `outcome.py` what comes out; `chain.py` reads receipts, `exchange.py`
reads fills and statement lines, `status.py` says what may be claimed, `settle.py` puts them
together. No matching of one source against another (`domain.matching`), no postings
(`domain.ledger`), no marks but the decision's own.
"""
