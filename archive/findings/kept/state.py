"""The documents of one state of the archive in memory, with the units that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from archive.findings.definition import CountedUnit
from archive.findings.kept.units import CountedDocument
from archive.findings.units import Copies, Counted, Disputed, units_of
from archive.procedures.papers import Paper
from archive.store.events import LastEvent


@dataclass(frozen=True, slots=True)
class State:
    """Documents in memory, after an event; None before the first."""

    event: LastEvent | None
    papers: Mapping[str, Paper]
    copies: Copies
    disputed: Mapping[str, Disputed]
    _units: dict[CountedUnit, list[Counted]] = field(default_factory=dict)

    @classmethod
    def of(cls, event: LastEvent | None, documents: Mapping[str, CountedDocument], copies: Copies) -> State:
        """Return the state of these documents, as if there were no others."""
        return cls(
            event,
            {id_: one.paper for id_, one in documents.items()},
            {id_: tuple(one for one in same if one in documents) for id_, same in copies.items()},
            {id_: one.disputed for id_, one in documents.items() if one.disputed},
        )

    def units(self, counts: CountedUnit) -> list[Counted]:
        """Return every unit of its documents."""
        if counts not in self._units:
            papers = [self.papers[id_] for id_ in sorted(self.papers)]
            procedures = self.units(CountedUnit.PROCEDURES) if counts is CountedUnit.PURCHASES else None
            self._units[counts] = list(units_of(papers, self.copies, counts, self.disputed, procedures))
        return self._units[counts]

    def at(self, event: LastEvent | None) -> State:
        """Return the same state after an event that changed nothing of it."""
        return replace(self, event=event)
