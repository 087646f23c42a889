"""Confidence learnt from what came of past opportunities: gathered, then fitted.

What the loop computes from the numbers found is `domain.confidence`'s.
"""
