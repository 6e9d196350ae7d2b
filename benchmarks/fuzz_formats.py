"""Add randomly corrupted files of all formats (of PDF only a signed one), and count the outcomes.

Usage: ``python -m benchmarks.fuzz_formats [--minutes 5] [--seed 1] [--kinds docx,xlsx,eml] [--files 60]``

The samples are small files of this project. Each corrupted one has 1 to 20 mutations (:func:`benchmarks.fuzz.mutated`)
or up to 3 replaced bytes, either in the whole file or, if it is a ZIP file as office files are, in one of its members
at any depth, packed again. ``dosije add`` adds ``--files`` of them at a time to the same archive. It must exit with 0
or 3 and report each file once, and ``dosije check`` must find no damage in the end.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pillow_heif
import pptx
import pptx.presentation
import xlsxwriter
from PIL import Image

from benchmarks.fuzz import mutated
from tests.container_samples import mail, zipped
from tests.epub_sample import epub
from tests.indexer.formats.test_opendocument import save as save_odt
from tests.indexer_samples import letter_pdf, scan
from tests.outlook_sample import outlook_mail
from tests.outlook_store_sample import Mail, store
from tests.packed_samples import rared, rared_4, seven_zipped, tarred
from tests.powerpoint97_sample import Slide, presentation
from tests.signed_samples import signed_pdf, wrapped
from tests.tnef_sample import winmail
from tests.ubl_sample import invoice

ROOT = Path(__file__).parent.parent
SPECIMENS = ROOT / "documents" / "specimens"
OLD_OFFICE = ROOT / "tests" / "indexer" / "formats" / "samples"

INSIDE = 0.7
"""Probability that a ZIP file is changed inside a member; a change elsewhere usually prevents unpacking."""

SLIGHTLY = 0.5
"""Probability that only bytes are replaced.

Other mutations shift what follows, which most parsers reject early.
"""

ENDS = (0, 3)
"""Exit codes of ``add``: all files were added, or some failed and were reported."""

STOPPED = ("The process that read it", "Reading was stopped", "could not be stored", "The rules failed")
"""Messages for a reader that crashed, hung or returned impossible values."""

_ODT = """<office:text><text:h>Ugovor o nabavci kamera</text:h><text:p>Cena je 1.250.000<text:s text:c="2"/>dinara.
</text:p><table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>Kamera</text:p>
</table:table-cell></table:table-row></table:table></office:text>"""
_HTML = """<!DOCTYPE html><html lang="sr"><head><meta charset="utf-8"><title>Odluka</title></head><body><h1>Odluka</h1>
<p>Ugovor se dodeljuje za <b>1.250.000</b> dinara.</p><table><tr><td rowspan="2">Kamera</td><td>11</td></tr></table>
<ul><li>Rok je 30 dana &amp; ne du\u017ee.</li></ul></body></html>"""
_HTML_MAIL = b"""From: =?utf-8?q?Ana_Ili=C4=87?= <ana@brezovac.rs>
Subject: =?utf-8?b?VWdvdm9y?=
Date: Mon, 2 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="YY"

--YY
Content-Type: text/plain; charset=windows-1250
Content-Transfer-Encoding: quoted-printable

Ugovor se =9Aalje.
--YY
Content-Type: text/html; charset=utf-8

<p>Ugovor se <b>dodeljuje</b> za 1.250.000 dinara.</p>
--YY
Content-Type: text/csv; name="cene.csv"
Content-Disposition: attachment; filename*=utf-8''cene%20kamera.csv

