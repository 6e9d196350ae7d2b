"""Both stores of originals keep the same promises, and the object store says what is wrong with its server."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ResponseStreamingError

from archive.archive import open_originals
from archive.config import Settings
from archive.errors import (
    ArchiveError,
    ChangedWhileRead,
    DiskFull,
    EmptyInput,
    MissingInput,
    OriginalDamaged,
    OriginalsUnavailable,
    UsageError,
)
from archive.store.originals import bucket
from archive.store.originals.files import AddedOriginal, Originals, OriginalStore
from archive.store.originals.object_store import IN_USE_SECONDS, ObjectStore

CONTENT = "Уговор о јавној набавци".encode() * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PLACE = f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"


@pytest.fixture
def object_store(s3_url: str, tmp_path: Path) -> ObjectStore:
    return ObjectStore(s3_url, tmp_path / "cache" / "originals", 1 << 30)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> OriginalStore:
    if request.param == "folder":
        return Originals(tmp_path / "originals")
    made: ObjectStore = request.getfixturevalue("object_store")
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "уговор.pdf"
    path.write_bytes(CONTENT)
    return path


def objects(s3_url: str) -> tuple[Any, str, str]:
    """What speaks to the server beside the store, the name of the bucket, and what keys begin with."""
    name, _, folder = s3_url.removeprefix("s3://").partition("/")
    return boto3.client("s3"), name, f"{folder}/"


def put_object(s3_url: str, content: bytes) -> None:
    """Put bytes in the place of the original behind the store's back."""
    client, name, folder = objects(s3_url)
    client.put_object(Bucket=name, Key=folder + PLACE, Body=content)


def test_bytes_are_kept_under_their_sha256_once(store: OriginalStore, source: Path, tmp_path: Path) -> None:
    assert not store.has(SHA256)
    assert store.add(source) == AddedOriginal(SHA256, len(CONTENT), True)
    (copy := tmp_path / "copy.pdf").write_bytes(CONTENT)
    assert store.add(copy) == AddedOriginal(SHA256, len(CONTENT), False)
    assert store.has(SHA256)
    assert store.local(SHA256).read_bytes() == CONTENT
    assert store.local(SHA256, verifies=True).read_bytes() == CONTENT
    assert store.verify(SHA256) == len(CONTENT)
    assert store.where(SHA256).endswith(f"/{PLACE}")
    assert store.sweep() == 0


def test_ids_are_told_in_order_and_discarded_ones_are_gone(store: OriginalStore, tmp_path: Path) -> None:
    assert list(store.ids()) == []
    taken = []
    for number in range(5):
        (path := tmp_path / str(number)).write_text(f"document {number}")
        taken.append(store.add(path).id)
    assert list(store.ids()) == sorted(taken)
    store.discard(taken[0])
    store.discard(taken[0])
    assert list(store.ids()) == sorted(taken[1:])
    assert not store.has(taken[0])
    for ask in (store.local, store.verify):
        with pytest.raises(OriginalDamaged, match=f"The original {taken[0]} is missing"):
            ask(taken[0])


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", SHA256.upper(), SHA256[:-1], f"{SHA256}/.."])
def test_only_a_sha256_leads_to_bytes(store: OriginalStore, wrong: str) -> None:
    for ask in (store.has, store.local, store.verify, store.discard, store.where):
        with pytest.raises(ValueError, match="64 hexadecimal digits"):
            ask(wrong)


def test_what_cannot_be_taken_in_says_why(store: OriginalStore, source: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingInput):
        store.add(tmp_path / "nothing.pdf")
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(EmptyInput):
        store.add(tmp_path / "empty.pdf")
    assert list(store.ids()) == []


