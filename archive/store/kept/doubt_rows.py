"""Writing doubts: replacing those of some documents, and updating all that depends on them.

Dependent are: the number of documents with a value, and so the score of its doubts; the first doubt of each question;
the totals per value; and the counts per field. They are updated in the same transaction, for changed rows only. While a
file is being built it has none of them; :func:`finish` computes them from all doubts.
"""

# ruff: noqa: S608 - statements are formatted from our own literals only

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from archive.store.sql.database import batches

Score = Callable[[float, float, int], int]
"""Computes the score of a doubt from its weight, its money and the number of documents with its value."""


class CountedValue(NamedTuple):
    """A value of a field."""

    field: str
    value: str


class NewDoubt(NamedTuple):
    """A doubt of a document on a ``value`` (``spelled``: its normalized spelling) or, without one, on a missing field.
    It may share a question with others on the same value and ``buyer``. With ``is_counted``, its score grows with the
    number of documents that have the value."""

    field: str
    value: str | None
    spelled: str
    weight: float
    money: float
    is_counted: bool
    buyer: str | None


class DoubtedPaper(NamedTuple):
    """A document, its counted values, and its doubts, in order."""

    document: str
    values: frozenset[CountedValue]
    doubts: Sequence[NewDoubt]


class KeptDoubt(NamedTuple):
    """The columns of a doubt that the counts depend on."""

    document: str
    field: str
    spelled: str
    score: int
    question: int | None


_KEPT = "document, field, spelled, score, question"

INDEXES = {
    "doubts_in_order": "doubts (score DESC, document, field, ordinal, is_first)",
    "doubts_of_field": "doubts (field, score DESC, document, ordinal, is_first)",
    "doubts_of_value": "doubts (field, spelled, score DESC, document, ordinal)",
    "doubts_of_name": "doubts (name, score DESC, document, ordinal) WHERE name IS NOT NULL",
    "doubts_of_question": "doubts (question, score DESC, document, ordinal) WHERE question IS NOT NULL",
    "values_in_order": "doubted_values (worth DESC, field, spelled)",
    "values_of_field": "doubted_values (field, worth DESC, spelled)",
}
"""Indexes that are created when the file is complete, because maintaining them for each inserted doubt is slower. They
cover the filters of a list, so stepping over a hundred thousand doubts takes 4 ms."""


def append(connection: Any, papers: Sequence[DoubtedPaper], score: Score) -> None:
    """Add the doubts of new documents to a file that is being built."""
    names = _numbers(connection, papers)
    _count_documents(connection, Counter(names[value] for paper in papers for value in paper.values))
    _insert(connection, papers, names, score)


def finish(connection: Any, score: Score) -> None:
    """Complete a file: compute scores, counts and indexes from the doubts that were added."""
    connection.create_function("score", 3, score, deterministic=True)
    connection.execute(
        "UPDATE doubts SET score = score(weight, money, "
        "coalesce((SELECT documents FROM names WHERE number = doubts.name), 1))"
    )
    for name in ("doubts_of_name", "doubts_of_question"):
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {INDEXES[name]}")
    connection.execute(
        "UPDATE doubts SET is_first = question IS NULL OR NOT EXISTS (SELECT 1 FROM doubts AS other "
        "WHERE other.question = doubts.question "
        "AND (-other.score, other.document, other.ordinal) < (-doubts.score, doubts.document, doubts.ordinal))"
    )
    connection.execute("UPDATE questions SET doubts = (SELECT count(*) FROM doubts WHERE question = questions.number)")
    connection.execute(
        "INSERT INTO doubted_values SELECT field, spelled, count(DISTINCT document), count(*), sum(score) "
        "FROM doubts GROUP BY field, spelled"
    )
    connection.execute(
        "INSERT INTO fields SELECT field, sum(is_first), count(*), count(DISTINCT spelled) FROM doubts GROUP BY field"
    )
    for name, on in INDEXES.items():
        connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")


