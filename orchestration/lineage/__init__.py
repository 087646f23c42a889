"""Which column is made of which: stated for tables of Python, read from SQL for dbt's models.

What a number leads to, row by row, is `domain.pnl.explain`'s.
"""
