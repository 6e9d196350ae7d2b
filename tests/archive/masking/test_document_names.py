"""Who is named in full on one page of a document is known on its other pages, and in no other document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.masking import document_names as kept
from archive.masking.classes import MaskClass, classes_named
from archive.masking.decisions import DocumentMasks, approve, masks_of
from archive.masking.document_names import document_names
from archive.masking.listed_names import KnownNames, ListedNames
from archive.masking.masks import MaskRules
from archive.masking.texts import rules_for
from archive.packet.contents import Gathering
from archive.packet.selection import Selection
from tests.webapp_samples import Filler, read_again

RULES = MaskRules({MaskClass.PERSON}, ListedNames(()))


def found(*pages: str) -> list[list[str]]:
    """The names on each page of a document."""
    names = document_names(pages)
    return [[page[place.begin : place.end] for place in RULES.places(page, names)] for page in pages]


@pytest.mark.parametrize(
    ("pages", "names"),
    [
        (
            ("Ugovor sa Slavkom Mrkonjom.", "Mrkonja je potpisao. Mrkonjina supruga i Slavkova kći. Za Mrkonju."),
            ["Mrkonja", "Mrkonjina", "Slavkova", "Mrkonju"],
        ),
        (("Радник Беким Краснићи и Bekim Krasniqi.", "Krasniqiju je plaćeno."), ["Krasniqiju"]),
        (("Arben Shabani dhe Mirlinda Aliu.", "Shabanit, Aliut dhe Mirlindës."), ["Shabanit", "Aliut", "Mirlindës"]),
        (("Teodora Blagus and Nermin Zukan.", "Blagus's reply to Zukan"), ["Blagus's", "Zukan"]),
        (("Predsednica Ružica Lukić.", "Ružica iznosi predlog, a Ružičin sin ne."), ["Ružica", "Ružičin"]),
        (("Цвета Мркоња ради.", "Обавеза Цвете је рад."), ["Цвете"]),
        (("Potpisao Jovan Kovač.", "Za ponuđača je potpisao Kovač."), ["Kovač"]),
        (("Dete Đuro Uzelac.", "Uzelac Đuri pripada njiva, Uzelčevoj udovici kuća."), ["Uzelac", "Đuri", "Uzelčevoj"]),
        (("Autorka je Vida Žmurić.", "Žmurićkin honorar i ŽMURIĆ VIDA"), ["Žmurićkin", "ŽMURIĆ VIDA"]),
        (("Od: Neven Šolaja <ns@primer.example>", "Šolaja duguje, Nevenova kartica ne."), ["Šolaja", "Nevenova"]),
        (("Nikola Bakrač i Milan Rak.", "Bakrač zapečatio je lokal. Za Raka je plaćeno."), ["Bakrač", "Raka"]),
        (("Sa Slavkom Mrko- njom.", "Mrko- nja i Slav- kova, Naru- čilac"), ["Mrko- nja", "Slav- kova"]),
        (
            ("Pacijent Radoje Vepar.", "Kod Vepra je bol, a porodica Veprova zna. Vepar je životinja kao i vepar."),
            ["Vepra", "Veprova"],
        ),
        (
            ("Jovica Zidarov plaća, a potpisao je Uroš Branac.", "Zidarovljeva kuća i Brančeva njiva."),
            ["Zidarovljeva", "Brančeva"],
        ),
        (("Odbornica Elena Unger-Stojnić.", "Ungerova je ćutala, Stojnićka ne."), ["Ungerova", "Stojnićka"]),
        (
            ("Optuženi su Denisa Kambera i Persa Slap.", "Kamber je ćutao. Slap: „Nisam.“ Slap pada."),
            ["Kamber", "Slap"],
        ),
        # A word, and what is called so, too.
        (
            ("Potpisao Jovan Kovač.", "Zanimanje: kovač alata.", "Kovač alata po zanimanju, a to je Kovač i rekao."),
            ["Kovač"],
        ),
        (("Direktor Sava Perišić.", "Vodostaj reke Save i Sava Centar."), []),
        (("Ivana Most je kasirka.", "MOST NA SAVI. Most: kamen. Most Gazela."), []),
        (("Odlučuje direktor. Sednicama Nastavničkog veća.", "Odgovara Nastavničkom veću."), []),
    ],
)  # fmt: skip
def test_a_name_of_one_page_is_known_on_the_others(pages: tuple[str, ...], names: list[str]) -> None:
    assert found(*pages)[-1] == names


def test_names_are_known_whatever_the_order_of_pages() -> None:
    pages = ["Zapisnik potpisuje Mrkonja.", "Radovi su gotovi.", "Slavko Mrkonja, izvođač"]
    assert found(*pages) == [["Mrkonja"], [], ["Slavko Mrkonja"]]
    assert found(*reversed(pages)) == found(*pages)[::-1]


def timed(page: str, names: KnownNames) -> float:
    """CPU seconds to mask a page, at best of three."""
    taken = []
    for _ in range(3):
        begin = process_time()
        assert len(RULES.places(page, names)) == 200
        taken.append(process_time() - begin)
    return min(taken)


def test_of_many_names_each_is_looked_up_at_once() -> None:
    """A lookup does not grow with the names of the other pages."""
    syllables = [a + b for a in "bdgklmnprt" for b in "aeiou"]
    surnames = [f"{a}{b}{c}t".capitalize() for a in syllables for b in syllables[:20] for c in syllables[:20]]
    names = document_names(
        f"Jovan {one} i Petar {two}." for one, two in zip(surnames[::2], surnames[1::2], strict=True)
    )
    assert len(names) > 0.9 * len(surnames)
    page = f"Ugovor je potpisao {surnames[7]}. " * 200
    assert timed(page, names) < 3 * timed(page, document_names([f"Jovan {surnames[7]}."])) + 0.05


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "home", Settings())


PAGES = (["Ugovor", "Izvodjac Slavko Mrkonja iz Uba"], ["Radove predaje Mrkonja u roku."])


def masks(archive: Archive, document: str) -> DocumentMasks:
    return masks_of(
        archive.catalog, archive.catalog.documents.find(document), rules_for(archive, classes_named("person"))
    )


def test_a_page_alone_is_masked_as_in_the_packet_and_as_before_it(archive: Archive, tmp_path: Path) -> None:
    with archive, archive.writing():
        filler = Filler(archive, tmp_path)
        paper = filler.pdf("mrkonja-ugovor.pdf", PAGES, "sr-Latn")
        other = filler.text("drugi.txt", ["Radove predaje Mrkonja u roku."], "sr-Latn")
        alone = masks(archive, paper).page(2)
        assert alone.words.text() == "Radove predaje ███████ u roku."
        whole = masks(archive, paper)
        assert [whole.page(1).counts[MaskClass.PERSON], whole.page(2).digest] == [1, alone.digest]
        # Another document does not know him, though an archive knows both.
        assert "Mrkonja" in masks(archive, other).page(1).words.text()
        approve(archive.catalog, whole, [2], "Ana")
        made = Selection(archive.catalog, archive.settings, datetime.now(UTC)).citations([f"{paper}@2"])
        gathered = Gathering(archive.catalog, made, rules_for(archive, classes_named("person")))
        assert gathered.texts[0].shown == alone
        # Neither does the name of the file say it, which stands on page 1 alone.
        assert "mrkonja" not in gathered.documents[0].filename.lower()


def test_a_corrected_page_makes_its_names_known_and_asks_again(archive: Archive, tmp_path: Path) -> None:
    with archive, archive.writing():
        paper = Filler(archive, tmp_path).text("ugovor.txt", ["Izvodjac 5lavk0 Mrk0nj@ iz Uba"], "sr-Latn")
        read_again(archive, paper, ["Izvodjac 5lavk0 Mrk0nj@ iz Uba"], ["Radove predaje Mrkonja u roku."])
        before = masks(archive, paper)
        assert before.page(2).masks == ()
        approve(archive.catalog, before, [1, 2], "Ana")
        assert masks(archive, paper).approval(2)
        read_again(archive, paper, ["Izvodjac Slavko Mrkonja iz Uba"], ["Radove predaje Mrkonja u roku."])
        after = masks(archive, paper)
        assert [len(after.page(number).masks) for number in (1, 2)] == [1, 1]
        assert after.approval(2) is None


def test_the_names_of_a_reading_are_read_once_and_few_documents_are_kept(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[KnownNames] = []
    names = kept.document_names

    def noted(texts: Iterable[str]) -> KnownNames:
        read.append(names(texts))
        return read[-1]

    monkeypatch.setattr(kept, "document_names", noted)
    with archive, archive.writing():
        filler = Filler(archive, tmp_path)
        papers = [filler.text(f"{number}.txt", [f"Ana Anić, {number}"], "sr-Latn") for number in range(3)]
        for paper in (*papers, *papers):
            assert masks(archive, paper).page(1).counts == {MaskClass.PERSON: 1}
        assert len(read) == len(papers)
        few = kept.KeptNames(most=1)
        for paper in (papers[0], papers[0], papers[1], papers[0]):
            assert "anic" in few.of(archive.catalog, archive.catalog.readings.get(paper))
        assert len(read) == len(papers) + 3
