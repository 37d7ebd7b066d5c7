"""What a store of files does, and which one an address names.

A key is `<consortium's id>/<random>`: it tells nothing of what is in the file, and a consortium's files share their beginning.
A store writes a file whole or not at all, and never over another: a key is used once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l

from tenants.errors import Problem

PIECE = 256 * 1024


class StoreAway(Problem):
    """The store cannot be reached, is full, or broke off. What was being written is not there."""

    status = 503
    title = _l("The store of documents does not answer")
    remedy = _l("Nothing was saved. Try again in some minutes; if it goes on, tell whoever runs the platform.")


class FileLost(Problem):
    """A row names a file that the store does not have."""

    status = 503
    title = _l("This file is not in the store")
    remedy = _l("Tell whoever runs the platform: it may be brought back from the backup.")


@dataclass(frozen=True)
class Kept:
    """A file of the store, as its list tells it."""

    key: str
    written_at: datetime


class Store(Protocol):
    """Every method raises StoreAway where the store fails."""

    def write(self, key: str, file: IO[bytes]) -> None:
        """Keep all of a file, from where it stands. When it returns, the bytes are safe."""

    def read(self, key: str) -> IO[bytes]:
        """The file, to be closed by the reader. Raises FileLost."""

    def delete(self, key: str) -> None:
        """Let a file go; nothing happens where there is none."""

    def under(self, prefix: str) -> Iterator[Kept]:
        """The files whose key begins so ("": all)."""


def new_key(tenant_id: UUID) -> str:
    return f"{prefix_of(tenant_id)}{uuid4().hex}"


def prefix_of(tenant_id: UUID) -> str:
    return f"{tenant_id}/"


def chosen(url: str) -> Store:
    """The store of an address that `config` has checked: `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`."""
    # Each is imported where it is used: boto3 takes longer to load than all the rest of the application.
    address = urlsplit(url)
    if address.scheme == "s3":
        from consortium.storage.buckets import BucketStore

        asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
        return BucketStore(address.netloc, unquote(address.path).strip("/"), asked.get("endpoint"), asked.get("region"))
    from consortium.storage.folders import FolderStore

    return FolderStore(Path(unquote(address.path)))
