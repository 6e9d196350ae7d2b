"""The commands on a machine without bubblewrap: Landlock keeps readers to their files, and real files are read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.model import TextSource
from archive.system.restraints import landlock_version
from tests.conftest import ROOT, SPECIMENS
from tests.indexer_samples import letter_pdf, scan, scanned_pdf

pytestmark = pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock")

TEXT, OFFICE, SCAN = "becej-2020-javni-poziv.pdf", "kladovo-2022-foi-zahtev.docx", "sken.pdf"

WITHOUT_LIBSECCOMP = """
import ctypes
class CDLL(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if name and "seccomp" in str(name):
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        super().__init__(name, *arguments, **options)
ctypes.CDLL = CDLL
"""
"""Run by Python when it starts, in the command and in each process that reads."""


@pytest.mark.parametrize("has_libseccomp", [True, False], ids=["with libseccomp", "without libseccomp"])
def test_real_files_are_read_where_only_landlock_confines(has_libseccomp: bool, tmp_path: Path) -> None:
    bare, inputs, home = tmp_path / "bare", tmp_path / "inputs", tmp_path / "home"
    for folder in (bare, inputs):
        folder.mkdir()
    for name in (TEXT, OFFICE):
        shutil.copy(SPECIMENS / name, inputs)
    scanned_pdf(scan(letter_pdf())).save(inputs / SCAN)
    # As an editable installation leaves it in a checkout, where readers may not open it.
    (bare / "dosije.egg-info").mkdir()
    (bare / "dosije.egg-info" / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: dosije\nVersion: 0\n")
    if not has_libseccomp:
        (bare / "sitecustomize.py").write_text(WITHOUT_LIBSECCOMP)
    # There is no bwrap on this path.
    environ = {**os.environ, "PATH": str(bare), "PYTHONPATH": str(bare)}

    def dosije(*arguments: str) -> str:
        command = [sys.executable, "-m", "dosije", "--home", str(home), *arguments]
        run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout

    dosije("add", str(inputs), "--jobs", "1")
    assert sources_and_words(home) == {
        TEXT: ({TextSource.TEXT}, True),
        OFFICE: ({TextSource.TEXT}, True),
        SCAN: ({TextSource.OCR}, True),
    }
    protection = json.loads(dosije("status", "--json"))["protection"]
    assert (protection["why"], protection["files_by"]) == ("bubblewrap is not installed", "landlock")
    assert (protection["catalog"], protection["privileges"]) == (False, False)
    # Without libseccomp nothing refuses the network; status says so.
    assert protection["system_calls_filtered"] <= has_libseccomp
    assert protection["network"] or protection["system_calls_filtered"]


def sources_and_words(home: Path) -> dict[str, tuple[set[TextSource], bool]]:
    """Of each document, where its text comes from, and whether a word was read that stands in it."""
    expected = {TEXT: "nabavk", OFFICE: "захтев", SCAN: "dunavgrad"}
    found = {}
    with Archive.open(home) as archive:
        for document in archive.catalog.documents.newest_first():
            text = " ".join(
                word for page in archive.catalog.readings.all_words(document.id) for word in page.texts
            ).lower()
            pages = archive.catalog.readings.get(document.id).pages
            found[document.filename] = ({page.source for page in pages}, expected[document.filename] in text)
    return found
