"""Breaks as cases that people work on: kept, listed, weighed, and drawn on a page.

What a break is, and which of two days are one case, is `domain.layers`'.
"""