def test_a_file_that_changes_while_it_is_read_is_refused(
    store: OriginalStore, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is changed when the first reading is over: both stores ask then whether they know the bytes."""
    path = Originals.path

    def change_first(self: Originals, sha256: str) -> Path:
        with source.open("ab") as file:
            file.write(b"more")
        return path(self, sha256)

    monkeypatch.setattr(Originals, "path", change_first)
    with pytest.raises(ChangedWhileRead, match=r"уговор\.pdf changed"):
        store.add(source)
    monkeypatch.undo()
    assert list(store.ids()) == []
    assert store.add(source).is_new


def test_changed_bytes_are_found_and_never_given(
    object_store: ObjectStore, s3_url: str, source: Path, tmp_path: Path
) -> None:
    object_store.add(source)
    put_object(s3_url, CONTENT[::-1])
    with pytest.raises(OriginalDamaged, match="has changed"):
        object_store.verify(SHA256)
    assert object_store.local(SHA256).read_bytes() == CONTENT, "the copy was compared when it came"
    elsewhere = ObjectStore(s3_url, tmp_path / "elsewhere", 1 << 30)
    with pytest.raises(OriginalDamaged, match="has changed"):
        elsewhere.local(SHA256)
    assert [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()] == []


def test_a_damaged_copy_is_fetched_again(object_store: ObjectStore, source: Path) -> None:
    object_store.add(source)
    copy = object_store.local(SHA256)
    copy.chmod(0o644)
    copy.write_bytes(b"damaged")
    assert object_store.local(SHA256, verifies=True).read_bytes() == CONTENT


def test_a_large_file_goes_in_parts(s3_url: str, tmp_path: Path) -> None:
    object_store = ObjectStore(s3_url, tmp_path / "copies", 1 << 30, 5 << 20)
    (large := tmp_path / "large.pdf").write_bytes(content := os.urandom((5 << 20) * 2 + 17))
    taken = object_store.add(large)
    client, name, folder = objects(s3_url)
    key = f"{folder}{taken.id[:2]}/{taken.id[2:4]}/{taken.id}"
    assert client.get_object(Bucket=name, Key=key)["Body"].read() == content
    assert client.head_object(Bucket=name, Key=key)["ETag"].endswith('-3"')
    assert ObjectStore(s3_url, tmp_path / "elsewhere", 1 << 30).local(taken.id).read_bytes() == content


def test_an_interrupted_upload_leaves_nothing(
    s3_url: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    object_store = ObjectStore(s3_url, tmp_path / "copies", 1 << 30, 5 << 20)
    (large := tmp_path / "large.pdf").write_bytes(b"x" * (11 << 20))

    def interrupt(_: bytes) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(bucket, "_base64", interrupt)
    with pytest.raises(KeyboardInterrupt):
        object_store.add(large)
    client, name, folder = objects(s3_url)
    assert "Uploads" not in client.list_multipart_uploads(Bucket=name, Prefix=folder)
    assert list(object_store.ids()) == []


def test_uploads_that_were_interrupted_long_ago_are_ended(s3_url: str, source: Path, tmp_path: Path) -> None:
    """This server says of every upload that it began in 2010."""
    client, name, folder = objects(s3_url)
    client.create_multipart_upload(Bucket=name, Key=f"{folder}ab/cd/left")
    ObjectStore(s3_url, tmp_path / "cache", 1 << 30).add(source)
    assert "Uploads" not in client.list_multipart_uploads(Bucket=name, Prefix=folder)


def test_another_s_upload_of_the_same_bytes_is_not_overwritten(
    object_store: ObjectStore, s3_url: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes between our question and our upload, so that only the server's condition can tell."""
    put_object(s3_url, CONTENT)
    before = objects(s3_url)[0].head_object(Bucket=objects(s3_url)[1], Key=objects(s3_url)[2] + PLACE)["LastModified"]
    monkeypatch.setattr(ObjectStore, "has", lambda *_: False)
    assert object_store.add(source) == AddedOriginal(SHA256, len(CONTENT), False)
    after = objects(s3_url)[0].head_object(Bucket=objects(s3_url)[1], Key=objects(s3_url)[2] + PLACE)["LastModified"]
    assert before == after


def test_reading_goes_on_where_the_connection_broke(
    object_store: ObjectStore, s3_url: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It breaks after each piece; each time the next one is asked for."""
    object_store.add(source)
    open_, asked = bucket.Bucket._open, []

    def breaking(self: bucket.Bucket, key: str, position: int) -> Iterator[bytes]:
        asked.append(position)
        for piece in open_(self, key, position):
            yield piece[:20_000]
            if len(piece) > 20_000:
                raise ResponseStreamingError(error="broken")

    monkeypatch.setattr(bucket.Bucket, "_open", breaking)
    assert ObjectStore(s3_url, tmp_path / "other", 1 << 30).local(SHA256).read_bytes() == CONTENT
    assert asked == [0, 20_000, 40_000]

    def broken(*_: object) -> Iterator[bytes]:
        raise ResponseStreamingError(error="broken")

    monkeypatch.setattr(bucket.Bucket, "_open", broken)
    with pytest.raises(OriginalsUnavailable, match="ResponseStreamingError"):
        object_store.verify(SHA256)


@pytest.mark.parametrize("content", [CONTENT, CONTENT[::-1], CONTENT[1:]])
def test_what_a_server_kept_is_read_back_if_it_tells_no_checksum(
    object_store: ObjectStore, s3_url: str, source: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """This one does not, and keeps what the test says."""

    def upload(*_: object) -> str:
        put_object(s3_url, content)
        return "a checksum that is not told"

    monkeypatch.setattr(bucket.Bucket, "upload", upload)
    if content == CONTENT:
        assert object_store.add(source).is_new
    else:
        with pytest.raises(ArchiveError, match="did not store"):
            object_store.add(source)
    assert object_store.has(SHA256) is (content == CONTENT)


def test_the_cache_is_bounded_and_keeps_what_was_asked_for_lately(s3_url: str, tmp_path: Path) -> None:
    store = ObjectStore(s3_url, tmp_path / "cache", 10_000)
    copies = []
    for number in range(8):
        (path := tmp_path / str(number)).write_bytes(os.urandom(2000))
        copies.append(store.local(store.add(path).id))
    assert all(copy.exists() for copy in copies), "each may be about to be opened"
    long_ago = time.time() - 2 * IN_USE_SECONDS
    for number, copy in enumerate(copies):
        os.utime(copy, (long_ago + number, long_ago + number))
    store.local(copies[0].name)
    (path := tmp_path / "last").write_bytes(os.urandom(2000))
    store.add(path)
    assert [copy.exists() for copy in copies] == [True, *[False] * 4, *[True] * 3]
    assert store.local(copies[1].name).read_bytes() == (tmp_path / "1").read_bytes()


def test_without_room_for_a_copy_that_is_said(tmp_path: Path) -> None:
    """The device that is always full stands for a disk that is."""
    with pytest.raises(DiskFull):
        Originals(tmp_path / "copies").put(SHA256, lambda _: Path("/dev/full").write_bytes(b"x"))
    assert [path for path in (tmp_path / "copies").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("ask", ["has", "verify", "local"])
def test_a_bucket_that_is_not_there_is_not_an_archive_that_lost_everything(
    s3_url: str, tmp_path: Path, ask: str
) -> None:
    store = ObjectStore("s3://there-is-no-such/originals", tmp_path / "cache", 1 << 30)
    with pytest.raises(OriginalsUnavailable, match="s3://there-is-no-such/originals/ refused"):
        getattr(store, ask)(SHA256)


def test_a_store_that_cannot_be_reached_says_so(
    s3_url: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    store = ObjectStore(s3_url, tmp_path / "cache", 1 << 30)
    with pytest.raises(OriginalsUnavailable, match=r"cannot be reached \(EndpointConnectionError\)\. Check the server"):
        store.add(source)


@pytest.mark.parametrize("url", ["http://host/bucket", "s3://", "s3:///folder", "s3://bucket/folder?x=1", "bucket"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="originals_url must be s3://bucket/folder"):
        open_originals(tmp_path, Settings({"originals_url": url}))


def test_the_settings_name_the_store(s3_url: str, source: Path, tmp_path: Path) -> None:
    store = open_originals(tmp_path / "home", Settings({"originals_url": f"{s3_url}/"}))
    store.add(source)
    assert store.where(SHA256) == f"{s3_url}/{PLACE}"
    assert store.local(SHA256) == tmp_path / "home" / "cache" / "originals" / PLACE
    assert isinstance(open_originals(tmp_path / "home", Settings()), Originals)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "archive.store.originals.object_store", None)
    with pytest.raises(UsageError, match=r"pip install 'dosije\[servers\]'"):
        open_originals(tmp_path, Settings({"originals_url": "s3://bucket"}))
