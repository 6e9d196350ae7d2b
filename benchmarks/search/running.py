"""Preparation of a work folder, and the processes of engines."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.search.analysis import analyse
from benchmarks.search.corpus import write_corpus
from benchmarks.search.feed import QUESTIONS
from benchmarks.search.questions import write_questions

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared corpus.

    ``analysis_seconds`` is the CPU time of forms and stems, for engines that do not compute them.
    """

    pages: int
    analysis_seconds: float


def prepare(folder: Path, pages: int, questions: Path | None = None) -> Prepared:
    """Make the corpus, its analysis and the queries if they are missing.

    :param questions: those of a smaller corpus; nothing is analysed then, which is enough if only our engine is run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    corpus, figures = folder / "corpus.jsonl", folder / "analysis.json"
    if not corpus.exists():
        write_corpus(corpus, pages)
    if questions is not None:
        shutil.copy(questions, folder / QUESTIONS)
        return Prepared(pages, 0.0)
    if not figures.exists():
        analysis = analyse(corpus, folder / "analysis.jsonl")
        write_questions(folder / QUESTIONS, analysis)
        figures.write_text(json.dumps(asdict(Prepared(analysis.pages, analysis.seconds))))
    return Prepared(**json.loads(figures.read_text()))


def build(folder: Path, engine: str) -> dict[str, float]:
    """Build an engine's index if it is missing, and return the figures, which are stored beside it."""
    figures = folder / f"{engine}.json"
    if not figures.exists():
        print(f"building {engine}", file=sys.stderr)
        output = subprocess.run(
            _command(engine, folder, "build"), check=True, capture_output=True, text=True, cwd=_ROOT
        ).stdout
        figures.write_text(output)
    result: dict[str, float] = json.loads(figures.read_text())
    return result


class Running:
    """A running engine. ``opened`` are the seconds it took to open, and for the first query."""

    def __init__(self, folder: Path, engine: str) -> None:
        self.engine = engine
        self._process = subprocess.Popen(
            _command(engine, folder, "serve"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT
        )
        self.opened: dict[str, float] = self._read()

    def ask(self, command: str) -> dict[str, Any]:
        """Send one command of :mod:`benchmarks.search.worker`, and return its response."""
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """Stop the process."""
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.engine} ended with exit code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _command(engine: str, folder: Path, task: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.search.worker", engine, str(folder), task]
