"""The books in Dagster: captures, settlement, reconciliation, ledger, positions, P&L, audit, capacity.

Assets by subject, the checks that block them, the resources they load from, jobs, schedules and
partitions. What is true of money is computed in `domain`; what happens live is not known here but through
the journal and the venues' own statements. Assembled in `definitions.py` and nowhere else.
"""
