"""Groups of papers (union-find), in which rulings of persons override other links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.procedures.papers import Paper


class PaperGroups:
    """Disjoint groups of papers, initially one each.

    Papers that a person ruled together are united first. A paper that was ruled to be elsewhere is united last, so that
    it links no others. If rulings conflict, papers stay separate.
    """

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.papers = {paper.id: paper for paper in papers}
        self._members = {id_: [id_] for id_ in self.papers}
        self._group = {id_: id_ for id_ in self.papers}
        self._links: list[list[str]] = []
        self._apart: dict[str, set[str]] = {}
        self._moved: set[str] = set()
        for paper in self.papers.values():
            for ruling in paper.rulings:
                if not ruling.belongs:
                    self._moved.add(paper.id)
                    self._apart.setdefault(paper.id, set()).add(ruling.other)
                    self._apart.setdefault(ruling.other, set()).add(paper.id)
        for one, other in sorted(self._ruled_together()):
            self._join(one, other)

    def unite(self, papers: Iterable[Paper]) -> None:
        """Unite the groups of these papers, unless a ruling forbids it."""
        self._links.append([paper.id for paper in papers])

    def all(self) -> list[list[Paper]]:
        """Return every group, its papers sorted by date."""
        # Deterministic, independent of the order of papers and numbers.
        links, self._links = sorted(map(sorted, self._links)), []
        for ids in links:
            settled = [id_ for id_ in ids if id_ not in self._moved]
            for id_ in settled[1:]:
                self._join(settled[0], id_)
        for ids in links:
            for moved in sorted(self._moved.intersection(ids)):
                for id_ in ids:
                    self._join(moved, id_)
        found: dict[str, list[Paper]] = {}
        for paper in sorted(self.papers.values(), key=lambda paper: paper.place_in_time):
            found.setdefault(self._group[paper.id], []).append(paper)
        return list(found.values())

    def _ruled_together(self) -> Iterator[tuple[str, str]]:
        for paper in self.papers.values():
            for ruling in paper.rulings:
                if ruling.belongs and ruling.other in self.papers:
                    yield paper.id, ruling.other

    def _join(self, one: str, other: str) -> None:
        kept, gone = sorted((self._group[one], self._group[other]), key=lambda at: (-len(self._members[at]), at))
        if kept == gone or self._are_apart(gone, kept):
            return
        for id_ in self._members[gone]:
            self._group[id_] = kept
        self._members[kept] += self._members.pop(gone)

    def _are_apart(self, one: str, other: str) -> bool:
        return any(
            self._group.get(id_) == other for member in self._members[one] for id_ in self._apart.get(member, ())
        )
