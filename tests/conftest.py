"""What every test shares: the temper of property tests. Fixtures of a subject live in the kit."""

from hypothesis import settings

from tests.kit.chain import chain, chain_node

__all__ = ["chain", "chain_node"]

# A busy machine is not a failure, so no deadline; the same examples every time, so that a red test
# stays red until it is mended.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
