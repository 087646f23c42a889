"""Reconciliation tried on generated desks whose truth is known, and graded.

The desks and the grading itself are `rehearsal.desks`'.
"""
