"""Files in a folder of this machine, readable by the application's own user alone."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from consortium.storage.stores import PIECE, FileLost, Kept, StoreAway

_KEY = re.compile(r"[0-9a-z-]+/[0-9a-z]+")
PART = ".part"  # of a file that is being written, or was when the machine stopped


class FolderStore:
    """A folder a consortium. A file is written under another name, forced to the disk, then renamed: it is there whole, or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, key: str, file: IO[bytes]) -> None:
        path = self._path(key)
        part = path.with_name(path.name + PART)
        with _telling():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
                    copyfileobj(file, written, PIECE)
                    written.flush()
                    os.fsync(written.fileno())
                part.rename(path)
                _force(path.parent)
            except BaseException:
                part.unlink(missing_ok=True)
                raise

    def read(self, key: str) -> IO[bytes]:
        try:
            with _telling():
                return self._path(key).open("rb")
        except StoreAway as away:
            if isinstance(away.__cause__, FileNotFoundError):
                raise FileLost from away
            raise

    def delete(self, key: str) -> None:
        path = self._path(key.removesuffix(PART))
        with _telling():
            path.with_name(path.name + PART * key.endswith(PART)).unlink(missing_ok=True)

    def under(self, prefix: str) -> Iterator[Kept]:
        """Those that were being written when the machine stopped, too: they are nobody's, and let go by their key."""
        with _telling():
            for path in sorted(self.root.glob("*/*")):
                key = path.relative_to(self.root).as_posix()
                if key.startswith(prefix) and _KEY.fullmatch(key.removesuffix(PART)):
                    yield Kept(key, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not a key of this store")
        return self.root / key


def _force(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _telling() -> Iterator[None]:
    """What the disk says no to, as the store's fact."""
    try:
        yield
    except OSError as error:
        raise StoreAway from error
