"""The templates that were found, kept in a file of the cache from one process to the next.

They are of the words and clauses as of an event, of certain documents, as some see them, and of the source of the
rules. Where any of it is another, they are found anew. A clause is kept by its id, and read from the catalog.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.errors import DosijeError
from archive.model import Clause, Description
from archive.store.catalog import Catalog
from archive.system.files import make_folders, replace_text


@dataclass(frozen=True, slots=True)
class OddClause:
    """A clause that has none like it in the other document. ``nearest`` is the one there that shares most of its
    wording, ``similarity`` how much; None where it shares nothing."""

    clause: Clause
    nearest: Clause | None
    similarity: float


@dataclass(frozen=True, slots=True)
class TemplateContract:
    """A document made on a template. ``share`` is the share of its clauses and the model's that are worded alike;
    ``odd`` are its clauses that are not, ``missing`` the model's."""

    description: Description
    clauses: int
    share: float
    odd: tuple[OddClause, ...]
    missing: tuple[OddClause, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Documents made on one template, those that depart most from it first. ``model`` is similar to most others."""

    model: Description
    clauses: int
    members: tuple[TemplateContract, ...]


FILES = "templates-*.json"
_MOST_FILES = 8
"""Sets of documents whose templates are kept."""


def read_templates(catalog: Catalog, ids: frozenset[str] | None, as_of: int) -> tuple[Template, ...] | None:
    """The templates of these documents as of an event; None where they are not kept."""
    if catalog.folder is None:
        return None
    try:
        kept = json.loads(_file(catalog.folder, catalog, ids).read_text(encoding="utf-8"))
        if kept["as_of"] != as_of:
            return None
        told = kept["templates"]
        named = {id_ for one in told for id_ in (one["model"], *(member["id"] for member in one["members"]))}
        described = catalog.documents.descriptions(named)
        clauses = {id_: {one.eid: one for one in every} for id_, every in catalog.clauses.by_document(named).items()}
        return tuple(_template(one, described, clauses) for one in told)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep_templates(catalog: Catalog, ids: frozenset[str] | None, as_of: int, found: Iterable[Template]) -> None:
    """Keep the templates of these documents. Where nothing can be written, nothing is kept."""
    if catalog.folder is None:
        return
    told = json.dumps({"as_of": as_of, "templates": [_told(one) for one in found]}, ensure_ascii=False)
    with suppress(OSError, DosijeError):
        make_folders(catalog.folder)
        replace_text(_file(catalog.folder, catalog, ids), told)
        files = sorted(catalog.folder.glob(FILES), key=lambda file: file.stat().st_mtime)
        for old in files[:-_MOST_FILES]:
            old.unlink(missing_ok=True)


def _file(folder: Path, catalog: Catalog, ids: frozenset[str] | None) -> Path:
    digest = sha256(_version().encode())
    for names in (catalog.hidden, frozenset(("all",)) if ids is None else ids):
        digest.update("\n".join((*sorted(names), "")).encode())
    return folder / FILES.replace("*", digest.hexdigest()[:16])


@cache
def _version() -> str:
    """The version of all that says what a template is: its source."""
    archive = Path(__file__).parent.parent
    files = [*archive.glob("comparing/*.py"), *archive.glob("text/*.py"), archive / "body.py"]
    files += [archive / "search" / "minhash.py", archive / "model" / "clauses.py"]
    digest = sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _told(one: Template) -> dict[str, Any]:
    members = [
        {
            "id": member.description.id,
            "clauses": member.clauses,
            "share": member.share,
            "odd": list(map(_odd_told, member.odd)),
            "missing": list(map(_odd_told, member.missing)),
        }
        for member in one.members
    ]
    return {"model": one.model.id, "clauses": one.clauses, "members": members}


def _odd_told(one: OddClause) -> tuple[str, str | None, float]:
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
    return Template(described[model], told["clauses"], members)


def _odd(
    told: Iterable[Sequence[Any]], own: Mapping[str, Clause], others: Mapping[str, Clause]
) -> tuple[OddClause, ...]:
    return tuple(
        OddClause(own[eid], None if nearest is None else others[nearest], share) for eid, nearest, share in told
    )
