"""Snapshots of commands, the API and routes on a golden archive: the frozen interfaces.

``answers.json`` has the exit code and JSON of every command of :data:`COMMANDS`, run one after another on the specimens
as added by the release :data:`RELEASE`; ``openapi.json`` and ``urls.json`` describe the web application. After an
addition or a bug fix, update them and review the difference::

    python -m tests.golden.answers
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.archive import Archive
from tests.conftest import run_dosije
from tests.golden.home import GOLDEN, SPECIMENS, unpack
from tests.golden.make import LETTER as LETTER_FILE
from tests.webapp_samples import NoPicture
from webapp import create_app

RELEASE = "archive-5d8a386"

CONTRACT, OTHER, ANNEX, SCAN = "643b1bc1", "877366b1", "fb4ba3ff", "be1b4d26"
LETTER, REPLY, CALL, ENGLISH = "e8f73525", "5013e4bf", "c2e721a1", "9662d949"

COMMANDS = f"""
settings --json
status --json
search kamere --json
search "kamere bečej" --year 2020 --year unknown --json
search "камере Бечеј" --municipality Bečej --kind contract --limit 2 --json
search '"javna nabavka"' --exact --sort newest --json
search "ugovorna kazna" --unit clauses --json
search kamre --json
search "cena -aneks" --not-kind contract --amount-min 100000 --json
search nepostojeće --json
search kamera --kind contarct --json
search kamera --year 20x --json
search kamera --sort sideways --json
certificate kamere --limit 3 --json
show {CONTRACT} --json
show {CONTRACT} --page 1 --json
show {SCAN} --json
show {LETTER} --json
show 00000000 --json
show {CONTRACT} --page 99 --json
facts {CONTRACT} --json
facts {ANNEX} --json
facts {REPLY} --json
facts {CONTRACT} --history --json
clauses {CONTRACT} --json
clauses {ENGLISH} --json
clauses {LETTER} --json
cite {CONTRACT} --words 3-9
cite {CONTRACT} --clause art_1 --style sr-short
cite {CONTRACT} --clause art_1 --format markdown
cite {CONTRACT} --words 3-9 --format bibtex
cite {CONTRACT} --words 3-9 --format ris
cite {CONTRACT} --words 3-9 --format csl-json
cite {CONTRACT} --clause art_1 --format annotation
cite {CONTRACT} --clause art_999
cite {CONTRACT} --page 1 --quote "nema ovih reči"
verify QUOTATION --json
verify FORGED --json
verify /nowhere --json
chain {CONTRACT} --json
compare {CONTRACT}#art_1 {OTHER}#art_1 --json
compare --vendor Vidozor --topic price --json
compare {CONTRACT}#art_1 {OTHER}#art_999 --json
templates --json
review --json
vendors list --json
vendors list Vidozor --json
vendors split Vidozor Niko --by Ana --json
vendors candidates --json
findings --format json
findings competition --format json
findings vendors --format json
findings annexes --format json
findings capabilities --format csv
findings price-of-a-camera --format table
findings nothing --format json
export ocds
search-list LIST --format json
search-list LIST --format csv
annotations --json
saved list --json
alerts --json
collections list --json
user list --json
check --json
correct {CONTRACT} title "Ugovor o kamerama" --by Ana --json
correct {CONTRACT} year 20x --by Ana --json
correct {CONTRACT} nofield 1 --by Ana --json
confirm {CONTRACT} vendor --by Ana --json
undo {CONTRACT} --by Ana --json
facts {CONTRACT} --history --json
vendors merge pib-199335790 pib-199668024 --by Ana --json
vendors history --json
vendors undo --by Ana --json
annotate {CONTRACT} "Vidi cenu." --words 1-3 --by Ana --json
annotations {CONTRACT} --json
saved add cene cena
saved list --json
alerts cene --json
saved remove cene
user list --json
user add ana --no-password --json
collections private tajna --member ana --json
collections list --json
extract --again {CONTRACT} --json
reindex
packet make {CONTRACT}#art_1 --output PACKET --json
packet verify PACKET --json
packet verify /nowhere --json
backup BACKUP --json
backup /proc/nowhere --json
add /nowhere --json
add
add COPY.txt --json
nonsense
DAMAGE
check --json
show {CONTRACT} --json
packet make {CONTRACT}#art_1 --output PACKET2 --json
""".strip().splitlines()

QUOTATION = "„Predmet ovog ugovora” (Ugovor, Opština Bečej, 2020)\n"
FORGED = "„Izvođač će isporučiti 999 kamera za noćno snimanje mora” (Ugovor, Opština Bečej, 2020)\n"
LIST = "Vidozor\nkamera\nniko i ništa\n"

_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d| UTC)?")
_TOOK = re.compile(r'("(took_ms|seconds|cpu_seconds|uptime|free|free_bytes|bytes_copied)": )[\d.]+')
# Probabilities change with every training of the scorer; the facts do not.
_SURE = re.compile(r'("confidence": )[\d.]+')
_SPECIMENS = re.compile(r"/[^\s\"]*/documents/specimens")
_TODAY = re.compile(r"(?<=urldate = {)[\d-]+|(?<=Y2  - )[\d/]+|(?<=\"accessed\": )\{[^}]*\}")
# It changes with each release.
_VERSION = f'"version": "{version("dosije")}"'
_NAME = re.compile(r"\b(?<!quote=)[0-9a-f]{32}\b|\b[0-9a-f]{64}\b|(?<=gen-000003-)[0-9a-f]{8}")


def answered(folder: Path) -> dict[str, Any]:
    """Run the commands on an unpacked archive; return their exit codes and output by command line and position."""
    home = unpack(RELEASE, folder / "home")
    for name, text in (("QUOTATION", QUOTATION), ("FORGED", FORGED), ("LIST", LIST)):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "COPY.txt").write_bytes(LETTER_FILE.read_bytes())
    return {f"{place:02} {line}": _run(home, folder, line) for place, line in enumerate(COMMANDS, 1)}


def _run(home: Path, folder: Path, line: str) -> dict[str, Any]:
    if line == "DAMAGE":
        (original,) = (home / "originals").glob(f"*/*/{CONTRACT}*")
        original.write_bytes(original.read_bytes()[:-1])
        return {}
    words = [str(folder / word) if word in _FILES else word for word in shlex.split(line)]
    done = run_dosije(home, *words)
    printed, errors = _plain(done.stdout, folder), _plain(done.stderr, folder)
    if words[0] == "extract":
        printed = _SURE.sub(r"\g<1>0", printed)
    values = _values(printed)
    if words[0] == "status":
        # The sandbox depends on the machine.
        values = [value | {"protection": dict.fromkeys(value["protection"], "MACHINE")} for value in values]
    return {
        "exit": done.returncode,
        "stdout": values or printed.splitlines(),
        "stderr": errors.splitlines() if done.returncode else [],
    }


def _values(printed: str) -> list[Any]:
    """Return the JSON values of an output: one, or one per line; none if it is not JSON."""
    for texts in ([printed], printed.splitlines()):
        with suppress(ValueError):
            return [json.loads(text) for text in texts]
    return []


_FILES = {"QUOTATION", "FORGED", "LIST", "COPY.txt", "PACKET", "PACKET2", "BACKUP"}


def _plain(text: str, folder: Path) -> str:
    """Return the text without values that vary between runs: folders, times, and names and hashes made from them."""
    text = _SPECIMENS.sub("SPECIMENS", text.replace(str(folder), "FOLDER"))
    text = text.replace(_VERSION, '"version": "OURS"')
    text = _TODAY.sub('"TODAY"', _TOOK.sub(r"\g<1>0", _TIME.sub("TIME", text)))
    return _NAME.sub(lambda name: name[0] if name[0] in _KEPT else "NAME", text)


_KEPT = {hashlib.sha256(path.read_bytes()).hexdigest() for path in SPECIMENS.iterdir()}


def described(folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield the OpenAPI description and the routes, each with its filename."""
    with Archive.open(unpack(RELEASE, folder / "room")) as archive:
        app = create_app(archive, NoPicture())
        description = app.test_client().get("/api/openapi.json").get_json()
        description["info"]["version"] = "OURS"
        yield "openapi.json", description
        rules = {
            f"{rule.rule} {' '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}": rule.endpoint
            for rule in app.url_map.iter_rules()
        }
        yield "urls.json", sorted(rules)


def main() -> None:
    """Update the snapshot files."""
    with tempfile.TemporaryDirectory() as name:
        answers = [("answers.json", answered(Path(name))), *described(Path(name))]
    for file, value in answers:
        (GOLDEN / file).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
