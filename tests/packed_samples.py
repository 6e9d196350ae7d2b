"""Small archives of all formats for tests; RAR is written here, because no free program writes it."""

from __future__ import annotations

import io
import struct
import tarfile
import zlib
from collections.abc import Mapping

import py7zr

RAR_5, RAR_4 = b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00"

_FILE_5, _MAIN_5, _END_5 = 2, 1, 5
_HAS_DATA, _HAS_CHECKSUM = 0x02, 0x04
_LINK = 5
"""Record type in a file's extra area: a symbolic link (RAR 5.0 archive format, redirection record)."""


def tarred(contents: Mapping[str, bytes], compression: str = "", links: Mapping[str, str] | None = None) -> bytes:
    """Return a TAR archive, compressed by "gz", "bz2" or "xz"."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{compression}") as archive:  # type: ignore[call-overload] # any of three
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return packed.getvalue()


def seven_zipped(contents: Mapping[str, bytes], password: str | None = None, *, hides_names: bool = False) -> bytes:
    """Return a 7z archive with all of its files in one block."""
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w", password=password, header_encryption=hides_names) as archive:
        for number, content in enumerate(contents.values()):
            archive.writestr(content, str(number))
        # Names are written afterwards, because the library refuses paths outside of the archive.
        for file, name in zip(archive.header.files_info.files, contents, strict=True):
            file["filename"] = name
    return packed.getvalue()


def seven_zipped_apart(contents: Mapping[str, bytes], secret: Mapping[str, bytes], password: str) -> bytes:
    """Return a 7z archive with one plain block and one encrypted, uncompressed block."""
    packed = io.BytesIO(seven_zipped(contents))
    filters = [{"id": py7zr.FILTER_COPY}, {"id": py7zr.FILTER_CRYPTO_AES256_SHA256}]
    with py7zr.SevenZipFile(packed, "a", password=password, filters=filters) as archive:
        for name, content in secret.items():
            archive.writestr(content, name)
    return packed.getvalue()


def rared(contents: Mapping[str, bytes], links: Mapping[str, str] | None = None) -> bytes:
    """Return a RAR 5 archive with uncompressed files."""
    return b"".join(
        [
            RAR_5,
            _block_5(_MAIN_5, 0, _number(0)),
            *(_file_5(name, content) for name, content in contents.items()),
            *(_file_5(name, b"", target) for name, target in (links or {}).items()),
            _block_5(_END_5, 0, _number(0)),
        ]
    )


def _file_5(name: str, content: bytes, link: str | None = None) -> bytes:
    target = (link or "").encode()
    redirection = _number(_LINK) + _number(1) + _number(0) + _number(len(target)) + target
    extra = _number(len(redirection)) + redirection if link else b""
    fields = (_HAS_CHECKSUM, len(content), 0o100644)
    head = b"".join(map(_number, fields)) + struct.pack("<I", zlib.crc32(content))
    head += b"".join(map(_number, (0, 1, len(name.encode())))) + name.encode()
    flags = _HAS_DATA | (0x01 if extra else 0)
    sizes = (_number(len(extra)) if extra else b"") + _number(len(content))
    return _block_5(_FILE_5, flags, sizes + head + extra) + content


def _block_5(kind: int, flags: int, rest: bytes) -> bytes:
    block = _number(kind) + _number(flags) + rest
    block = _number(len(block)) + block
    return struct.pack("<I", zlib.crc32(block)) + block


def _number(value: int) -> bytes:
    """Return a variable-length integer: seven bits per byte, lowest first."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def rared_4(contents: Mapping[str, bytes], flags: int = 0) -> bytes:
    """Return a RAR 4 archive. A file with 0x04 in ``flags`` is encrypted."""
    files = (_file_4(name.encode("ascii"), content, flags) for name, content in contents.items())
    return b"".join([RAR_4, _block_4(0x73, 0, bytes(6)), *files, _block_4(0x7B, 0x4000, b"")])


def _file_4(name: bytes, content: bytes, flags: int) -> bytes:
    salt = bytes(8) if flags & 0x0400 else b""
    head = struct.pack(
        "<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0x5A210000, 29, 0x30, len(name), 0o100644
    )
    return _block_4(0x74, 0x8000 | flags, head + name + salt) + content


def _block_4(kind: int, flags: int, rest: bytes) -> bytes:
    block = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(block) & 0xFFFF) + block
