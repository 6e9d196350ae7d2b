"""Cache of templates, in a file across processes.

The key is the event as of which words and clauses were read, the documents, the catalog view, and the source of the
rules. If any of these differs, the templates are computed again. A clause is stored by id, and read from the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.comparing.filled_numbers import FilledNumber, NumberPlace
from archive.model import Clause, Description, Span
from archive.store.catalog import Catalog
from archive.system.kept_files import read_kept, source_version, write_kept


@dataclass(frozen=True, slots=True)
class OddClause:
    """A clause without a similar one in the other document. ``nearest`` is the one there with most common wording,
    ``similarity`` how much; None if there is none in common."""

    clause: Clause
    nearest: Clause | None
    similarity: float


@dataclass(frozen=True, slots=True)
class TemplateContract:
    """A document made on a template. ``share`` is the share of similar clauses among its own and the model's; ``odd``
    are its clauses without a similar one, ``missing`` the model's."""

    description: Description
    clauses: int
    share: float
    odd: tuple[OddClause, ...]
    missing: tuple[OddClause, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Documents made on one template, the most deviating first. ``model`` is similar to most others; ``numbers`` are
    the places where numbers differ."""

    model: Description
    clauses: int
    members: tuple[TemplateContract, ...]
    numbers: tuple[NumberPlace, ...] = ()


FILES = "templates-*.json"
_MOST_FILES = 8
"""Most sets of documents whose templates are cached."""


def read_templates(catalog: Catalog, ids: frozenset[str] | None, as_of: int) -> tuple[Template, ...] | None:
    """Return the cached templates of these documents as of an event; None if there are none."""
    kept = read_kept(_file(catalog, ids))
    try:
        if kept is None or kept["as_of"] != _event(catalog, as_of):
            return None
        told = kept["templates"]
        named = {id_ for one in told for id_ in (one["model"], *(member["id"] for member in one["members"]))}
        described = catalog.documents.descriptions(named)
        clauses = {id_: {one.eid: one for one in every} for id_, every in catalog.clauses.by_document(named).items()}
        return tuple(_template(one, described, clauses) for one in told)
    except (ValueError, LookupError, TypeError):
        return None


def keep_templates(catalog: Catalog, ids: frozenset[str] | None, as_of: int, found: Iterable[Template]) -> None:
    """Cache the templates of these documents. On a read-only file system, nothing is cached."""
    file = _file(catalog, ids)
    write_kept(file, {"as_of": _event(catalog, as_of), "templates": [_template_record(one) for one in found]})
    if file is not None:
        with suppress(OSError):
            files = sorted(file.parent.glob(FILES), key=lambda file: file.stat().st_mtime)
            for old in files[:-_MOST_FILES]:
                old.unlink(missing_ok=True)


def _event(catalog: Catalog, number: int) -> list[int | str]:
    """Return the number of an event with its hash, which an older copy of the catalog does not have."""
    return [number, catalog.events.at(number).hash if number else ""]


def _file(catalog: Catalog, ids: frozenset[str] | None) -> Path | None:
    version = source_version("comparing/*.py", "text/*.py", "body.py", "search/minhash.py", "model/clauses.py")
    return catalog.kept_file(FILES, version, *(("all",) if ids is None else sorted(ids)))


def _template_record(one: Template) -> dict[str, Any]:
    members = [
        {
            "id": member.description.id,
            "clauses": member.clauses,
            "share": member.share,
            "odd": list(map(_odd_clause_record, member.odd)),
            "missing": list(map(_odd_clause_record, member.missing)),
        }
        for member in one.members
    ]
    numbers = [
        {
            "eid": place.clause.eid,
            "around": (place.before, place.after, place.usual),
            "values": [
                (value.document, value.eid, value.text, value.span and (value.span.first, value.span.last))
                for value in place.values
            ],
        }
        for place in one.numbers
    ]
    return {"model": one.model.id, "clauses": one.clauses, "members": members, "numbers": numbers}


def _odd_clause_record(one: OddClause) -> tuple[str, str | None, float]:
    return one.clause.eid, one.nearest.eid if one.nearest else None, one.similarity


_Clauses = Mapping[str, Mapping[str, Clause]]


def _template(told: Mapping[str, Any], described: Mapping[str, Description], clauses: _Clauses) -> Template:
    model = told["model"]
    members = tuple(
        TemplateContract(
            described[one["id"]],
            one["clauses"],
            one["share"],
            _odd(one["odd"], clauses[one["id"]], clauses[model]),
            _odd(one["missing"], clauses[model], clauses[one["id"]]),
        )
        for one in told["members"]
    )
    numbers = tuple(_place(place, model, clauses) for place in told["numbers"])
    return Template(described[model], told["clauses"], members, numbers)


def _place(told: Mapping[str, Any], model: str, clauses: _Clauses) -> NumberPlace:
    before, after, usual = told["around"]
    values = tuple(
        FilledNumber(id_, eid, text, words and Span(id_, clauses[id_][eid].span.reading, *words))
        for id_, eid, text, words in told["values"]
    )
    return NumberPlace(clauses[model][told["eid"]], before, after, usual, values)


def _odd(
    told: Iterable[Sequence[Any]], own: Mapping[str, Clause], others: Mapping[str, Clause]
) -> tuple[OddClause, ...]:
    return tuple(
        OddClause(own[eid], None if nearest is None else others[nearest], share) for eid, nearest, share in told
    )
