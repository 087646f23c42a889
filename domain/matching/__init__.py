"""Three sources against each other: journal, exchange and chain; then the ledger against balances.

`types.py` names breaks and their causes, `made.py` tells what agreed; `transactions.py` compares
what happened through `domain.reconciliation`, `balances.py` what is held, at one anchor. A
difference is a break with a cause that can be justified; what a source failed to say is unknown,
never zero. Nothing here corrects anything.
"""
