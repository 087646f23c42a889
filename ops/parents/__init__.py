"""Large orders from the front desk: asked for, tried in a simulated market or worked live, told.

How one is cut into children is `domain.algorithms`'s.
"""
