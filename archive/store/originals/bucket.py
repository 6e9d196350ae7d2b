"""A folder of a bucket in an S3-compatible object store (Amazon S3, MinIO, Ceph). The only module that imports boto3.

Endpoint, region and keys come from the standard environment variables: ``AWS_ENDPOINT_URL``, ``AWS_ACCESS_KEY_ID`` and
so on. boto3, the reference client, is used instead of fsspec or s3fs, which hide the two guarantees of the protocol
that are needed here: an upload carries its SHA-256, which the server verifies before it stores a byte, and the
condition that the object does not exist yet. A large file is uploaded in parts and appears only when all of them are
complete.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from archive.errors import DosijeError, OriginalsUnavailable, UsageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 32 << 20
"""Part size of a multipart upload; larger files are uploaded in parts. One part is in memory, and S3 allows 10,000
parts."""

_CHUNK = 1 << 20
_CONNECTING = threading.Lock()
_ATTEMPTS = 3
_NOT_FOUND = ("404", "NoSuchKey", "NotFound")
_ALREADY_EXISTS = ("PreconditionFailed", "412")
_CONFLICT = ("ConditionalRequestConflict", "409", "OperationAborted")


@dataclass(frozen=True, slots=True)
class Kept:
    """Metadata of an object: its size in bytes and its checksum, if the server returns one."""

    size: int
    checksum: str | None


class Bucket:
    """The objects whose keys begin with ``folder``; names are relative to it. Threads and forked processes may share
    it. Every method may raise :class:`archive.errors.OriginalsUnavailable`."""

    def __init__(self, url: str, part_bytes: int = PART_BYTES) -> None:
        """:raises UsageError: ``url`` is not ``s3://bucket`` or ``s3://bucket/folder``."""
        self._part_bytes = part_bytes
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
            raise UsageError(
                "originals_url must be s3://bucket/folder, not %(address)s.", "See docs/moving.md.", address=repr(url)
            )
        self._bucket, folder = parts.netloc, parts.path.strip("/")
        self._folder = f"{folder}/" if folder else ""
        self._connected: tuple[int, S3Client] | None = None
        self._is_found = False

    def address(self, name: str = "") -> str:
        """Return the address of an object or of the folder, for messages."""
        return f"s3://{self._bucket}/{self._folder}{name}"

    def head(self, name: str) -> Kept | None:
        """Return the metadata of an object; None if there is none."""
        with self._translating_errors():
            try:
                told = self._client.head_object(Bucket=self._bucket, Key=self._folder + name, ChecksumMode="ENABLED")
            except ClientError as error:
                if _code(error) not in _NOT_FOUND:
                    raise
                if not self._is_found:
                    # A missing bucket is answered in the same way, and would look like the loss of all objects.
                    self._client.head_bucket(Bucket=self._bucket)
                self._is_found = True
                return None
        return Kept(told["ContentLength"], told.get("ChecksumSHA256"))

    def upload(self, name: str, path: Path, sha256: str) -> str | None:
        """Upload a file unless an object with this name exists; the server verifies the bytes by checksum. Returns the
        checksum that the server should report for it, or None if the object existed."""
        with self._translating_errors():
            for tried in range(1, _ATTEMPTS + 1):
                try:
                    if path.stat().st_size <= self._part_bytes:
                        return self._put_whole(self._folder + name, path, sha256)
                    return self._put_parts(self._folder + name, path)
                except ClientError as error:
                    if _code(error) in _ALREADY_EXISTS:
                        return None
                    if _code(error) not in _CONFLICT or tried == _ATTEMPTS:
                        raise
                    time.sleep(tried)
        return None

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of an object; a broken connection is resumed at its position.

        :raises FileNotFoundError: there is no such object.
        """
        position = tried = 0
        with self._translating_errors():
            while True:
                pieces = self._open(self._folder + name, position)
                try:
                    for chunk in pieces:
                        tried, position = 0, position + len(chunk)
                        yield chunk
                    return
                except BotoCoreError:
                    tried += 1
                    if tried == _ATTEMPTS:
                        raise

    def names(self) -> Iterator[str]:
        """Yield the names of all objects, in ascending order."""
        with self._translating_errors():
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._folder)
            for page in pages:
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self._folder)

    def delete(self, name: str) -> None:
        """Delete an object. A missing object is no error."""
        with self._translating_errors():
            self._client.delete_object(Bucket=self._bucket, Key=self._folder + name)

    def end_uploads(self, older_than: timedelta) -> None:
        """Abort interrupted multipart uploads: their parts take space and are not visible."""
        with self._translating_errors():
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._folder):
                for upload in page.get("Uploads", ()):
                    if datetime.now(UTC) - upload["Initiated"] > older_than:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                        )

    @property
    def _client(self) -> S3Client:
        """The client of this process; a forked process must not use its parent's connections."""
        with _CONNECTING:
            if self._connected is None or self._connected[0] != os.getpid():
                self._connected = os.getpid(), _connect()
            return self._connected[1]

    def _put_whole(self, key: str, path: Path, sha256: str) -> str:
        checksum = _base64(bytes.fromhex(sha256))
        with path.open("rb") as file:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=file, ChecksumSHA256=checksum, IfNoneMatch="*")
        return checksum

    def _put_parts(self, key: str, path: Path) -> str:
        """Upload in parts; returns the checksum of the parts' checksums, which S3 reports as that of the object."""
        client, bucket = self._client, self._bucket
        upload = client.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="SHA256")["UploadId"]
        digests: list[bytes] = []
        parts: list[CompletedPartTypeDef] = []
        try:
            with path.open("rb") as file:
                while part := file.read(self._part_bytes):
                    digests.append(hashlib.sha256(part).digest())
                    checksum, number = _base64(digests[-1]), len(digests)
                    sent = client.upload_part(
                        Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=part, ChecksumSHA256=checksum
                    )
                    parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum})
            client.complete_multipart_upload(
                Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except BaseException:
            # Also on Ctrl-C. If even this fails, a later run aborts the upload.
            client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
            raise
        return f"{_base64(hashlib.sha256(b''.join(digests)).digest())}-{len(parts)}"

    def _open(self, key: str, position: int) -> Iterator[bytes]:
        """Request the bytes from a position on. boto3 retries the request; later failures are handled by the caller."""
        try:
            body = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={position}-")["Body"]
        except ClientError as error:
            if _code(error) in _NOT_FOUND:
                raise FileNotFoundError(key) from error
            raise
        return body.iter_chunks(_CHUNK)

    @contextmanager
    def _translating_errors(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise self._trouble(error) from error

    def _trouble(self, error: BotoCoreError | ClientError) -> DosijeError:
        """Translate an error of boto3 to an error for people."""
        if isinstance(error, ClientError):
            told = f"{_code(error)}, {error.response['Error'].get('Message') or error.operation_name}".rstrip(".")
            return OriginalsUnavailable(
                "The object store of the originals at %(address)s refused: %(reason)s.",
                "Check originals_url, and the keys in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).",
                address=self.address(),
                reason=told,
            )
        # Shown to readers of the web pages: the kind of the error without the addresses in its text.
        return OriginalsUnavailable(
            "The object store of the originals at %(address)s cannot be reached (%(reason)s).",
            "Check the server, AWS_ENDPOINT_URL and the keys, then try again. Searching goes on meanwhile.",
            address=self.address(),
            reason=type(error).__name__,
        )


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


@cache
def _session() -> Session:
    """Return a session with the service model of S3 loaded, which takes a tenth of a second."""
    return Session()


def _connect() -> S3Client:
    """Create a client with the settings of the environment."""
    # Servers other than Amazon's seldom support addresses that begin with the bucket's name.
    has_endpoint = "AWS_ENDPOINT_URL" in os.environ or "AWS_ENDPOINT_URL_S3" in os.environ
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"mode": "standard", "total_max_attempts": 2},
        s3={"addressing_style": "path" if has_endpoint else "auto"},
        # SHA-256 is sent and verified here; other checksums would require more of the server.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        user_agent_extra="dosije",
    )
    return _session().client("s3", config=config)
