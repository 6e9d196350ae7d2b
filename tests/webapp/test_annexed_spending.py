"""A contract and an annex that tells only by how much its price changes, from files to ``dosije findings spending``.

SPECIMEN papers; every firm is invented.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.archive import Archive
from archive.config import Settings
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.run import add
from webapp.commands.findings import findings_command

pytestmark = pytest.mark.usefixtures("warm_readers")

HEAD = """SPECIMEN
Opština Čoka
Broj: 404-10/2031-{number}
Datum: {day}

{title}

zaključen između:

1. Opština Čoka, Čoka, PIB 100000008, koga zastupa načelnik (u daljem tekstu: Naručilac), i
2. „Gradnja Primer“ d.o.o. Novi Sad, PIB 199335790 (u daljem tekstu: Izvođač).

Član 1.
{clause}

Član 2.
Ovaj akt je sačinjen u četiri primerka.
"""
CONTRACT = HEAD.format(
    number=7,
    day="12.02.2031.",
    title="UGOVOR O JAVNOJ NABAVCI\nRekonstrukcija ulice Primera",
    clause="Ugovorena vrednost iznosi 10.000.000,00 dinara bez PDV, odnosno 12.000.000,00 dinara sa PDV.",
)


def annex(clause: str) -> str:
    title = "ANEKS BROJ 1\nUgovora o javnoj nabavci broj 404-10/2031-7 od 12.02.2031. godine"
    return HEAD.format(number=9, day="20.06.2031.", title=title, clause=clause)


@pytest.mark.parametrize(
    ("clause", "total", "unclear"),
    [
        ("Ugovorena vrednost se povećava za 1.200.000,00 dinara bez PDV zbog naknadnih radova.", 11_200_000, 0),
        ("Ugovorena vrednost se umanjuje za 8%, zbog odustajanja od dela radova.", 9_200_000, 0),
        ("Ugovorena vrednost se povećava za 1.200.000,00 dinara.", None, 1),
        ("Rok za izvršenje radova produžava se za 30 dana.", 10_000_000, 0),
    ],
)
def test_the_price_is_that_of_both_papers_or_unclear(
    tmp_path: Path, clause: str, total: int | None, unclear: int
) -> None:
    papers = [tmp_path / "ugovor.txt", tmp_path / "aneks.txt"]
    for path, text in zip(papers, (CONTRACT, annex(clause)), strict=True):
        path.write_text(text, encoding="utf-8")
    with Archive.open(tmp_path / "home", Settings()) as archive:
        options = AddOptions(1, "never", "main", retry_failed=False)
        assert add(archive, papers, options, lambda report: None, Progress()).added == 2
    asked = CliRunner().invoke(findings_command, ["spending", "--format", "json"], obj=tmp_path / "home")
    (row,) = json.loads(asked.stdout)["rows"]
    cells = row["cells"]
    assert cells.get("RSD·without", {}).get("number") == total
    assert cells["unclear"]["number"] == unclear
    quotes = [proof["quote"] for proof in cells.get("RSD·without", cells["unclear"])["evidence"]]
    assert any(quote.startswith(("10.000.000,00", "1.200.000,00")) for quote in quotes)
