"""The front desk: what people type and see. Commands, the crew that runs the loop, printed reports.

Deciding, booking and capturing do not belong here; a command calls the room that does.
"""
