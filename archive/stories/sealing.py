"""The seal of a published story, and its verification: checksums, and each quotation.

::

    index.html  style.css  faces/      the page
    clips/                             cuts of pages
    quotations/NNN.html  .oembed.json  an embeddable quotation
    quotations/NNN.annotation.json     the same as a Web Annotation, which ``dosije verify`` reads
    story.json                         the items for programs
    manifest-sha256.txt                the SHA-256 of each file; the SHA-256 of this one is the seal
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.citing.claims import claims_in
from archive.citing.verdicts import Verdict
from archive.citing.verification import Verifier
from archive.errors import UsageError
from archive.masking.decisions import EXPORT
from archive.serialization import JsonAnswer, attr
from archive.store.catalog import Catalog
from archive.store.events import EventName
from archive.system.files import sha256_of

MANIFEST = "manifest-sha256.txt"
TABLE = "story.json"
VERSION = 1
"""Version of the format of ``story.json``."""


def export_name(seal: str) -> str:
    """Return the name of a published story in the event log, without any of its content."""
    return f"public page {seal}"


def seal_folder(folder: Path) -> str:
    """Write the manifest of a folder; returns its SHA-256, which covers all files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8", newline="\n")
    return sha256_of(folder / MANIFEST)


@dataclass(frozen=True, slots=True)
class PageVerification:
    """The result of verifying a published story. ``problems`` are of its ``files``; of ``quotations``, ``verified`` are
    unchanged in the archive and ``masked`` cannot be compared. ``event`` is that of the publication."""

    seal: str
    files: int
    problems: tuple[str, ...]
    quotations: int = 0
    verified: int = 0
    masked: int = 0
    event: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether there are no faults."""
        return not self.problems


class PageVerificationAnswer(JsonAnswer):
    """What verifying a published story said. masked: quotations that cannot be compared. event: that by which the log
    tells of it, null where it does not."""

    seal: str
    files: int
    quotations: int
    verified: int
    masked: int
    event: int | None
    sound: bool = attr("is_sound")
    problems: tuple[str, ...]


def verify_files(path: Path) -> PageVerification:
    """Compare the files of a published story, a folder or a zip, with its manifest.

    :raises UsageError: it is not a published story.
    """
    with _files(path) as files:
        return _compared(files)


def verify_page(path: Path, catalog: Catalog, verifier: Verifier) -> PageVerification:
    """Compare a published story with its manifest, and its quotations with the archive.

    :raises UsageError: it is not a published story.
    """
    with _files(path) as files:
        found = _compared(files)
        problems, verified, masked = list(found.problems), 0, 0
        quoted = sorted(name for name in files if name.endswith(".annotation.json"))
        for name in quoted:
            text = files[name].decode("utf-8", "replace")
            if _is_masked(text):
                masked += 1
                continue
            try:
                answer = verifier.verify(claims_in(text))
            except UsageError as error:
                problems.append(f"{name}: {error.message}")
                continue
            verified += answer.verdict is Verdict.VERIFIED
            if answer.verdict is not Verdict.VERIFIED:
                problems.append(f"{name}: {answer.verdict}: {answer.reason}")
        event = _event(catalog, found.seal)
        if event is None:
            problems.append("The event log of this archive does not tell that it was published with this seal.")
        return PageVerification(found.seal, found.files, tuple(problems), len(quoted), verified, masked, event)


def _event(catalog: Catalog, seal: str) -> int | None:
    told = (event for event in catalog.events.named(EventName.REDACTION) if event.detail["action"] == EXPORT)
    return next((event.number for event in told if event.detail["what"] == export_name(seal)), None)


def _is_masked(annotation: str) -> bool:
    try:
        told: Any = json.loads(annotation)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("dosije:masked") is True


def _compared(files: Mapping[str, bytes]) -> PageVerification:
    manifest = files[MANIFEST]
    wanted: dict[str, str] = {}
    problems = []
    for line in manifest.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if name in wanted:
            problems.append(f"{MANIFEST} names {name} twice.")
        wanted[name] = digest
    for name, digest in wanted.items():
        if name not in files:
            problems.append(f"{name} is missing.")
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            problems.append(f"{name} was changed.")
    problems += (f"{name} was added." for name in sorted(files.keys() - wanted.keys() - {MANIFEST}))
    return PageVerification(hashlib.sha256(manifest).hexdigest(), len(wanted), tuple(problems))


@contextmanager
def _files(path: Path) -> Iterator[Mapping[str, bytes]]:
    """Open the files of a folder, or of the only folder in a zip, by name.

    :raises UsageError: there is no published story.
    """
    no_page = UsageError(
        "There is no published story at %(path)s.",
        "Name the folder, or the ZIP file, that has %(manifest)s.",
        path=path,
        manifest=MANIFEST,
    )
    files: dict[str, bytes] = {}
    if path.is_dir():
        for one in path.rglob("*"):
            if one.is_file():
                files[one.relative_to(path).as_posix()] = one.read_bytes()
    else:
        try:
            with zipfile.ZipFile(path) as packed:
                for info in packed.infolist():
                    if not info.is_dir():
                        files[info.filename.partition("/")[2]] = packed.read(info)
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise no_page from error
    if MANIFEST not in files:
        raise no_page
    yield files
