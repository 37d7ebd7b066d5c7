"""Hashes that take no time, and room for all tests to come from one network address."""

import pytest
from argon2 import PasswordHasher

from consortium.identity import attempts, services


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id still, with the least of work: what it costs is argon2's own business."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(services, "hasher", quick)
    monkeypatch.setattr(services, "_NOBODY", quick.hash("nobody's"))


@pytest.fixture(autouse=True)
def one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit is tried where it is meant to be."""
    monkeypatch.setattr(attempts.excessive, "__defaults__", (attempts.PER_ACCOUNT, 10_000))
    monkeypatch.setattr(attempts, "PER_ADDRESS", 10_000)
