"""How hypothesis behaves here: the same examples every run, and no stopwatch on a busy machine."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
