"""The frame of a packet: a BagIt 1.0 folder (RFC 8493), and the zip of one."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from archive.packet.layout import BAG_DECLARATION, BAG_INFO, MANIFEST, PAYLOAD, TAG_MANIFEST


def close_bag(folder: Path, told: Iterable[tuple[str, str]], made_on: date) -> str:
    """Make a folder with a payload in ``data`` a bag; returns the SHA-256 of its tag manifest.

    ``told`` goes into ``bag-info.txt``. The hash returned covers, by way of the manifests, every byte of the bag.
    """
    payload = sorted(path for path in (folder / PAYLOAD).rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    info = [*told, ("Bagging-Date", made_on.isoformat()), ("Payload-Oxum", f"{size}.{len(payload)}")]
    _write(folder / BAG_DECLARATION, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    _write(folder / BAG_INFO, "".join(f"{name}: {' '.join(value.split())}\n" for name, value in info))
    _write(folder / MANIFEST, _manifest(folder, payload))
    tags = [folder / name for name in (BAG_INFO, BAG_DECLARATION, MANIFEST)]
    _write(folder / TAG_MANIFEST, _manifest(folder, tags))
    return digest_of(folder / TAG_MANIFEST)


def zip_bag(folder: Path, target: Path) -> None:
    """A zip of a bag, in which it is one folder. Images and PDFs are compressed already."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder.parent))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path, files: Iterable[Path]) -> str:
    # No name has line ends or per cent signs in it, which RFC 8493 would have escaped.
    return "".join(f"{digest_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