def replace(connection: Any, papers: Sequence[DoubtedPaper], score: Score) -> None:
    """Replace the doubts of documents in a complete file."""
    connection.create_function("score", 3, score, deterministic=True)
    gone, had = _take_out(connection, [paper.document for paper in papers])
    names = _numbers(connection, papers)
    changes = Counter(names[value] for paper in papers for value in paper.values)
    changes.subtract(had)
    _count_documents(connection, changes)
    before, after = _score_anew(connection, [name for name, change in changes.items() if change])
    new = _insert(connection, papers, names, score)
    gone, new = [*gone, *before], [*new, *after]
    _choose_first(connection, {one.question for one in (*gone, *new) if one.question is not None})
    _count_fields(connection, gone, new, _tell_values(connection, gone, new))


def _among(connection: Any, query: str, keys: Iterable[str | int]) -> list[Any]:
    found = list[Any]()
    for some in batches(keys):
        found += connection.execute(query.format(among=",".join("?" * len(some))), some)
    return found


def _take_out(connection: Any, ids: Sequence[str]) -> tuple[list[KeptDoubt], Counter[int]]:
    """Delete these documents; returns their doubts, and how many of the documents had each value."""
    gone = [
        KeptDoubt(*row) for row in _among(connection, f"SELECT {_KEPT} FROM doubts WHERE document IN ({{among}})", ids)
    ]
    told = _among(connection, "SELECT names FROM papers WHERE document IN ({among})", ids)
    for table in ("doubts", "papers"):
        connection.executemany(f"DELETE FROM {table} WHERE document = ?", ((id_,) for id_ in ids))
    return gone, Counter(int(name) for (names,) in told for name in names.split())


def _numbers(connection: Any, papers: Iterable[DoubtedPaper]) -> dict[CountedValue, int]:
    """Return the row ids of all counted values; insert those that are missing."""
    found = {}
    of_doubts = {CountedValue(one.field, one.value or "") for paper in papers for one in paper.doubts if one.is_counted}
    for value in sorted({value for paper in papers for value in paper.values} | of_doubts):
        connection.execute("INSERT OR IGNORE INTO names (field, value, documents) VALUES (?, ?, 0)", value)
        of_value = "SELECT number FROM names WHERE field = ? AND value = ?"
        (found[value],) = connection.execute(of_value, value).fetchone()
    return found


def _count_documents(connection: Any, changes: Counter[int]) -> None:
    rows = [(change, name) for name, change in changes.items() if change]
    connection.executemany("UPDATE names SET documents = documents + ? WHERE number = ?", rows)


def _documents_of(connection: Any, names: Iterable[int]) -> list[tuple[int, int]]:
    return _among(connection, "SELECT number, documents FROM names WHERE number IN ({among})", names)


