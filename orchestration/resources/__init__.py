"""What assets load from and write to: the desk, its lake, the warehouse, the chain, the exchange.

Input and output only; foreign errors are translated here, once. No decision about money belongs
here.
"""
