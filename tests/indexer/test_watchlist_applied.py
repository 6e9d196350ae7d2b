"""The archive's own watchlist, from the file in its home to the facts in its catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import UsageError
from archive.search.request import SearchRequest
from indexer.facts.mentions.watchlist import WATCHLIST_FILE
from indexer.ingest.extracting import extract_again
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.rereading import RereadOptions, reread
from indexer.ingest.run import add

pytestmark = pytest.mark.usefixtures("warm_readers")

OPTIONS = AddOptions(1, "never", "main", retry_failed=False)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "ugovor.txt"
    path.write_text("УГОВОР\n\nПрограмски пакет „ZorKam PRO” са препознавањем лица и 24 стуба.", "utf-8")
    return path


def watch_for(archive: Archive, text: str) -> None:
    (archive.home / WATCHLIST_FILE).write_text(text, "utf-8")


def known(archive: Archive) -> set[tuple[str, str]]:
    """What the catalog has of the watchlist."""
    document = next(archive.catalog.documents.newest_first()).id
    return {
        (fact.field, fact.value) for fact in archive.catalog.facts.of(document) if fact.field in {"watch", "quantity"}
    }


def test_documents_are_read_with_the_own_list(archive: Archive, contract: Path) -> None:
    """Adding and reading again look for the shipped entries and for the owner's."""
    watch_for(archive, '[software]\n"ZorKam PRO" = ["ZorKam PRO"]\n[quantities]\npoles = ["stub"]')
    add(archive, [contract], OPTIONS, lambda _: None, Progress())
    found = {("watch", "ZorKam PRO"), ("watch", "face recognition"), ("quantity", "24")}
    assert known(archive) == found
    watch_for(archive, 'shipped = false\n[software]\nZorKam = ["ZorKam"]')
    reread(
        archive,
        [next(archive.catalog.documents.newest_first()).id],
        RereadOptions(1, "never"),
        lambda _: None,
        Progress(),
    )
    assert known(archive) == {("watch", "ZorKam")}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_changed_list_is_applied(archive: Archive, contract: Path, jobs: int) -> None:
    """Extracting again applies it to what is stored, in this process or in others; without leave, it only tells."""
    options = {"jobs": jobs, "words_for_a_process": 1}
    (contract.parent / "drugi.txt").write_text(contract.read_text("utf-8") + " Drugi primerak.", "utf-8")
    add(archive, [contract, contract.parent / "drugi.txt"], OPTIONS, lambda _: None, Progress())
    assert known(archive) == {("watch", "face recognition")}
    watch_for(archive, '[software]\n"ZorKam PRO" = ["ZorKam PRO"]')
    summary = extract_again(archive, [], lambda _: None, Progress(), apply=False, **options)
    assert (summary.changed, summary.fields["watch"]["added"]) == (2, 2)
    assert known(archive) == {("watch", "face recognition")}
    extract_again(archive, [], lambda _: None, Progress(), apply=True, **options)
    assert known(archive) == {("watch", "face recognition"), ("watch", "ZorKam PRO")}


def test_a_wrong_list_stops_before_anything_is_done(archive: Archive, contract: Path) -> None:
    """Neither adding nor extracting goes on without what the owner looks for."""
    watch_for(archive, "[brand]\nDahua = 5")
    with pytest.raises(UsageError, match="Dahua"):
        add(archive, [contract], OPTIONS, lambda _: None, Progress())
    assert list(archive.catalog.documents.newest_first()) == []
    with pytest.raises(UsageError, match="Dahua"):
        extract_again(archive, [], lambda _: None, Progress(), jobs=1, apply=True)


def test_a_term_is_found_where_search_finds_it(archive: Archive, tmp_path: Path) -> None:
    """A term of one word hits the documents that a search for the word finds, and no others."""
    words = ("kamera", "prepoznavanje", "nadzor", "recognition", "stub", "lice", "škola", "школа")
    texts = (
        "Набавка камера за видео-надзор школе.",
        "Prepoznavanjem lica upravlja\nškolski odbor, a ka-\nmere gledaju ulicu.",
        "Facial recognition cameras are not recognised.",
        "N A D Z O R nad stubovima; licima je svejedno.",
        "Sumska skola i kamerni orkestar",
        "Личне карте, комора, стубац.",
    )
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    watch_for(archive, "shipped = false\n[own]\n" + "\n".join(f'"{word}" = ["{word}"]' for word in words))
    add(archive, [tmp_path / f"{number}.txt" for number in range(len(texts))], OPTIONS, lambda _: None, Progress())
    facts = {each.id: archive.catalog.facts.of(each.id) for each in archive.catalog.documents.newest_first()}
    for word in words:
        found = {hit.id for hit in archive.search.search(SearchRequest(word)).hits}
        hit = {id_ for id_, known in facts.items() if any((f.field, f.value) == ("watch", word) for f in known)}
        assert hit == found != set(), word
