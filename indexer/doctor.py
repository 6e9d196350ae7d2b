"""Checks of what this machine can and cannot do for an archive, each with a remedy."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from archive.archive import Archive
from archive.config import Settings
from archive.errors import DosijeError
from archive.system.confinement import protection
from indexer.formats.office import soffice
from indexer.formats.packed import rar
from indexer.ocr.engine import find_tessdata

_LITTLE_ROOM = 1 << 30
"""Free disk space in bytes below which a warning is given: an import of some hundred scans takes as much."""


_CLIENTS = {"psycopg": "PostgreSQL", "opensearchpy": "OpenSearch", "boto3": "object stores"}
"""Client libraries and the servers that they are for."""


class Condition(StrEnum):
    """The result of a check: available, missing but optional, or failing."""

    OK = "ok"
    LACKS = "lacks"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The result of one check; ``remedy`` says what to do if something lacks or fails."""

    subject: str
    condition: Condition
    told: str
    remedy: str = ""


Check = Callable[[Path, Settings], Iterator[Diagnosis]]


def examine(home: Path, settings: Settings) -> list[Diagnosis]:
    """Run each check of what an archive at ``home`` needs or can use. Nothing is written."""
    return [found for check in _CHECKS for found in check(home, settings)]


def _program(_home: Path, _settings: Settings) -> Iterator[Diagnosis]:
    told = f"Dosije {version('dosije')}, Python {platform.python_version()}, {os.cpu_count() or 1} processors"
    yield Diagnosis("program", Condition.OK, told)


def _ocr(_home: Path, settings: Settings) -> Iterator[Diagnosis]:
    languages = settings.text("ocr_languages")
    try:
        folder = find_tessdata(languages, settings.text("tessdata"))
    except DosijeError as error:
        yield Diagnosis("scans", Condition.FAILS, error.message, error.remedy or "")
        return
    yield Diagnosis("scans", Condition.OK, f"OCR of {languages.replace('+', ', ')}, by the data in {folder}")


def _office(_home: Path, _settings: Settings) -> Iterator[Diagnosis]:
    program = soffice()
    if program is not None:
        yield Diagnosis("office files", Condition.OK, f"get pages by {program}")
        return
    yield Diagnosis(
        "office files",
        Condition.LACKS,
        "LibreOffice is not installed: their text is read without pages, and Word and PowerPoint files of 1995 and "
        "before are refused.",
        "apt-get install libreoffice-writer-nogui libreoffice-impress-nogui",
    )


def _rar(_home: Path, _settings: Settings) -> Iterator[Diagnosis]:
    if rar.is_installed():
        yield Diagnosis("RAR archives", Condition.OK, "are read by libarchive")
        return
    told = "libarchive is not installed: they are refused, and say so."
    yield Diagnosis("RAR archives", Condition.LACKS, told, "apt-get install libarchive13")


def _servers(_home: Path, _settings: Settings) -> Iterator[Diagnosis]:
    lacking = [name for module, name in _CLIENTS.items() if find_spec(module) is None]
    if not lacking:
        yield Diagnosis("servers", Condition.OK, f"can be used: {', '.join(_CLIENTS.values())}")
        return
    told = f"No client of {', '.join(lacking)} is installed; an archive in one folder needs none."
    yield Diagnosis("servers", Condition.LACKS, told, f"{sys.executable} -m pip install -r requirements/servers.txt")


def _sandbox(home: Path, settings: Settings) -> Iterator[Diagnosis]:
    said = protection(settings, home if home.is_dir() else None)
    if "refused" in said:
        yield Diagnosis("sandbox", Condition.FAILS, said["refused"])
    elif said["sandboxed"]:
        yield Diagnosis("sandbox", Condition.OK, "documents are read in a sandbox without network (bubblewrap)")
    else:
        kept = "kept to their files by Landlock" if said["files_by"] else "with limits alone"
        told = f"{said['why'].rstrip('.')}: documents are read {kept}."
        allow = "docs/security.md says what the machine must allow; in a container, docs/deployment.md"
        remedy = allow if shutil.which("bwrap") else "apt-get install bubblewrap, and see docs/security.md"
        yield Diagnosis("sandbox", Condition.LACKS, told, remedy)


def _free_space(home: Path, _settings: Settings) -> Iterator[Diagnosis]:
    place = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB free in {place}"
    if not os.access(place, os.W_OK):
        yield Diagnosis("disk", Condition.FAILS, f"We may not write to {place}.", "Name another folder: --home")
    elif free < _LITTLE_ROOM:
        yield Diagnosis("disk", Condition.FAILS, told, "Make room, or name a folder on another disk: --home")
    else:
        yield Diagnosis("disk", Condition.OK, told)


def _archive(home: Path, settings: Settings) -> Iterator[Diagnosis]:
    """Open the archive and connect to the servers that the settings name."""
    if not home.is_dir():
        yield Diagnosis("archive", Condition.OK, f"There is none at {home} yet; the first dosije add makes it.")
        return
    try:
        with Archive.open(home, settings, create=False) as archive:
            count = archive.catalog.documents.count()
            yield Diagnosis("catalog", Condition.OK, f"{count} documents in {archive.catalog.location}")
            archive.engine.probe()
            yield Diagnosis("index", Condition.OK, f"{archive.engine.where} answers")
            yield from _meaning(archive)
    except DosijeError as error:
        yield Diagnosis("archive", Condition.FAILS, error.message, error.remedy or "")


def _meaning(archive: Archive) -> Iterator[Diagnosis]:
    if archive.meaning is None:
        yield Diagnosis("search by meaning", Condition.LACKS, "It is switched off.", "To switch it on: docs/meaning.md")
        return
    problem = archive.meaning.state().problem
    yield Diagnosis("search by meaning", Condition.FAILS if problem else Condition.OK, problem or "its model answers")


_CHECKS: tuple[Check, ...] = (_program, _ocr, _office, _rar, _servers, _sandbox, _free_space, _archive)
