"""The books from the front desk: closing days, proving, recalling and explaining them, performance.

What a close, a lock or a restatement is belongs to `domain.ledger` and `orchestration`; here they
are asked for and told to people.
"""
