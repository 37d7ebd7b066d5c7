"""A person with a case, and stores that fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from uuid import UUID

import pytest
from flask import Flask

from consortium.storage.door import EXTENSION
from consortium.storage.door import store as door_store
from consortium.storage.stores import Store, StoreAway
from tenants.database import db
from tests.factories import Founded
from tests.states import CaseFactory


@pytest.fixture
def case_id(trecate: Founded) -> UUID:
    with trecate.scope():
        made: UUID = CaseFactory(at=trecate).id
        db.session.commit()
    return made


@pytest.fixture
def store(app: Flask) -> Store:
    with app.app_context():
        return door_store()


class Failing:
    """A store that breaks off: before anything is written, in the middle of the file, or when all is written but not yet answered."""

    def __init__(self, inner: Store, when: str) -> None:
        self.inner, self.when = inner, when

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def write(self, key: str, file: IO[bytes]) -> None:
        if self.when == "before":
            raise StoreAway
        self.inner.write(key, Breaking(file) if self.when == "middle" else file)  # type: ignore[arg-type]  # read is all that is used
        raise StoreAway


class Breaking:
    """A file whose reading fails after some reads, as a line that is cut."""

    def __init__(self, file: IO[bytes], good: int = 1) -> None:
        self.file, self.good = file, good

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)

    def read(self, size: int = -1) -> bytes:
        self.good -= 1
        if self.good < 0:
            raise OSError("the line was cut")
        return self.file.read(10 if size < 0 else min(size, 100_000))


@contextmanager
def failing(app: Flask, when: str) -> Iterator[None]:
    with app.app_context():
        inner = door_store()
    app.extensions[EXTENSION] = Failing(inner, when)
    try:
        yield
    finally:
        app.extensions[EXTENSION] = inner
