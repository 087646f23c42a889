"""Lots of a ledger file: rows read without loss, worked by a method, told as plain decimals.

How lots are matched is `domain.lots`'.
"""
