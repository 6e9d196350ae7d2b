"""Commands of an archive's life cycle, each of which may be interrupted, and its invariants.

They are used by the tests of failpoints and by the benchmarks that kill commands at random or inject disk faults.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.archive import Archive
from archive.search.request import SearchRequest
from archive.upkeep.check import check
from archive.upkeep.problems import Severity
from tests.passage_samples import SETTING as MODEL

ROOT = Path(__file__).parent.parent
SETTINGS = {"DOSIJE_COMMIT_DOCUMENTS": "3", "DOSIJE_MEANING": MODEL}
"""Settings with several commits in a small run, and with passages."""


@dataclass(frozen=True, slots=True)
class Life:
    """The folders of an archive: its input files, the archive, and its backup."""

    inputs: Path
    home: Path
    backup: Path

    @classmethod
    def begin(cls, root: Path, documents: int = 8) -> Life:
        """Write the input files: letters, two of them equal, one of them empty."""
        life = cls(root / "inputs", root / "home", root / "backup")
        life.inputs.mkdir(parents=True)
        for number in range(documents):
            text = f"Dopis {number % (documents - 1)} o nabavci kamera za opštinu Brezovac. " * 20
            (life.inputs / f"{number:02}.txt").write_text(f"{text}\fČlan 1. Druga strana.", encoding="utf-8")
        (life.inputs / "prazno.txt").touch()
        return life

    def commands(self) -> dict[str, list[str]]:
        """Return every command that writes, in order."""
        return {
            "add": ["add", str(self.inputs), "--jobs", "1", "--ocr", "never"],
            "reread": ["reread", "--quality", "good", "--jobs", "1", "--ocr", "never"],
            "reindex": ["reindex", "--jobs", "1"],
            "passages": ["reindex", "--meaning"],
            "backup": ["backup", str(self.backup), "--copy"],
        }

    def arguments(self, name: str) -> list[str]:
        """Return the arguments of ``dosije`` for a command on this archive."""
        return ["--home", str(self.home), *self.commands()[name]]

    def command(self, name: str) -> list[str]:
        """Return the command line of a command."""
        return [sys.executable, "-m", "dosije", *self.arguments(name)]

    def start(
        self, name: str, environ: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        """Start a command; ``before`` is a prefix of its command line, such as ``strace``."""
        return subprocess.Popen(
            [*before, *self.command(name)],
            cwd=ROOT,
            env={**os.environ, **SETTINGS, **(environ or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, name: str, environ: Mapping[str, str] | None = None, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for it."""
        process = self.start(name, environ, before)
        said, complained = process.communicate(timeout=600)
        return subprocess.CompletedProcess(name, process.returncode, said, complained)

    def state(self) -> dict[str, object]:
        """Return the state that must not depend on how often commands were interrupted before they completed."""
        with Archive.open(self.home) as archive:
            catalog = archive.catalog
            documents = sorted(catalog.documents.newest_first(), key=lambda document: document.id)
            held = {id_: known.revision for id_, known in archive.engine.held().items()}
            return {
                "documents": [(document.id, document.page_count, document.word_count) for document in documents],
                "words": [[words.texts for words in catalog.readings.all_words(document.id)] for document in documents],
                "facts": [
                    sorted((fact.field, fact.value) for fact in catalog.facts.of(document.id)) for document in documents
                ],
                "clauses": [len(catalog.clauses.of(document.id, document.reading)) for document in documents],
                "sources": [
                    sorted(source.path for source in catalog.documents.sources(document.id)) for document in documents
                ],
                "failures": [(failure.path, failure.reason) for failure in catalog.failures.all()],
                "originals": sorted(archive.originals.ids()),
                "found": archive.search.search(SearchRequest("kamera")).total,
                "index is the catalog": held == catalog.indexing.revisions() and archive.indexing.is_complete(),
            }

    def problems(self, *, notices: bool = True) -> list[str]:
        """Return the problems that ``dosije check`` finds.

        Notices, which are no damage, such as documents that wait to be indexed, are optional.
        """
        with Archive.open(self.home) as archive:
            return [
                f"{problem.kind}: {problem.where}: {problem.message}"
                for problem in check(archive).problems
                if notices or problem.severity is Severity.DAMAGE
            ]