naziv;cena
Kamera;1250
--YY--
"""
_RTF = rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0 Arial;}}\f0 Ugovor o nabavci\par Cena: 1.250.000 din.\u269?\par}"
_CSV = "redni broj;naziv;cena\n" + "".join(f"{row};Kamera {row};{1200 + row},50\n" for row in range(20))


def samples() -> dict[str, list[bytes]]:
    """Return valid files, by filename extension."""
    docx, xlsx = (SPECIMENS / "kladovo-2022-foi-zahtev.docx").read_bytes(), _workbook()
    letter = (SPECIMENS / "becej-2022-foi-zahtev.txt").read_bytes()
    packed = {"dopis.docx": docx, "cene.xlsx": xlsx, "stranica.html": _HTML.encode(), "dopis.txt": letter}
    packed["poruka.eml"] = mail({"dopis.txt": letter})
    packed["jos.zip"] = zipped({"stranica.html": _HTML.encode(), "cene.csv": _CSV.encode()})
    picture = scan(letter_pdf(), dpi=100)
    return {
        "docx": [docx],
        "xlsx": [xlsx],
        "odt": [_written(lambda path: save_odt(path, _ODT))],
        "pptx": [_written(lambda path: _slides().save(str(path)))],
        "zip": [zipped(packed)],
        "xml": [invoice({"dopis.txt": letter}, in_envelope=True)],
        "epub": [epub({"a.xhtml": _HTML})],
        "dat": [winmail("Ugovor", "Saljem ugovor.", attachments={"dopis.txt": letter}), winmail("Ugovor", rtf=_RTF)],
        "ppt": [presentation([Slide("Plan", "Jedanaest kamera", "Rok je 30 dana"), Slide("Kraj")])],
        "pst": [store([Mail("Ugovor", "From: ana@x.rs", "Saljem ugovor.", {"dopis.txt": letter[:3000]})])],
        "p7m": [wrapped(letter)],
        "pdf": [signed_pdf(letter_pdf().tobytes())],
        "tar": [tarred(packed)],
        "tgz": [tarred(packed, "gz")],
        "7z": [seven_zipped({"dopis.txt": letter, "stranica.html": _HTML.encode()})],
        "rar": [rared({"dopis.txt": letter}), rared_4({"dopis.txt": letter})],
        "eml": [mail({"dopis.docx": docx, "dopis.txt": letter}), _HTML_MAIL],
        "msg": [outlook_mail("Ugovor", "From: ana@brezovac.rs", "Saljem ugovor.", attachments={"dopis.txt": letter})],
        "html": [_HTML.encode()],
        "rtf": [_RTF],
        "csv": [_CSV.encode()],
        "txt": [letter],
        "doc": [(OLD_OFFICE / "ugovor.doc").read_bytes()],
        "xls": [(OLD_OFFICE / "racuni.xls").read_bytes()],
        **{kind: [_saved(picture, kind)] for kind in ("png", "jpeg", "tiff", "gif", "webp")},
        "jp2": [_saved(picture, "jpeg2000")],
        "heic": [_written(lambda path: pillow_heif.from_pillow(picture.convert("RGB")).save(path))],
    }


def _workbook() -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        for row in range(20):
            sheet.write_row(row, 0, [f"Kamera {row}", 1200 + row])
    return packed.getvalue()


def _slides() -> pptx.presentation.Presentation:
    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.placeholders[0].text, slide.placeholders[1].text = "Plan nabavki", "Jedanaest kamera"
    return slides


def _written(save: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder, "file"))
        return Path(folder, "file").read_bytes()


def _saved(picture: Image.Image, kind: str) -> bytes:
    saved = io.BytesIO()
    picture.save(saved, kind)
    return saved.getvalue()


def broken(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a file with random mutations, perhaps inside a member."""
    if not zipfile.is_zipfile(io.BytesIO(data)) or chance.random() > INSIDE:
        return replaced(data, chance) if chance.random() < SLIGHTLY else mutated(data, others, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    name = chance.choice([name for name, content in members.items() if content])
    members[name] = broken(members[name], [*others, *filter(None, members.values())], chance)
    return zipped(members)


def replaced(data: bytes, chance: random.Random) -> bytes:
    """Return a file of the same length with a few bytes replaced."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def dosije(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command and wait for it."""
    command = [sys.executable, "-m", "dosije", "--home", str(home), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def add(home: Path, folder: Path) -> list[Mapping[str, str]]:
    """Add a folder, and return the reports for its files and the files inside them.

    :raises SystemExit: the exit code is wrong, or a file is not reported exactly once.
    """
    files = {str(file) for file in folder.iterdir()}
    run = dosije(home, "add", str(folder), "--json", "--jobs", "1")
    told = [line for line in map(json.loads, run.stdout.splitlines()) if "path" in line]
    named = Counter(line["path"] for line in told if line["path"] in files)
    if run.returncode not in ENDS or set(named) != files or set(named.values()) != {1} or "Traceback" in run.stderr:
        raise SystemExit(f"add ended with {run.returncode}, told of {len(named)} of {len(files)} files:\n{run.stderr}")
    return told


def write(folder: Path, count: int, kinds: Mapping[str, list[bytes]], chance: random.Random) -> None:
    """Write ``count`` corrupted files of these kinds."""
    for number in range(count):
        kind = chance.choice(list(kinds))
        (folder / f"{number:04}.{kind}").write_bytes(broken(chance.choice(kinds[kind]), kinds[kind], chance))


def ended(line: Mapping[str, str]) -> str:
    """Return the outcome of a file, as it is counted."""
    is_inside = "!/" in line["path"]
    return f"{'inside a container' if is_inside else Path(line['path']).suffix[1:]}: {line['status']}"


def main() -> None:
    """Print the counts of outcomes, and every crash of a reading process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", help="Ends of names, with commas between; all without it.")
    parser.add_argument("--files", type=int, default=60, help="How many are added at a time.")
    parser.add_argument("--keep", type=Path, help="A new folder to work in, which is left behind.")
    options = parser.parse_args()
    known = samples()
    kinds = {kind: known[kind] for kind in (options.kinds.split(",") if options.kinds else known)}
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder)
        until = time.monotonic() + options.minutes * 60
        counts = fuzz(root, kinds, options.files, random.Random(options.seed), lambda: time.monotonic() < until)
        for name, count in sorted(counts.items()):
            print(f"{count:6} {name}")
        checked = dosije(root / "home", "check")
        if checked.returncode:
            raise SystemExit(f"check ended with {checked.returncode}:\n{checked.stdout}{checked.stderr}")


def fuzz(
    root: Path, kinds: Mapping[str, list[bytes]], files: int, chance: random.Random, goes_on: Callable[[], bool]
) -> Counter[str]:
    """Add folders of corrupted files, and return the counts of outcomes."""
    counts: Counter[str] = Counter()
    for number in itertools.count():
        inputs = root / f"inputs-{number}"
        inputs.mkdir(parents=True)
        write(inputs, files, kinds, chance)
        for line in add(root / "home", inputs):
            counts[ended(line)] += 1
            if any(words in (line["reason"] or "") for words in STOPPED):
                print(f"{line['path']}: {line['reason']}", flush=True)
        if not goes_on():
            return counts
    return counts


if __name__ == "__main__":
    main()
