"""Days closed, locked, proved, recalled, restated and explained, as the front desk asks for it.

The assets that a close materialises are in `assets/`.
"""
