"""What markets say: order books, and candles built from trades.

Pure and exact: prices and sizes are scaled integers or decimals as sent, never float.
"""
