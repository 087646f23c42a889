"""Where runs run and what they leave: instance, events, launcher, failures, a close by command.

Which assets run together is said in `jobs.py`.
"""
