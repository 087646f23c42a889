"""What tests of every room share: builders, a hand-wound clock, waiting for a condition.

Stubs before mocks, real things before stubs. Assertions do not belong here.
"""
