"""How fast image-only pages become searchable: ``dosije add`` beside Tesseract and OCRmyPDF, on two cores, in one run.

Usage: ``python -m benchmarks.ocr_speed CORPUS [--pages 8] [--rounds 3] [--ocrmypdf PROGRAM]``

Born-digital pages of CORPUS of each script are drawn at 200 dots per inch, worsened like an ordinary scan, and put as
PNG into one-page PDFs. ``add`` makes the whole archive from the PDFs with two jobs: originals, drawing, OCR, language,
facts, catalog and index. ``tesseract`` reads the PNG files, two processes at a time, with the same models, and need
not draw them. ``ocrmypdf`` reads the PDFs, two at a time, with deskew and rotation on. The three take turns; times are
the sums over all rounds, CPU seconds those of all processes.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pymupdf

from archive.archive import Archive
from benchmarks.ocr_pages import DPI, Errors, KnownPage, born_digital, draw, errors, worsen

LANGUAGES = "srp+srp_latn+eng"


@dataclass(slots=True)
class Cost:
    """Seconds on the clock and of the processors, and what was wrong with what was read."""

    wall: float = 0.0
    cpu: float = 0.0
    errors: Errors = field(default_factory=partial(Errors, 0, 0, 0, 0))

    def run(self, command: Sequence[str | Path], environment: dict[str, str] | None = None) -> None:
        """Run a program to its end and add what it cost."""
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(command, check=True, capture_output=True, env=os.environ | (environment or {}))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall += time.monotonic() - started
        self.cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make(pages: Sequence[KnownPage], folder: Path) -> list[Path]:
    """The pages as PNG and as PDF files; the PDFs' paths."""
    paths = []
    for number, page in enumerate(pages):
        image = worsen(draw(page), "ordinary", page.name)
        path = folder / "png" / f"{number:03}.png"
        path.parent.mkdir(exist_ok=True)
        image.save(path, dpi=(DPI, DPI))
        with pymupdf.open() as document:
            sheet = document.new_page(width=image.width * 72 / DPI, height=image.height * 72 / DPI)
            sheet.insert_image(sheet.rect, filename=path)
            paths.append(folder / "pdf" / f"{number:03}.pdf")
            paths[-1].parent.mkdir(exist_ok=True)
            document.save(paths[-1])
    return paths


def add(folder: Path, cost: Cost) -> dict[str, str]:
    """Make an archive of the PDFs; the text of each by its name."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    cost.run([sys.executable, "dosije.py", "--home", home, "add", "--jobs", "2", folder / "pdf"])
    with Archive.open(home) as archive:
        return {
            Path(document.filename).stem: archive.catalog.readings.words(document.id, 1).text()
            for document in archive.catalog.documents.newest_first()
        }


def tesseract(folder: Path, cost: Cost) -> dict[str, str]:
    """Read the PNG files with the Tesseract program; the text of each by its name."""
    command = f"ls {folder}/png/*.png | xargs -P 2 -I % tesseract % % -l {LANGUAGES} --dpi {DPI}"
    cost.run(["sh", "-c", command], {"OMP_THREAD_LIMIT": "1"})
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in (folder / "png").glob("*.txt")}


def ocrmypdf(folder: Path, cost: Cost, program: Path) -> dict[str, str]:
    """Read the PDFs with OCRmyPDF; the text of each by its name."""
    options = f"-q --jobs 1 --deskew --rotate-pages --output-type pdf -l {LANGUAGES} --sidecar %.txt"
    command = f"ls {folder}/pdf/*.pdf | xargs -P 2 -I % {program} {options} % %.out"
    cost.run(["sh", "-c", command], {"OMP_THREAD_LIMIT": "1"})
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in (folder / "pdf").glob("*.txt")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=8, help="pages of each script")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ocrmypdf", type=Path, help="the program, if it is to be measured")
    arguments = parser.parse_args()
    pages = [page for page in born_digital(arguments.corpus, arguments.pages) if page.group != "mixed"]
    costs = {"add": Cost(), "tesseract": Cost()} | ({"ocrmypdf": Cost()} if arguments.ocrmypdf else {})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(pages, folder)
        for _ in range(arguments.rounds):
            for way, cost in costs.items():
                for leftover in (*folder.glob("pdf/*.out"), *folder.glob("*/*.txt")):
                    leftover.unlink()
                if way == "add":
                    texts = add(folder, cost)
                elif way == "tesseract":
                    texts = tesseract(folder, cost)
                else:
                    texts = ocrmypdf(folder, cost, arguments.ocrmypdf)
                read = (errors(page.texts, texts[f"{number:03}"]) for number, page in enumerate(pages))
                cost.errors = sum(read, cost.errors)
    count = len(pages) * arguments.rounds
    for way, cost in costs.items():
        print(
            f"{way:9} {count} pages: {count / cost.wall:5.2f} pages/s, {cost.cpu / count:5.2f} CPU seconds a page, "
            f"CER {cost.errors.rate:.2f} %; add is {cost.wall / costs['add'].wall:.2f} times as fast "
            f"({cost.cpu / costs['add'].cpu:.2f} by CPU seconds)"
        )


if __name__ == "__main__":
    main()
