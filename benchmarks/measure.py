"""Run every benchmark, one after another, and store their output.

Usage: ``make measure CORPUS=FOLDER [ONLY="house search"]``, or ``python -m benchmarks.measure CORPUS [--work FOLDER]``

CORPUS is the folder of the shared corpus. WORK (``build/measure``) stores the archives that programs are run on, which
take an hour to build the first time, and a folder of results for each day: the output of each program, and
``summary.md`` with the machine, the commit, and each program's command, exit code, wall-clock time and CPU time. If a
program fails, it is reported and the others are run. Nothing else should run meanwhile; the load before each program is
in the summary.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPENSEARCH_VARIABLE = "DOSIJE_TEST_OPENSEARCH"


@dataclass(frozen=True)
class Program:
    """A benchmark and its arguments, which may contain placeholders.

    ``{corpus}``; ``{real}`` and ``{specimens}``, archives that are only read; ``{real-copy}`` and ``{specimens-copy}``,
    which may be written to; ``{work}``, a folder of the program's own, which is kept, ``{fresh}``, one that is emptied
    before; ``{opensearch}``, an address.
    """

    name: str
    module: str
    arguments: str = ""


PROGRAMS = (
    Program("house", "house"),
    Program("capacity", "capacity"),
    Program("add-speed", "add_speed", "{corpus}/serbian --rounds 2"),
    Program("ocr-quality", "ocr_quality", "{corpus} --pages 14 --only ordinary bad english turned"),
    Program("mixed-pages", "mixed_pages"),
    Program("judged", "judged", "{real}"),
    Program("ranking-quality", "ranking_quality", "{corpus}/text/cranfield"),
    Program(
        "stemming-quality",
        "stemming_quality",
        "{corpus}/serbian/comtext/vA.conllu {corpus}/text/ud_serbian/sr_set-ud-dev.conllu",
    ),
    Program("clauses", "clauses", "{corpus} --work {work}"),
    Program("clauses-specimens", "clauses", "documents --work {work}"),
    Program("facts", "facts", "{corpus} --home {real}"),
    Program("facts-specimens", "facts", "documents --home {specimens}"),
    Program("forging", "forging", "{real} --part odd"),
    Program("search", "search", "{work} --pages 100000 --engines ours,tantivy,fts5 --rounds 2"),
    Program("engines", "engines", "{real-copy} {opensearch}"),
    Program("growth-make", "growth", "make {fresh}/home 2000"),
    Program("growth-make-many", "growth", "make {fresh}/home 2000 --times 10"),
    Program("growth", "growth", "measure {work}/../growth-make/home {work}/../growth-make-many/home"),
    Program("doubts", "doubts", "10000"),
    Program("serving", "serving", "{work}/home --languages sr-Latn sr-Cyrl"),
    Program("room", "room", "{specimens-copy}"),
    Program("links", "links", "{specimens}"),
    Program("crawl", "crawl", "{specimens-copy}"),
    Program("kills", "kills", "60 --minutes 20"),
    Program("faults", "faults", "--documents 3"),
    Program("fuzz", "fuzz", "2000"),
    Program("fuzz-formats", "fuzz_formats", "--minutes 5"),
)
"""The benchmarks in order of execution."""


class Places:
    """The values of placeholders; archives are built when first needed."""

    def __init__(self, corpus: Path, work: Path) -> None:
        self._corpus, self._work = corpus, work

    def filled(self, program: Program) -> list[str]:
        """Return the arguments of ``program``.

        :raises LookupError: a server that it needs is missing.
        """
        return [self._argument(program, argument) for argument in program.arguments.split()]

    def _argument(self, program: Program, argument: str) -> str:
        place, end, rest = argument.removeprefix("{").partition("}")
        if not end:
            return argument
        if place == "corpus":
            return f"{self._corpus}{rest}"
        if place == "opensearch":
            if not (address := os.environ.get(OPENSEARCH_VARIABLE)):
                raise LookupError(f"no {OPENSEARCH_VARIABLE}: run it by make measure, or below python -m tests.servers")
            return f"{address}/measured"
        if place in ("work", "fresh"):
            folder = self._work / program.name
            if place == "fresh":
                shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            return f"{folder}{rest}"
        name, _, copied = place.partition("-")
        home = self._archive(name)
        return str(self._copy(home, program) if copied else home)

    def _archive(self, name: str) -> Path:
        """Return the archive of the corpus or of the specimens, built if it is missing."""
        home = self._work / "archives" / name
        made = home.with_suffix(".made")
        if not made.exists():
            home.mkdir(parents=True, exist_ok=True)
            folders = {
                "real": [self._corpus / each for each in ("serbian", "other", "bodies")],
                "specimens": [ROOT / "documents" / "specimens"],
            }[name]
            command = [sys.executable, "-m", "dosije", "--home", str(home), "add", *map(str, folders)]
            if subprocess.run(command, cwd=ROOT, check=False).returncode not in (0, 3):  # 3: some files cannot be read
                raise LookupError(f"the archive {home} could not be made")
            made.touch()
        return home

    def _copy(self, home: Path, program: Program) -> Path:
        copy = self._work / program.name / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, copy)
        return copy


def measure(program: Program, places: Places, results: Path) -> tuple[str, bool]:
    """Run one program; return its row of the summary, and whether it succeeded."""
    load = os.getloadavg()[0]
    output = results / f"{program.name}.txt"
    try:
        arguments = places.filled(program)
    except LookupError as error:
        output.write_text(f"{error}\n", encoding="utf-8")
        return f"| {program.name} | | not run: {error} | | | | |", False
    command = [sys.executable, "-m", f"benchmarks.{program.module}", *arguments]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with output.open("w", encoding="utf-8") as file:
        code = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    clock, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    shown = " ".join(["python -m", f"benchmarks.{program.module}", program.arguments]).rstrip()
    row = f"| {program.name} | `{shown}` | {code} | {clock:.0f} s | {cpu:.0f} s | {load:.1f} | {commit()} |"
    return row, code == 0


def commit() -> str:
    """Return the current commit, with a mark if files have changed."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def machine() -> str:
    """Return a description of the processor, cores, memory, system and Python."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{models[0].partition(': ')[2] if models else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Python {platform.python_version()}."
    )


HEAD = ("| program | command | exit | clock | CPU | load before | commit |", "|---|---|---|---|---|---|---|")


def summarize(file: Path, row: str) -> None:
    """Write the summary of a day: ``row``, and the rows of other programs of that day."""
    rows = {row.split("|")[1].strip(): row}
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("| ") and line not in HEAD:
                rows.setdefault(line.split("|")[1].strip(), line)
    in_order = [rows[program.name] for program in PROGRAMS if program.name in rows]
    file.write_text("\n".join([machine(), "", *HEAD, *in_order, ""]), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the programs; return 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [program.name for program in PROGRAMS]
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "measure")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    asked = parser.parse_args(arguments)
    if not asked.corpus.is_dir():
        parser.error(f"{asked.corpus} is no folder; name that of the shared corpus")
    work = asked.work.resolve()
    results = work / date.today().isoformat()
    results.mkdir(parents=True, exist_ok=True)
    summary = results / "summary.md"
    well = True
    places = Places(asked.corpus.resolve(), work)
    for program in PROGRAMS:
        if program.name in asked.only:
            print(f"{program.name} ...", flush=True)
            row, ended_well = measure(program, places, results)
            summarize(summary, row)
            well = well and ended_well
    print(summary.read_text(encoding="utf-8"))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
