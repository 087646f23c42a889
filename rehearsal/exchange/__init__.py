"""A paper exchange in Kraken's dialect: real matching, durable books, no real money.

Pure inside (terms, commands, book, accounts, engine, history), durable around it (store), and
spoken to over REST and WebSocket exactly as the unmodified ccxt client expects. It is another
party: the desk's books may ask it through its interface and never read its file.
"""
