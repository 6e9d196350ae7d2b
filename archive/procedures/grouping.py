"""Papers that are put together bit by bit, until it is known which are of one thing."""

from __future__ import annotations

from collections.abc import Iterable

from archive.procedures.papers import Paper


class Groups:
    """Disjoint groups of papers; at first, each stands alone."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.papers = {paper.id: paper for paper in papers}
        self._above = {id_: id_ for id_ in self.papers}

    def unite(self, papers: Iterable[Paper]) -> None:
        """Make one group of those that these papers are in."""
        tops = [self._top(paper.id) for paper in papers]
        for top in tops:
            self._above[top] = tops[0]

    def all(self) -> list[list[Paper]]:
        """Every group, its papers in the order of their dates."""
        found: dict[str, list[Paper]] = {}
        for paper in sorted(self.papers.values(), key=lambda paper: paper.place_in_time):
            found.setdefault(self._top(paper.id), []).append(paper)
        return list(found.values())

    def _top(self, id_: str) -> str:
        while self._above[id_] != id_:
            # Every look shortens the way for the next one.
            self._above[id_] = id_ = self._above[self._above[id_]]
        return id_
