"""Random changes of the vendors of a catalog, and their invariants."""

from __future__ import annotations

import random
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from archive.errors import UsageError
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import METHOD, Decision, DecisionAction
from archive.store.catalog import Catalog
from archive.store.vendors.indexed import IndexedVendor
from archive.store.vendors.kept import rows_in
from archive.store.vendors.rows import names_of_vendors
from archive.store.vendors.whole import rows_by_table
from archive.vendors.candidates import candidates
from tests.store_samples import sample

NAMES = (
    "„Primer” d.o.o. Ruma", "Primer d.o.o. Niš", "Primer d.o.o.", "Primer a.d.", "PRIMER DOO RUMA", "Primer Ruma",
    "ПРИМЕР Д.О.О.", "Primer 2", "Primer", "Power d.o.o.", "Ромег д.о.о.", "Ромег", "Romeg", "Vidozor", "Vid0zor",
    "Buno3op", "Видозор", "Uzor a.d.", "Uzor", "Uzorak d.o.o.", "Terracottem Solutions", "Теггасокет Solutions", "-",
    "d.o.o.",
)  # fmt: skip
NUMBERS = ("1", "2", "3")


def is_as_found_anew(catalog: Catalog) -> None:
    """Assert that every table of vendors equals the result of identifying all of them from scratch."""
    with catalog._database.reading() as connection:
        for table, wanted in rows_by_table(connection).items():
            assert rows_in(connection, table) == wanted, table.name
    rulings = [one.ruling for one in catalog.vendors.rulings() if one.undone_by is None]
    pairs = catalog.vendors.merge_candidates()[1]
    assert pairs == candidates(catalog.vendors.all(), rulings)
    if private := frozenset(one.name for one in catalog.collections.sharings() if one.is_private):
        with closing(catalog.hiding(private)) as seen:
            known = {vendor.id: vendor for vendor in seen.vendors.all()}
            both = [(one.one.id, one.other.id) for one in pairs if {one.one.id, one.other.id} <= known.keys()]
            judged = [one for pair in both for one in candidates([known[id_] for id_ in pair])]
            judged.sort(key=lambda one: (-one.score, one.one.name, one.other.name))
            assert seen.vendors.merge_candidates() == (len(judged), judged)
            assert seen.vendors.merge_candidates(2, 1) == (len(judged), judged[1:3])


@dataclass(frozen=True)
class _Told:
    """A document when it was last checked, with the names of its vendors."""

    revision: int = 0
    sequence: int = 0
    called: object = None


@dataclass
class Life:
    """Random changes of a catalog."""

    catalog: Catalog
    chance: random.Random
    names: tuple[str, ...]
    ids: list[str] = field(default_factory=list)
    told: dict[str, _Told] = field(default_factory=dict)
    entries: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = field(default_factory=dict)

    def facts(self, id_: str) -> list[Fact]:
        """Return facts naming a few firms, some with numbers, some with an invalid number."""
        found = []
        for at in range(self.chance.choice((0, 1, 1, 2, 3))):
            details = {}
            for register in ("pib", "mb"):
                if self.chance.random() < 0.3:
                    details[register] = self.chance.choice(NUMBERS)
            if details and self.chance.random() < 0.2:
                details["check_failed"] = self.chance.choice(sorted(details))
            vendor = self.chance.choice(("vendor", "vendor", "bidder"))
            found.append(Fact(vendor, self.chance.choice(self.names), Span(id_, 1, at, at), "r", 0.9, details=details))
        return found

    def add(self) -> None:
        """Add a document, perhaps to a collection that may be private."""
        one = sample(len(self.ids))
        collection = self.chance.choice(("main", "main", "secret"))
        one = replace(one, document=replace(one.document, collection=collection), facts=self.facts(one.id))
        self.ids.append(one.add_to(self.catalog))

    def read_anew(self) -> None:
        """Replace the extracted firms of a document."""
        id_ = self.chance.choice(self.ids)
        self.catalog.facts.replace_extracted(id_, 1, self.facts(id_))

    def correct(self) -> None:
        """Record which vendor a document names, or that it names none."""
        id_ = self.chance.choice(self.ids)
        given = tuple(
            replace(fact, field="vendor", span=None, method=METHOD, confidence=1.0, status=FactStatus.CORRECTED)
            for fact in self.facts(id_)[:1]
        )
        self.catalog.decisions.record([Decision(id_, "vendor", DecisionAction.CORRECT, "Ana", given)])

    def undo_correction(self) -> None:
        """Undo the last decision on a document."""
        with suppress(UsageError):
            self.catalog.decisions.undo(self.chance.choice(self.ids), None, "Ana")

    def share(self) -> None:
        """Make a collection private or public."""
        self.catalog.collections.share("secret", self.chance.random() < 0.5, [], by="Ana")

    def rule(self) -> None:
        """Record a ruling on two vendors or on a name of one; invalid ones are ignored."""
        vendors = self.catalog.vendors
        known = vendors.all()
        if not known:
            return
        one, other = self.chance.choice(known), self.chance.choice(known)
        with suppress(UsageError):
            match self.chance.randint(0, 3):
                case 0 | 1:
                    vendors.merge(one.id, other.id, "Ana")
                case 2:
                    vendors.separate(one.id, other.id, "Ana")
                case _:
                    vendors.split(one.id, self.chance.choice(one.names), "Ana")

    def undo_ruling(self) -> None:
        """Undo a ruling."""
        in_force = [one.event for one in self.catalog.vendors.rulings() if one.undone_by is None]
        if in_force:
            self.catalog.vendors.undo(self.chance.choice(in_force), "Ana")

    def step(self) -> None:
        """Make one random change."""
        steps = (self.add, self.add, self.add, self.read_anew, self.correct, self.undo_correction, self.share,
                 self.rule, self.undo_ruling)  # fmt: skip
        self.chance.choice(steps if self.ids else (self.add,))()

    def is_found(self, entry: dict[str, tuple[str, tuple[str, ...]]], now: dict[str, IndexedVendor]) -> None:
        """Assert that an index entry, made at the revision of its document, leads to the current vendors."""
        assert {name: words for name, (_, words) in entry.items()} == {name: one.words for name, one in now.items()}
        assert all(key in now[name].keys for name, (key, _) in entry.items()), "a key leads to another vendor"
        assert len({key for key, _ in entry.values()}) == len({one.keys for one in now.values()}), "one counts twice"

    def settle(self) -> None:
        """Identify the vendors, and check the invariants."""
        self.catalog.vendors.identify()
        is_as_found_anew(self.catalog)
        revisions, indexed = self.catalog.indexing.revisions(), self.catalog.vendors.indexed()
        known = self.catalog.documents.known(revisions)
        with self.catalog._database.reading() as connection:
            names = names_of_vendors(connection)
        for id_, revision in revisions.items():
            told = _Told(revision, known[id_].sequence, names.get(id_))
            before = self.told.get(id_, _Told())
            if before.revision < revision:
                self.entries[id_] = {name: (one.key, one.words) for name, one in indexed.get(id_, {}).items()}
            self.is_found(self.entries[id_], indexed.get(id_, {}))
            assert before.sequence < told.sequence or before.called == told.called, "it is called otherwise"
            self.told[id_] = told
