"""Which answer is of which request after a change is told from a few papers, as from all of them."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import pytest

from archive.findings.definition import CountedUnit
from archive.findings.kept import by_change
from archive.findings.kept.units import documents_of, keep_whole, units_at
from archive.findings.units import CountedDocument, State
from archive.model import Fact, FactStatus
from archive.procedures.papers import CASE
from archive.store.kept.units import KeptUnits
from tests.paper_samples import document_id, paper

KINDS = ("foi_request", "foi_request", "foi_reply", "foi_decision", "foi_appeal")
TOWNS = ("Ada", "Ada", "Bor", None)
BODIES = ("Opština Ada", "Opština Bor", "Dom zdravlja", "Dom zdravja", "Dom zdravlja dr Pera", "u", None)
NUMBERS = ("037-1/2020", "037-2/2021", None, None, None)


class Documents(dict[str, CountedDocument]):
    """Documents in memory."""

    def all(self) -> Iterable[tuple[str, int, str | None]]:
        return ()

    def known(self, ids: Collection[str]) -> dict[str, CountedDocument]:
        return {id_: self[id_] for id_ in ids if id_ in self}

    def near_identical(self, ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        return {}

    def kept(self) -> KeptUnits:
        file = KeptUnits(None)
        units = {counts: State.of(None, self, {}).units(counts) for counts in CountedUnit}
        keep_whole(file, "0", self, units, {})
        return file


def some_paper(name: str, chance: random.Random, days: int, bodies: Sequence[str | None]) -> CountedDocument:
    day = str(date(2020, 1, 1) + timedelta(chance.randint(0, days)))
    body = chance.choice(bodies)
    pib = chance.choice((None, None, "100000049", "100000057")) if bodies == BODIES else None
    given = paper(
        name,
        chance.choice(KINDS),
        chance.choice(NUMBERS),
        chance.choice((day, day, day, None)),
        role=CASE,
        buyer=body,
        municipality=chance.choice(TOWNS) if bodies == BODIES else "Ada",
        more=(Fact("buyer", body, None, "test", 1.0, FactStatus.CORRECTED, {"pib": pib}),) if body and pib else (),
    )
    return CountedDocument(chance.randint(0, 1 << 40), given, frozenset())


def told(units: Iterable[object]) -> list[tuple[object, ...]]:
    return [(one.id, one.place, [paper.id for paper in one.papers]) for one in units]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("days", "bodies"),
    [(200, BODIES), (1500, BODIES), (1500, ("Opština Ada",)), (900, (None, None, None, None, None, *BODIES[:3]))],
    ids=["close together", "far apart", "of one body", "that mostly name none"],
)
@pytest.mark.parametrize("seed", range(15))
def test_requests_after_a_change_are_those_of_all_papers(seed: int, days: int, bodies: Sequence[str | None]) -> None:
    chance, documents = random.Random(seed), Documents()
    for at in range(chance.choice((8, 30, 60))):
        documents[document_id(f"d{at}")] = some_paper(f"d{at}", chance, days, bodies)
    file, stamp = documents.kept(), "0"
    for turn in range(12):
        names = [f"d{chance.randint(0, 65)}" for _ in range(chance.choice((1, 1, 1, 2, 4)))]
        gone = {document_id(name) for name in names[:1] if chance.random() < 0.2} & documents.keys()
        changed = {document_id(name): some_paper(name, chance, days, bodies) for name in names}
        changed = {id_: one for id_, one in changed.items() if id_ not in gone}
        documents.update(changed)
        for id_ in gone:
            del documents[id_]
        stamp, before = str(turn + 1), stamp
        assert by_change._take(documents, file, before, changed, stamp, gone)
        whole = State.of(None, documents, {})
        for counts in (CountedUnit.REQUESTS, CountedUnit.PROCEDURES, CountedUnit.MUNICIPALITIES):
            found = units_at(file, stamp, file.order(counts, stamp))
            assert told(found) == told(whole.units(counts)), counts


def test_two_bodies_at_once_end_the_pairs_of_those_that_name_none() -> None:
    counts = CountedUnit.REQUESTS
    documents, changed = Documents(), Documents()
    for kind, day in (("foi_request", "2020-01-01"), ("foi_reply", "2020-01-20")):
        documents[document_id(kind)] = CountedDocument(1, paper(kind, kind, None, day, buyer=None), frozenset())
    file = documents.kept()
    assert len(file.order(counts, "0")) == 1
    for body in BODIES[1:3]:
        one = paper(str(body), "foi_reply", None, "2023-01-01", buyer=body)
        changed[one.id] = CountedDocument(2, one, frozenset())
    documents.update(changed)
    assert by_change._take(documents, file, "0", changed, "1")
    whole = State.of(None, documents, {}).units(counts)
    assert len(whole) == 4
    assert told(units_at(file, "1", file.order(counts, "1"))) == told(whole)


@pytest.mark.parametrize("town", ["Ada", None])
def test_a_changed_paper_of_a_request_has_few_others_read(monkeypatch: pytest.MonkeyPatch, town: str | None) -> None:
    """However many requests a body has, and though others name no place."""
    documents = Documents()
    for at in range(400):
        day = date(2020, 1, 1) + timedelta(3 * at)
        kind, place = ("foi_request", "foi_reply")[at % 2], (town, "Ada", "Bor")[at % 3]
        one = paper(f"d{at}", kind, None, str(day), buyer=f"Opština {place}", municipality=place)
        documents[one.id] = CountedDocument(at, one, frozenset())
    file, read = documents.kept(), list[str]()
    changed = paper("d3", "foi_reply", None, "2020-01-09", buyer=f"Opština {town}", municipality=town)

    def counting(file: KeptUnits, stamp: str, ids: Collection[str]) -> dict[str, CountedDocument]:
        read.extend(ids)
        return documents_of(file, stamp, ids)

    monkeypatch.setattr(by_change, "documents_of", counting)
    assert by_change._take(documents, file, "0", {changed.id: CountedDocument(401, changed, frozenset())}, "1")
    assert len(read) <= 6
