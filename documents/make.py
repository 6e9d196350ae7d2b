"""Make the specimens and their truth table: ``python -m documents.make [--into FOLDER] [NAME ...]``.

Without names every specimen is made, and ``truth.json`` beside the folder. Two runs with the same versions of PyMuPDF,
Pillow and python-docx give the same bytes; with other versions the text and the number of pages stay the same.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from documents.scanning import image_file, image_pdf, scan
from documents.source import Source, read_sources
from documents.truth import truth_table
from documents.typesetting import docx_bytes, pdf, pdf_bytes, text_bytes

HERE = Path(__file__).parent
SOURCES = HERE / "sources"


def made(source: Source) -> bytes:
    """The bytes of one specimen.

    :raises ValueError: the text does not fit its pages, or nothing makes files of that extension.
    """
    if source.scan is not None:
        images = scan(pdf(source), source)
        return pdf_bytes(image_pdf(images, source)) if source.suffix == ".pdf" else image_file(images, source)
    match source.suffix:
        case ".pdf":
            return pdf_bytes(pdf(source))
        case ".docx":
            return docx_bytes(source)
        case ".txt":
            return text_bytes(source)
        case other:
            raise ValueError(f"{source.file}: nothing makes files of the extension {other}")


def make(folder: Path, names: Sequence[str] = ()) -> None:
    """Write the specimens (or those named) into ``folder``, and the truth table beside it when all are made."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = read_sources(SOURCES)
    for source in sources:
        if not names or source.file in names:
            content = made(source)
            (folder / source.file).write_bytes(content)
            print(f"{source.file}: {len(source.pages)} pages, {len(content) / 1000:.0f} kB")
    if not names:
        table = json.dumps(
            truth_table(sources, SOURCES / "story.toml"), ensure_ascii=False, indent=1, default=date.isoformat
        )
        (folder.parent / "truth.json").write_text(table + "\n", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m documents.make", description="Make the specimen documents.")
    parser.add_argument("--into", type=Path, default=HERE / "specimens", help="where the files go")
    parser.add_argument("names", nargs="*", help="files to make; all when none is named")
    arguments = parser.parse_args()
    make(arguments.into, arguments.names)


if __name__ == "__main__":
    main()
