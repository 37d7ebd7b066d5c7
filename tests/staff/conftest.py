"""As for identity: hashes that take no time, and room for all tests to come from one network address."""

from tests.identity.conftest import one_address, quick_hashes

__all__ = ["one_address", "quick_hashes"]
