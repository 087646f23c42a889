"""Three sources against each other: journal, exchange and chain; then the ledger against balances.

`types.py` names breaks and their causes, `transactions.py` compares by exact keys, `balances.py` at
one anchor. A difference is a break with a cause that can be justified; what a source failed to say
is unknown, never zero. Nothing here corrects anything.
"""
