"""Which paper follows which request before and after a change, as far as that changes, or is asked for.

It depends on the other papers of the body near to them in time, and on whose bodies are one. Their keys tell all that
it takes (:class:`archive.procedures.dependence.RequestPaper`), so none of them is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from itertools import chain

from archive.procedures.bodies import are_one_body, by_body
from archive.procedures.dependence import ANYWHERE, REQUEST, RequestPaper, link_keys, requests_of
from archive.procedures.links import FARTHEST, answered
from archive.procedures.papers import Paper
from archive.store.kept.units import KeptUnits

_MOST_DAYS = 20
"""Most days around which papers are looked for; with more, all of a body are."""

_OF_ONE_NAME = 2
"""Papers with one name of a body that stand for all of them: where papers without a name are of one body, it takes two
to tell."""


class Answers:
    """The papers of requests in the file, and those that changed or are gone."""

    def __init__(self, file: KeptUnits, stamp: str, changed: Mapping[str, Paper], gone: Collection[str]) -> None:
        self._file, self._stamp = file, stamp
        old = file.keys_of((*changed, *gone), stamp)
        self._old = set(_told((key, id_) for id_, key in old))
        self._new = set(_told((key, id_) for id_, paper in changed.items() for key in link_keys(paper)))
        self._places: dict[str, list[RequestPaper]] = {}

    def moved(self) -> set[str]:
        """Return the papers that were paired with another one before, or with none, or are so now."""
        changed = self._old ^ self._new
        if not changed:
            return set()
        others = self._beside(changed) - changed
        before, after = others | (self._old & changed), others | (self._new & changed)
        # Where others are of other bodies now, so may all be that they are paired with.
        days = _days(changed) if _bodies(before, changed) == _bodies(after, changed) else []
        moved = _pairs(before, days) ^ _pairs(after, days)
        return {id_ for pair in moved for id_ in pair}

    def of(self, papers: Iterable[Paper]) -> set[tuple[str, str]]:
        """Return the pairs of now that have one of these papers."""
        told = set(_told((key, paper.id) for paper in papers for key in link_keys(paper)))
        if not told:
            return set()
        ids = {one.id for one in told}
        pairs = _pairs(self._beside(told) - (self._old - self._new), _days(told))
        return {pair for pair in pairs if not ids.isdisjoint(pair)}

    def _at(self, place: str) -> list[RequestPaper]:
        """Return the papers of a place, before and after the change."""
        if place not in self._places:
            stored = _told(self._file.keys_that_begin(requests_of(place), self._stamp))
            self._places[place] = [*stored, *(one for one in self._new - self._old if one.place == place)]
        return self._places[place]

    def _beside(self, some: Collection[RequestPaper]) -> set[RequestPaper]:
        """Return these, all papers of their places, and all whose body may be one with one of theirs by way of papers
        that name no place."""
        places = {one.place for one in some} - {ANYWHERE}
        found = {*some, *(one for place in places for one in self._at(place))}
        anywhere = _named(self._at(ANYWHERE))
        names = list(_named(found).values())
        while names and anywhere:
            alike = {name: one for name, one in anywhere.items() if any(are_one_body(one, other) for other in names)}
            found.update(one for one in self._at(ANYWHERE) if _name(one) in alike)
            anywhere = {name: one for name, one in anywhere.items() if name not in alike}
            every = _named(chain(self._new, _told(self._file.keys_that_begin(REQUEST, self._stamp)))) if alike else {}
            more = {name[0] for name, one in every.items() if any(are_one_body(one, other) for other in alike.values())}
            fresh = {one for place in more - places - {ANYWHERE} for one in self._at(place)}
            places |= more
            found |= fresh
            names = [*alike.values(), *_named(fresh).values()]
        return found


def _told(keys: Iterable[tuple[str, str]]) -> Iterator[RequestPaper]:
    return (RequestPaper.of(key, id_) for key, id_ in keys if key.startswith(REQUEST))


def _name(one: RequestPaper) -> tuple[str, str]:
    return one.place, one.whose


def _named(papers: Iterable[RequestPaper]) -> dict[tuple[str, str], Paper]:
    """Return a paper of each name of a body."""
    return {name: one.as_paper(is_dated=False) for name, one in {_name(one): one for one in papers}.items()}


def _days(papers: Iterable[RequestPaper]) -> list[int]:
    """Return the days of papers, none if they are many."""
    days = {date.fromisoformat(one.date).toordinal() for one in papers if one.date}
    return sorted(days) if len(days) <= _MOST_DAYS else []


def _bodies(papers: Collection[RequestPaper], changed: Iterable[RequestPaper]) -> set[frozenset[str]]:
    """Return which others are of one body, a few of each name."""
    known = {one.id for one in changed}
    some = [*_few(one for one in papers if one.id not in known), *(one for one in papers if one.id in known)]
    bodies = by_body([one.as_paper(is_dated=False) for one in some], distinctive=False)
    return {frozenset(paper.id for paper in body if paper.id not in known) for body in bodies} - {frozenset()}


def _pairs(papers: Set[RequestPaper], days: Sequence[int]) -> set[tuple[str, str]]:
    """Return the pairs of papers, if days are given those near to one of them; others far from there may lack."""
    near = {one for one in papers if not days or (one.date and _is_near(one.date, days))}
    of_names = [one.as_paper(is_dated=False) for one in _few(papers - near)] if days else []
    return set(answered([*(one.as_paper(is_dated=True) for one in near), *of_names]))


def _is_near(day: str, days: Sequence[int]) -> bool:
    at = date.fromisoformat(day).toordinal()
    return any(abs(at - one) <= FARTHEST.days for one in days)


def _few(papers: Iterable[RequestPaper]) -> Iterator[RequestPaper]:
    """Yield a few papers of each name, always the same."""
    seen = Counter[tuple[str, str]]()
    for one in sorted(papers):
        seen[_name(one)] += 1
        if seen[_name(one)] <= _OF_ONE_NAME:
            yield one
