"""The books in Dagster: captures, settlement, ledger, P&L, audit, capacity.

Assets by subject, the checks that block them, the resources they load from, jobs, schedules and
partitions. What is true of money is computed in `domain`; what happens live is known through the
journal and the venues' own statements alone. Assembled in `definitions.py` and nowhere else.
"""
