"""What is true, whoever asks: no I/O, no clock, no framework.

Money, identity, order books, pool maths, arbitrage, matching, postings, P&L, Merkle trees. Loop and
books both import from here, so that no quantity has two definitions. Nothing here may import
asyncio, a socket, web3, Dagster, DuckDB or another room of this house.
"""
