"""Stored merge candidates: pairs of vendors for a person to judge. A change renews the pairs of changed vendors, and
those with a link that few enough, or too many, vendors share from now on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select

from archive.store.indexing import vendors_are_identified
from archive.store.sql.database import batches, rows_among
from archive.store.sql.tables import vendor_candidates, vendor_links, vendor_prints, vendors
from archive.store.vendors.grouping import Grouped
from archive.store.vendors.kept import (
    Key,
    Values,
    candidate_row,
    firms_kept,
    names_kept,
    prints_kept,
    reason_of,
    write_rows,
)
from archive.store.vendors.links import (
    Link,
    linked,
    links_of_candidate,
    links_of_items,
    links_to_prints,
    relink,
    ruled_links,
)
from archive.store.vendors.naming import Named, prints_of_vendors
from archive.store.vendors.rows import all_rulings, load_vendors, vendor_names
from archive.vendors.candidates import MOST_SHARING, Candidate, Comparable, candidates, judge, score_of
from archive.vendors.entities import Entity
from archive.vendors.identity import Mention
from archive.vendors.names import spelled_shape
from archive.vendors.prints import CountedPrint, numbers_of
from archive.vendors.rulings import MentionGroups, RulingAction

_BLOCK = ("block",)


def renew_pairs(connection: Connection, named: Named, grouped: Grouped) -> None:
    """Update the pairs of these changed vendors."""
    same = {
        one.id
        for one in named.vendors
        if one.id == one.known and not (grouped.is_ruled and one.prints.keys() & grouped.before.keys())
    }
    changed = {one.id for one in named.vendors} - same
    stale = (named.before | changed) - same
    _forget(connection, stale)
    before = links_of_items(connection, stale, _BLOCK)
    after = {one.id: links_of_candidate(one) for one in _comparables(connection, changed).values()}
    relink(connection, before, after)
    pairs = {pair for id_, links in after.items() for pair in _pairs_of(connection, id_, links)}
    pairs |= _pairs_of_crossing(connection, before, after)
    _judge(connection, pairs)
    _score_again(connection, same)


def kept_candidates(connection: Connection, limit: int | None, offset: int) -> tuple[int, list[Candidate]]:
    """Count the pairs, and return a page of them, the most useful first."""
    total = connection.scalar(select(func.count()).select_from(vendor_candidates)) or 0
    return total, _loaded(connection, connection.execute(_IN_ORDER.limit(limit).offset(offset)).all())


def vendors_named_in_private(whole: Connection) -> set[str] | None:
    """Return the vendors that documents of private collections name, from the unfiltered database; None if it is not
    known yet, because something changed since they were counted."""
    if not vendors_are_identified(whole):
        return None
    is_private = vendor_prints.c.public < vendor_prints.c.documents
    return set(whole.scalars(select(vendor_prints.c.vendor).where(is_private)))


def seen_candidates(
    connection: Connection, private: AbstractSet[str] | None, limit: int | None, offset: int
) -> tuple[int, list[Candidate]]:
    """Count the pairs whose vendors are visible, and return a page of them. Those with a vendor of ``private``, or all
    if that is None, are judged by what is visible of it; of others all is visible. Pairs that a ruling separates are
    omitted."""
    partly, places = list[Row[Any]](), list[tuple[float, str, str, Row[Any] | Candidate]]()
    for row in connection.execute(_IN_ORDER):
        if private is None or not private.isdisjoint(row[:2]):
            partly.append(row)
        else:
            places.append((-row.score, row.name, row.other_name, row))
    found = _vendors_of(connection, partly)
    judged = (one for row in partly for one in candidates([found[row.one], found[row.other]]))
    places += [(-one.score, one.one.name, one.other.name, one) for one in judged]
    page = [one for *_, one in sorted(places, key=itemgetter(slice(3)))[offset:][:limit]]
    stored = iter(_loaded(connection, [one for one in page if isinstance(one, Row)]))
    return len(places), [next(stored) if isinstance(one, Row) else one for one in page]


def _vendors_of(connection: Connection, rows: Iterable[Row[Any]]) -> dict[str, Entity]:
    ids = sorted({id_ for row in rows for id_ in row[:2]})
    return {vendor.id: vendor for vendor in load_vendors(connection, ids)}


def _loaded(connection: Connection, rows: Sequence[Row[Any]]) -> list[Candidate]:
    found = _vendors_of(connection, rows)
    return [
        Candidate(found[row.one], found[row.other], reason_of(row.reason), row.likelihood, row.score) for row in rows
    ]


_ONE, _OTHER = vendors.alias(), vendors.alias()
_IN_ORDER = (
    select(vendor_candidates, _ONE.c.name, _OTHER.c.name.label("other_name"))
    .join(_ONE, _ONE.c.id == vendor_candidates.c.one)
    .join(_OTHER, _OTHER.c.id == vendor_candidates.c.other)
    .order_by(vendor_candidates.c.score.desc(), _ONE.c.name, _OTHER.c.name)
)


def _forget(connection: Connection, ids: Iterable[str]) -> None:
    for some in batches(ids):
        of_these = or_(vendor_candidates.c.one.in_(some), vendor_candidates.c.other.in_(some))
        connection.execute(delete(vendor_candidates).where(of_these))


def _sharing(connection: Connection, link: Link, most: int = MOST_SHARING + 1) -> list[str]:
    """Return the vendors with a link; only ``most`` if there are more."""
    query = select(vendor_links.c.item).where(vendor_links.c.kind == link[0], vendor_links.c.key == link[1])
    return list(connection.scalars(query.limit(most)))


def _pairs_of(connection: Connection, id_: str, links: Iterable[Link]) -> set[Key]:
    several = (_sharing(connection, link) for link in links)
    others = {other for some in several if len(some) <= MOST_SHARING for other in some if other != id_}
    return {(min(id_, other), max(id_, other)) for other in others}


def _pairs_of_crossing(
    connection: Connection, before: Mapping[str, set[Link]], after: Mapping[str, set[Link]]
) -> set[Key]:
    """Return the pairs of vendors that share a link which few enough have now; delete those that share only links which
    too many have now."""
    held, holds = ({(link, id_) for id_, links in some.items() for link in links} for some in (before, after))
    left, come = (Counter(link for link, _ in some) for some in (held - holds, holds - held))
    pairs: set[Key] = set()
    for link in left.keys() | come.keys():
        most = MOST_SHARING + 1 + come[link]
        sharing = sorted(_sharing(connection, link, most))
        if len(sharing) == most:
            # Too many had it before, too.
            continue
        count = len(sharing) - come[link] + left[link]
        if len(sharing) <= MOST_SHARING < count:
            pairs.update(combinations(sharing, 2))
        elif count <= MOST_SHARING < len(sharing):
            _forget_lapsed(connection, sharing)
    return pairs


def _forget_lapsed(connection: Connection, ids: Sequence[str]) -> None:
    """Delete those pairs of these vendors that share no link which few enough have."""
    known = select(vendor_candidates.c.one, vendor_candidates.c.other)
    known = known.where(vendor_candidates.c.one.in_(ids), vendor_candidates.c.other.in_(ids))
    rows = connection.execute(known).all()
    links = links_of_items(connection, {id_ for row in rows for id_ in row}, _BLOCK)
    lapsed = [
        (row.one, row.other)
        for row in rows
        if all(len(_sharing(connection, link)) > MOST_SHARING for link in links[row.one] & links[row.other])
    ]
    write_rows(connection, vendor_candidates, lapsed, {})


def _comparables(connection: Connection, ids: Iterable[str]) -> dict[str, Comparable]:
    """Return the data by which these vendors are compared."""
    prints = prints_of_vendors(connection, ids)
    names, firms = vendor_names(connection, prints), firms_kept(connection, prints)
    spelled = names_kept(connection, {one.print.name for some in prints.values() for one in some.values()})
    found = {}
    for id_, some in prints.items():
        shaped = {one.print.name: spelled_shape(one.print.name, spelled[one.print.name]) for one in some.values()}
        found[id_] = Comparable.of((id_, names[id_]), firms[id_][2], shaped, *numbers_of(some.values()))
    return found


def _judge(connection: Connection, pairs: set[Key]) -> None:
    """Store those of these pairs that may be one vendor, and delete the others."""
    compared = _comparables(connection, {id_ for pair in pairs for id_ in pair})
    likely = {}
    for pair in sorted(pairs):
        judged = judge(*(compared[id_] for id_ in pair))
        if judged is not None:
            likely[pair] = judged
    apart = _separated_pairs(connection, {id_ for id_, _ in likely})
    rows: dict[Key, Values] = {}
    for pair, (reason, likelihood) in likely.items():
        if pair not in apart:
            rows[_in_order(pair, compared)] = candidate_row(reason, likelihood, _score(likelihood, pair, compared))
    write_rows(
        connection, vendor_candidates, [key for one, other in pairs for key in ((one, other), (other, one))], rows
    )


def _in_order(pair: Key, compared: Mapping[str, Comparable]) -> Key:
    return tuple(sorted(pair, key=lambda id_: compared[id_].place))


def _score(likelihood: float, pair: Key, compared: Mapping[str, Comparable]) -> float:
    return score_of(likelihood, sum(compared[id_].documents for id_ in pair))


def _separated_pairs(connection: Connection, ids: Iterable[str]) -> set[Key]:
    """Return the pairs with one of these vendors that a person separated."""
    prints = prints_of_vendors(connection, ids)
    of = [one.print for some in prints.values() for one in some.values()]
    ruled = linked(connection, {link for one in of for link in ruled_links(one.name, one.sure_numbers)})
    recorded = all_rulings(connection, {int(event) for events in ruled.values() for event in events})
    telling = [one.ruling for one in recorded if one.ruling.action in (RulingAction.APART, RulingAction.SPLIT)]
    named = linked(connection, {link for ruling in telling for link in links_to_prints(ruling)})
    names = {item for (kind, _), items in named.items() for item in items if kind == "form"}
    numbered = {item for (kind, _), items in named.items() for item in items if kind == "number"}
    meant = prints_kept(connection, vendor_prints.c.name, names) | prints_kept(connection, vendor_prints.c.id, numbered)
    theirs = prints_of_vendors(connection, {vendor for _, vendor in meant.values()})
    order = sorted(theirs)
    alike = {(one.first, one.print.name): one.documents for some in theirs.values() for one in some.values()}
    groups = MentionGroups(([*map(_first, theirs[id_].values())] for id_ in order), alike)
    found = ((groups.find(ruling.one), groups.find(ruling.other)) for ruling in telling)
    told = ((order[one], order[other]) for one, other in found if one is not None and other is not None)
    return {(min(pair), max(pair)) for pair in told}


def _first(one: CountedPrint) -> Mention:
    return one.print.mention(one.first)


def _score_again(connection: Connection, ids: Iterable[str]) -> None:
    """Recompute the scores of the pairs of vendors whose names or document counts changed."""
    known: dict[Key, Values] = {}
    for column in (vendor_candidates.c.one, vendor_candidates.c.other):
        for row in rows_among(connection, select(vendor_candidates), column, ids):
            known[row.one, row.other] = {name: getattr(row, name) for name in ("reason", "likelihood", "score")}
    every = {id_ for pair in known for id_ in pair}
    names, firms = vendor_names(connection, every), firms_kept(connection, every)
    documents = {id_: firm[2] for id_, firm in firms.items()}
    rows: dict[Key, Values] = {}
    for pair, values in known.items():
        score = score_of(values["likelihood"], sum(documents[id_] for id_ in pair))
        rows[tuple(sorted(pair, key=lambda id_: (-documents[id_], names[id_])))] = {**values, "score": score}
    if rows != known:
        write_rows(connection, vendor_candidates, known, rows)
