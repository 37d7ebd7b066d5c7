"""A file that comes in pieces, from the network or the database, read like any other, as often as needed."""

from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from typing import IO, Any, cast
from uuid import UUID

from sqlalchemy import select

from consortium.exchange.files import PIECE, Opener
from consortium.exchange.models import ImportPiece
from tenants.database import db


class Flow(RawIOBase):
    """A file made of pieces, none kept after it was read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.pieces, b"")
        taken = self.rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self.rest = self.rest[len(taken) :]
        return len(taken)


def opener_of(stream: IO[bytes]) -> Opener:
    """Opens an uploaded file from its beginning; closing it leaves the upload open."""

    def opened() -> IO[bytes]:
        stream.seek(0)
        return cast("IO[bytes]", BufferedReader(Flow(iter(lambda: stream.read(PIECE), b""))))

    return opened


def opener_of_kept(file_id: UUID) -> Opener:
    """Opens a file that was received earlier, from its pieces in the database."""
    return lambda: cast("IO[bytes]", BufferedReader(Flow(_kept(file_id))))


def _kept(file_id: UUID) -> Iterator[bytes]:
    position = 0
    piece = select(ImportPiece.content).where(ImportPiece.file_id == file_id)
    while content := db.session.scalar(piece.where(ImportPiece.position == position)):
        yield content
        position += 1