def _insert(
    connection: Any, papers: Sequence[DoubtedPaper], names: dict[CountedValue, int], score: Score
) -> list[KeptDoubt]:
    """Insert documents with their doubts; a doubt with a question is not marked as its first yet."""
    told = ((paper.document, " ".join(str(names[one]) for one in paper.values)) for paper in papers if paper.values)
    connection.executemany("INSERT INTO papers VALUES (?, ?)", told)
    documents = dict(_documents_of(connection, names.values()))
    questions: dict[tuple[int, str], int] = {}
    rows, new = [], []
    for paper in papers:
        for ordinal, one in enumerate(paper.doubts):
            name = names[CountedValue(one.field, one.value or "")] if one.is_counted else None
            question = None if name is None or one.buyer is None else _question(connection, questions, name, one.buyer)
            points = score(one.weight, one.money, 1 if name is None else documents[name])
            new.append(KeptDoubt(paper.document, one.field, one.spelled, points, question))
            rows.append((*new[-1], ordinal, one.value, name, one.weight, one.money, question is None))
    columns = f"{_KEPT}, ordinal, value, name, weight, money, is_first"
    connection.executemany(f"INSERT INTO doubts ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return new


def _question(connection: Any, known: dict[tuple[int, str], int], name: int, buyer: str) -> int:
    if (name, buyer) not in known:
        connection.execute("INSERT OR IGNORE INTO questions (name, buyer, doubts) VALUES (?, ?, 0)", (name, buyer))
        of_question = "SELECT number FROM questions WHERE name = ? AND buyer = ?"
        (known[name, buyer],) = connection.execute(of_question, (name, buyer)).fetchone()
    return known[name, buyer]


def _score_anew(connection: Any, names: Iterable[int]) -> tuple[list[KeptDoubt], list[KeptDoubt]]:
    """Recompute the scores of the doubts on these values; returns the changed doubts before and after."""
    before, after = list[KeptDoubt](), list[KeptDoubt]()
    for name, documents in _documents_of(connection, names):
        is_other = "name = ? AND score <> score(weight, money, ?)"
        query = f"SELECT {_KEPT}, ordinal, score(weight, money, ?) FROM doubts WHERE {is_other}"
        changed = []
        for *told, ordinal, points in connection.execute(query, (documents, name, documents)):
            before.append(KeptDoubt(*told))
            after.append(before[-1]._replace(score=points))
            changed.append((points, before[-1].document, ordinal))
        connection.executemany("UPDATE doubts SET score = ? WHERE document = ? AND ordinal = ?", changed)
    return before, after


def _choose_first(connection: Any, questions: Iterable[int]) -> None:
    for question in questions:
        query = "SELECT document, ordinal FROM doubts WHERE question = ? ORDER BY score DESC, document, ordinal LIMIT 1"
        first = connection.execute(query, (question,)).fetchone()
        is_it = "(document, ordinal) = (?, ?)"
        if first is not None:
            change = f"UPDATE doubts SET is_first = {is_it} WHERE question = ? AND is_first <> ({is_it})"
            connection.execute(change, (*first, question, *first))


def _tell_values(connection: Any, gone: Collection[KeptDoubt], new: Collection[KeptDoubt]) -> Counter[str]:
    """Update the totals per value by removed and added doubts; returns by how much the number of doubted values of each
    field grew."""
    papers, doubts, worth = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for kept, sign in ((gone, -1), (new, 1)):
        for field, spelled, _ in {(one.field, one.spelled, one.document) for one in kept}:
            papers[field, spelled] += sign
        for one in kept:
            doubts[one.field, one.spelled] += sign
            worth[one.field, one.spelled] += sign * one.score
    more = Counter[str]()
    for key in worth:
        told = (papers[key], doubts[key], worth[key])
        if any(told):
            change = "UPDATE doubted_values SET papers = papers + ?, doubts = doubts + ?, worth = worth + ?"
            is_it = "WHERE field = ? AND spelled = ?"
            if not connection.execute(f"{change} {is_it}", (*told, *key)).rowcount:
                connection.execute("INSERT INTO doubted_values VALUES (?, ?, ?, ?, ?)", (*key, *told))
                more[key[0]] += 1
            more[key[0]] -= connection.execute(f"DELETE FROM doubted_values {is_it} AND doubts = 0", key).rowcount
    return more


def _count_fields(
    connection: Any, gone: Collection[KeptDoubt], new: Collection[KeptDoubt], values: Counter[str]
) -> None:
    doubts, questions = Counter[str](), Counter[str]()
    of_question: Counter[tuple[int, str]] = Counter()
    for kept, sign in ((gone, -1), (new, 1)):
        for one in kept:
            doubts[one.field] += sign
            if one.question is None:
                questions[one.field] += sign
            else:
                of_question[one.question, one.field] += sign
    for (question, field), change in of_question.items():
        (before,) = connection.execute("SELECT doubts FROM questions WHERE number = ?", (question,)).fetchone()
        questions[field] += (before + change > 0) - (before > 0)
        connection.execute("UPDATE questions SET doubts = doubts + ? WHERE number = ?", (change, question))
    rows = [(field, questions[field], doubts[field], values[field]) for field in doubts]
    connection.executemany(
        "INSERT INTO fields VALUES (?, ?, ?, ?) ON CONFLICT (field) DO UPDATE SET questions = questions + "
        "excluded.questions, doubts = doubts + excluded.doubts, doubted = doubted + excluded.doubted",
        rows,
    )
    connection.execute("DELETE FROM fields WHERE doubts = 0")
