"""A desk with a known truth: local chain, paper exchange, one market that moves both, and faults.

The demo, the tests and the benchmarks stand on it; nothing else imports it. Other parties are
played here, so none of their money, keys or files is the desk's.
"""
