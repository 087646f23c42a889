"""The join: relays on several machines as one, by NATS JetStream.

What travels and under which name, what waits while the server is away, and the connection itself.
A relay that is not joined imports only its settings.
"""
