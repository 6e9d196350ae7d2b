"""As of the newest event is now, for everybody who sees some of the archive, whatever happened in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.access.records import Role
from archive.errors import UnknownDocument, UnknownVendor, UsageError
from archive.findings.kept.as_of import past_units_of, state
from archive.findings.units import State
from archive.model import Document, Fact, FactStatus
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import Catalog
from tests.finding_samples import document_id, facts_of, reading_of, words_of
from tests.store_samples import START

NAMES = ("Alfa doo", "ALFA DOO", "Alfa d.o.o. Niš", "Beta doo", "Beta a.d.", "Gama")
COLLECTIONS = ("main", "tajna", "druga")
USERS = ("Iva", "Ana")

Step = Callable[[Catalog], object]
"""Something that happens in an archive. What cannot be is refused, and nothing happens."""

names = st.sampled_from(NAMES)
numbers = st.sampled_from(("", "100000049", "100000065"))
at = st.integers(0, 5)
vendors = st.lists(st.tuples(names, numbers, st.sampled_from(("vendor", "bidder"))), min_size=1, max_size=3)


def read(id_: str, found: list[tuple[str, str, str]]) -> list[Fact]:
    """What rules read in a document: its vendors and bidders."""
    told = [(field, name, {"pib": number} if number else {}) for name, number, field in found]
    return facts_of(id_, 1, [("kind", "contract", {}), *told])


def added(number: int, collection: str, found: list[tuple[str, str, str]]) -> Step:
    def step(catalog: Catalog) -> None:
        id_, words = document_id(f"{number}"), words_of(" ".join(f"w{at}" for at in range(20)))
        document = Document(id_, f"{number}.pdf", "application/pdf", 1, collection, START, 1, 1, 1, len(words))
        if not catalog.documents.has(id_):
            catalog.documents.add(document, reading_of(id_, 1, words), [words], read(id_, found), f"/made/{number}.pdf")

    return step


def read_again(number: int, found: list[tuple[str, str, str]]) -> Step:
    id_ = document_id(f"{number}")
    return lambda catalog: catalog.documents.has(id_) and catalog.facts.replace_extracted(id_, 1, read(id_, found))


def decided(number: int, action: DecisionAction, name: str, old: str) -> Step:
    id_ = document_id(f"{number}")
    fact = Fact("vendor", name, None, "person", 1.0, FactStatus.CORRECTED)
    facts = () if action is DecisionAction.REMOVE else (fact,)
    named = old if action in (DecisionAction.REMOVE, DecisionAction.REPLACE) else None
    decision = Decision(id_, "vendor", action, "Iva", facts, named)
    return lambda catalog: catalog.documents.has(id_) and catalog.decisions.record([decision])


def undone(number: int) -> Step:
    return lambda catalog: catalog.decisions.undo(document_id(f"{number}"), None, "Iva")


def ruled(way: str, one: str, other: str) -> Step:
    return lambda catalog: getattr(catalog.vendors, way)(one, other, "Iva")


def ruling_undone(which: int) -> Step:
    def step(catalog: Catalog) -> None:
        rulings = catalog.vendors.rulings()
        if rulings:
            catalog.vendors.undo(rulings[which % len(rulings)].event, "Iva")

    return step


def shared(collection: str, is_private: bool, members: list[str]) -> Step:
    return lambda catalog: catalog.collections.share(collection, is_private, members, "Iva")


steps = st.lists(
    st.one_of(
        st.builds(added, at, st.sampled_from(COLLECTIONS), vendors),
        st.builds(added, at, st.sampled_from(COLLECTIONS), vendors),
        st.builds(read_again, at, vendors),
        st.builds(
            decided,
            at,
            st.sampled_from(
                (DecisionAction.ADD, DecisionAction.CORRECT, DecisionAction.REPLACE, DecisionAction.REMOVE)
            ),
            names,
            names,
        ),
        st.builds(undone, at),
        st.builds(ruled, st.sampled_from(("merge", "split", "separate")), names, names),
        st.builds(ruling_undone, at),
        st.builds(
            shared, st.sampled_from(COLLECTIONS[1:]), st.booleans(), st.lists(st.sampled_from(USERS), unique=True)
        ),
    ),
    min_size=4,
    max_size=14,
)


def told(known: State) -> object:
    """All that tables are made from."""
    papers = {id_: (replace(paper, facts=()), list(paper.facts)) for id_, paper in known.papers.items()}
    return papers, known.copies, known.disputed


def told_then(seen: Catalog) -> object:
    """The same of the newest event as of an earlier one."""
    past = past_units_of(seen, seen.events.newest())
    assert past.stamp is not None
    ids = past.file.ids(past.stamp)
    known = State.of(None, past.of(ids), past.documents.near_identical(ids))
    kept = past.file.copies(ids, past.stamp)
    assert kept == {id_: tuple(sorted(same)) for id_, same in known.copies.items()}
    assert not past.notes
    return told(known)


def seen_by_each(catalog: Catalog) -> Iterator[tuple[str, Catalog]]:
    """The catalog as an admin sees it, each user, and somebody without a name."""
    yield "admin", catalog
    for user in (*(catalog.users.get(name) for name in USERS), None):
        with closing(catalog.hiding(catalog.collections.hidden_from(user))) as seen:
            yield user.name if user else "nobody", seen


@settings(max_examples=10)
@given(steps)
def test_as_of_the_newest_event_is_now(happened: list[Step]) -> None:
    with TemporaryDirectory() as folder, closing(Catalog.open(Path(folder) / "catalog.sqlite")) as catalog:
        for user in USERS:
            catalog.users.add(user, Role.READER, None, "test")
        added(0, "main", [("Alfa doo", "100000049", "vendor")])(catalog)
        added(1, "tajna", [("Gama", "100000049", "vendor")])(catalog)
        for step in happened:
            with suppress(UsageError, UnknownDocument, UnknownVendor):
                step(catalog)
        catalog.vendors.identify()
        for who, seen in seen_by_each(catalog):
            assert told_then(seen) == told(state(seen)), who
