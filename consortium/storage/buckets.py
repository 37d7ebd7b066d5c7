"""Files in a bucket of an S3-compatible store. Credentials come from where boto3 looks for them: the environment, a role of the machine."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from consortium.storage.stores import PIECE, FileLost, Kept, StoreAway

_MISSING = ("404", "NoSuchKey", "NotFound")
# Short: somebody waits for the page. Checksums of newer kinds only where a store requires them: not all that speak S3 know them.
_PATIENCE = {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 2, "mode": "standard"}}
_CHECKSUMS: Any = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}


class BucketStore:
    """A bucket, or what is under a prefix of one. An object appears when all of it has come and its checksum is right, or not at all."""

    def __init__(self, bucket: str, prefix: str, endpoint: str | None, region: str | None) -> None:
        # The bucket as a part of the path: a store of one's own seldom has a name for each bucket.
        style = {"addressing_style": "path"} if endpoint else {}
        config = Config(s3=cast("Any", style), **cast("Any", _PATIENCE), **_CHECKSUMS)
        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        self.client: Any = boto3.session.Session().client("s3", endpoint_url=endpoint, region_name=region, config=config)

    def write(self, key: str, file: IO[bytes]) -> None:
        start = file.tell()
        digest = hashlib.md5(usedforsecurity=False)  # what every store that speaks S3 checks a body by
        with _telling():
            while piece := file.read(PIECE):
                digest.update(piece)
            size = file.tell() - start
            file.seek(start)
            checked = base64.b64encode(digest.digest()).decode()
            self.client.put_object(**self._at(key), Body=file, ContentLength=size, ContentMD5=checked)
            if self.client.head_object(**self._at(key))["ContentLength"] != size:
                raise StoreAway

    def read(self, key: str) -> IO[bytes]:
        """The whole of it, on this machine's disk for as long as it is read: a store that breaks off is told before the answer begins."""
        file = TemporaryFile()  # noqa: SIM115  # the reader closes it
        with _telling():
            body = self.client.get_object(**self._at(key))["Body"]
            for piece in body.iter_chunks(PIECE):
                file.write(piece)
        file.seek(0)
        return cast("IO[bytes]", file)

    def delete(self, key: str) -> None:
        with _telling():
            self.client.delete_object(**self._at(key))

    def under(self, prefix: str) -> Iterator[Kept]:
        with _telling():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
            for each in (found for page in pages for found in page.get("Contents", ())):
                yield Kept(each["Key"].removeprefix(self.prefix), each["LastModified"])

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + key}


@contextmanager
def _telling() -> Iterator[None]:
    """What the store or the way to it says no to, as the store's fact."""
    try:
        yield
    except ClientError as error:
        missing = error.response.get("Error", {}).get("Code") in _MISSING and error.operation_name == "GetObject"
        raise (FileLost if missing else StoreAway) from error
    except (BotoCoreError, HTTPClientError, OSError) as error:
        raise StoreAway from error
