"""The bridge: what the relay says, for browsers, over WebSockets.

What a browser may ask, how frames read as JSON, and the sockets. Which frames there are and who may
have them first stays the relay's.
"""
