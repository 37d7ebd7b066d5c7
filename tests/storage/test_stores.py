"""Both stores do the same: a folder, and a bucket of an S3-compatible server (moto's, over HTTP)."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from consortium.storage.buckets import BucketStore
from consortium.storage.folders import FolderStore
from consortium.storage.stores import FileLost, Store, StoreAway, chosen, new_key, prefix_of
from tests.documents.conftest import Breaking

TENANT = uuid4()


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """The address of a bucket on a server of this run."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ.update(AWS_ACCESS_KEY_ID="tests", AWS_SECRET_ACCESS_KEY="tests")
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="eu-south-1").create_bucket(
        Bucket="documenti", CreateBucketConfiguration={"LocationConstraint": "eu-south-1"}
    )
    yield f"s3://documenti/prova/lavoro?endpoint={endpoint}&region=eu-south-1"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return chosen(f"file://{tmp_path}" if request.param == "folder" else request.getfixturevalue("bucket"))


def test_a_file_is_got_back_as_it_was(store: Store) -> None:
    key, content = new_key(TENANT), os.urandom(700_000)
    store.write(key, BytesIO(content))
    with store.read(key) as file:
        assert file.read() == content
    (kept,) = (each for each in store.under(prefix_of(TENANT)) if each.key == key)
    assert abs(datetime.now(UTC) - kept.written_at) < timedelta(minutes=5)


def test_a_file_that_is_deleted_is_gone_and_deleting_again_does_nothing(store: Store) -> None:
    key = new_key(TENANT)
    store.write(key, BytesIO(b"x"))
    store.delete(key)
    store.delete(key)
    with pytest.raises(FileLost):
        store.read(key)
    assert key not in {each.key for each in store.under("")}


def test_files_are_listed_by_the_beginning_of_their_keys(store: Store) -> None:
    mine, others = new_key(TENANT), new_key(uuid4())
    for key in (mine, others):
        store.write(key, BytesIO(b"x"))
    assert others not in {each.key for each in store.under(prefix_of(TENANT))}
    assert {mine, others} <= {each.key for each in store.under("")}


@pytest.mark.parametrize("good", [1, 3])
def test_a_file_that_breaks_off_is_not_there(store: Store, good: int) -> None:
    key = new_key(TENANT)
    with pytest.raises(StoreAway):
        store.write(key, Breaking(BytesIO(bytes(400_000)), good))  # type: ignore[arg-type]  # a file that fails
    assert key not in {each.key.removesuffix(".part") for each in store.under(prefix_of(TENANT))}


def test_a_line_that_is_cut_while_a_bucket_is_sent_a_file_leaves_nothing(bucket: str) -> None:
    """The file was read once for its checksum (five reads), then sent."""
    store, key = chosen(bucket), new_key(TENANT)
    with pytest.raises(StoreAway):
        store.write(key, Breaking(BytesIO(bytes(400_000)), good=6))  # type: ignore[arg-type]  # a file that fails
    assert key not in {each.key for each in store.under(prefix_of(TENANT))}


def test_a_folder_is_for_the_application_alone(tmp_path: Path) -> None:
    store, key = FolderStore(tmp_path), new_key(TENANT)
    store.write(key, BytesIO(b"x"))
    assert stat.S_IMODE((tmp_path / key).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / str(TENANT)).stat().st_mode) == 0o700
    for bad in ("../etc/passwd", "/etc/passwd", "a/b/c", ""):
        with pytest.raises(ValueError, match="key"):
            store.read(bad)


def test_what_a_stopped_machine_left_is_listed_to_be_swept(tmp_path: Path) -> None:
    store, key = FolderStore(tmp_path), f"{new_key(TENANT)}.part"
    (tmp_path / key).parent.mkdir()
    (tmp_path / key).write_bytes(b"half")
    assert [each.key for each in store.under(prefix_of(TENANT))] == [key]
    store.delete(key)
    assert not (tmp_path / key).exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreAway):
        FolderStore(tmp_path / "file").write(new_key(TENANT), BytesIO(b"x"))


def test_a_bucket_that_is_not_there_or_does_not_answer_is_told(bucket: str) -> None:
    endpoint = bucket.partition("endpoint=")[2].partition("&")[0]
    nowhere = BucketStore("altro", "", endpoint, "eu-south-1")
    away = BucketStore("documenti", "", "http://127.0.0.1:9", "eu-south-1")
    for store in (nowhere, away):
        with pytest.raises(StoreAway):
            store.write(new_key(TENANT), BytesIO(b"x"))
        with pytest.raises((StoreAway, FileLost)):
            store.read(new_key(TENANT))
        with pytest.raises(StoreAway):
            list(store.under(""))
