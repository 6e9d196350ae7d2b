"""Digitally signed files (CMS, RFC 5652): p7m with the content enclosed, p7s without it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any

from asn1crypto import cms

from archive.errors import DamagedDocument, EncryptedDocument, Message
from archive.model.signatures import DocumentSignature
from indexer.formats.flowing import FlowingSource
from indexer.formats.source import Content, UniqueNames

_ENDINGS = frozenset({".p7m", ".p7s", ".p7", ".pkcs7", ".cms"})
_BLOCK = re.compile(rb"\s*-----BEGIN (?:PKCS7|CMS)-----(.*?)-----END", re.DOTALL)
_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, binascii.Error)
"""Errors that asn1crypto raises on malformed files."""


class CmsSource(FlowingSource):
    """A signed file; an :class:`indexer.formats.source.Container` and a
    :class:`indexer.formats.source.SignedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"asn1crypto {version('asn1crypto')}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Unwrap a file.

        :raises EncryptedDocument: it is encrypted for the holder of a key.
        :raises DamagedDocument: it is malformed.
        """
        self._filename = filename
        try:
            info = cms.ContentInfo.load(_der(path.read_bytes()))
            kind = info["content_type"].native
            if kind == "signed_data":
                self._signed: cms.SignedData = info["content"]
                self._content = _content(self._signed)
                len(self._signed["signer_infos"])
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a signed file: %(error)s.",
                "Get the file again; it may have been cut off.",
                filename=filename,
                error=error,
            ) from error
        if kind != "signed_data":
            raise EncryptedDocument(
                "%(filename)s is encrypted for the holder of a key, which the archive does not have.",
                "Open it with the program that has the key, and add what comes out.",
                filename=filename,
            )
        inside = None if self._content is None else _inner_name(filename)
        reason = (
            Message("The signed file lies elsewhere, so the signature could not be compared with it.")
            if inside is None
            else Message("The page names the signed file; it is a document of its own.")
        )
        super().__init__([[inside or filename]], reason=reason)
        self._inside = inside

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        content, inside = self._content, self._inside
        if content is not None and inside is not None:
            yield Content(UniqueNames().of(inside), lambda: iter((content,)), len(content))

    def signatures(self, trusted: Sequence[bytes]) -> Sequence[DocumentSignature]:
        """See :meth:`indexer.formats.source.SignedOriginal.signatures`."""
        from indexer.formats.signed.verifying import signatures_of_cms  # noqa: PLC0415 - it loads pyHanko

        return signatures_of_cms(self._signed, self._content, trusted)


def _der(data: bytes) -> bytes:
    """Return the DER form of a file that may be in PEM."""
    block = _BLOCK.match(data)
    return base64.b64decode(block[1]) if block else data


def _content(signed: Any) -> bytes | None:
    content = signed["encap_content_info"]["content"].native
    if content is not None and not isinstance(content, bytes):
        raise ValueError("the signed content is not a file")
    return content


def _inner_name(filename: str) -> str:
    name = PurePath(filename)
    return name.stem if name.suffix.lower() in _ENDINGS and name.stem else f"{name.name} (unpacked)"
