"""Two files reconciled: sources opened, rules read, the exact step in SQL, one object to print.

Which rows belong together is decided by `domain.reconciliation`.
"""
