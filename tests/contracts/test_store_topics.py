"""Which contracts have clauses on a topic, and which lack them: every catalog tells of all as of one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive.comparing import topic_contracts
from archive.comparing.clauses import MOST_WORDS
from archive.comparing.topic_contracts import TableFilters, contracts_by_topic
from archive.comparing.topics import CONTRACTS
from archive.model import Fact, FactStatus, Span
from archive.model.clauses import units
from archive.model.decisions import Decision, DecisionAction
from archive.store import topic_counts
from archive.store.catalog import Catalog
from tests.contract_samples import Article, add_contract
from tests.store_samples import STORES

PENALTY, PRICE, OTHER = Article("Kazna je 5%.", "penalty"), Article("Cena je 10.", "price"), Article("Ne zna se.")


@pytest.fixture(params=STORES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


def read_also(catalog: Catalog, id_: str, *others: tuple[str, str, float]) -> None:
    """Let rules read other kinds or titles of a document, too."""
    facts = [Fact(field, value, Span(id_, 1, 0, 0), "other", sure) for field, value, sure in others]
    catalog.facts.replace_extracted(id_, 1, [*catalog.facts.extracted(id_), *facts], catalog.clauses.of(id_))


def decide(catalog: Catalog, id_: str, field: str, value: str) -> None:
    given = Fact(field, value, None, "person", 1.0, FactStatus.CORRECTED)
    catalog.decisions.record([Decision(id_, field, DecisionAction.CORRECT, "Ana", (given,))])


@pytest.fixture
def ids(catalog: Catalog) -> dict[str, str]:
    """Contracts that are plain, and others that are so or not for reasons that one rule does not know."""
    shapes = {"on": [PENALTY, OTHER], "without": [PRICE], "unread": [], "annexed": [PENALTY, PRICE], "long": [
        Article("Kazna " * (MOST_WORDS + 1), "penalty")]}  # fmt: skip
    made = {name: add_contract(catalog, f"b {name}", articles) for name, articles in shapes.items()}
    for name, kind, articles in (
        ("surer report", "contract", [PENALTY]),
        ("surer contract", "report", [PRICE, OTHER]),
        ("decided contract", "report", [PRICE]),
        ("decided report", "contract", [PENALTY]),
        ("two titles", "contract", [PRICE]),
        ("decided title", "contract_annex", []),
        ("no title", "contract", [PRICE]),
        ("report", "report", [PENALTY]),
    ):
        made[name] = add_contract(catalog, f"b {name}", articles, kind=kind)
    read_also(catalog, made["surer report"], ("kind", "report", 0.95))
    read_also(catalog, made["surer contract"], ("kind", "contract", 0.95))
    read_also(catalog, made["two titles"], ("title", "z better title", 0.95))
    decide(catalog, made["decided contract"], "kind", "contract")
    decide(catalog, made["decided report"], "kind", "report")
    decide(catalog, made["decided title"], "title", "a first title")
    untitled = [fact for fact in catalog.facts.extracted(made["no title"]) if fact.field != "title"]
    catalog.facts.replace_extracted(made["no title"], 1, untitled, catalog.clauses.of(made["no title"]))
    return made


def one_by_one(catalog: Catalog, topic: str) -> dict[str, object]:
    """What is told of contracts, by reading each with all of its clauses."""
    described = catalog.documents.descriptions(one.id for one in catalog.documents.newest_first())
    contracts = sorted((one.title, one.id) for one in described.values() if one.kind in CONTRACTS)
    listed_of = catalog.clauses.by_document(id_ for _, id_ in contracts)
    on = [id_ for _, id_ in contracts if any(topic_contracts._on(listed_of.get(id_, ()), {topic}))]
    return {
        "contracts": len(contracts),
        "on": on,
        "without": [id_ for _, id_ in contracts if id_ in listed_of and id_ not in on],
        "unread": [id_ for _, id_ in contracts if id_ not in listed_of],
        "unclear": sum(one.topic is None for listed in listed_of.values() for one in units(listed)),
        "topics": +Counter(one for listed in listed_of.values() for one in {clause.topic for clause in listed} if one),
    }


def told(catalog: Catalog, topic: str, asked: TableFilters) -> dict[str, object]:
    found = contracts_by_topic(catalog, topic, asked)
    assert (len(found.without.ids()), len(found.unread.ids())) == (found.without.count, found.unread.count)
    assert [one.id for one in found.without.described()] == found.without.ids()
    return {
        "contracts": found.contracts,
        "on": [*found.on],
        "without": found.without.ids(),
        "unread": found.unread.ids(),
        "unclear": found.unclear,
        "topics": +Counter(found.topics),
    }


@pytest.mark.parametrize("topic", ["penalty", "price", "term"])
def test_all_contracts_are_told_as_one_by_one(catalog: Catalog, ids: dict[str, str], topic: str) -> None:
    expected = one_by_one(catalog, topic)
    assert told(catalog, topic, TableFilters()) == expected
    assert expected["contracts"] == 10
    for id_ in ids.values():
        decide(catalog, id_, "year", "2020")
    assert told(catalog, topic, TableFilters(year=2020)) == expected, "those of a year are read one by one"


def test_documents_on_a_topic_are_told_some_at_a_time(catalog: Catalog, ids: dict[str, str]) -> None:
    parts = list(catalog.clauses.documents_on({"penalty"}, CONTRACTS, 2))
    on = ("on", "annexed", "long", "surer report", "decided report")
    assert [id_ for part in parts for id_ in part] == sorted(ids[name] for name in on)
    assert {len(part) for part in parts} == {2, 1}


def test_a_list_is_told_in_parts(catalog: Catalog, ids: dict[str, str]) -> None:
    listed = contracts_by_topic(catalog, "term", TableFilters()).without
    parts = [one.id for first in range(1, listed.count + 1, 3) for one in listed.part(first, 3)]
    assert parts == listed.ids()
    titles = [one.title for one in listed.described()]
    assert titles == sorted(titles)


def test_nothing_is_told_of_a_hidden_collection(catalog: Catalog, ids: dict[str, str]) -> None:
    before = told(catalog, "penalty", TableFilters())
    for name, articles in (("a on", [PENALTY, OTHER]), ("a without", [PRICE, OTHER]), ("a unread", [])):
        id_ = add_contract(catalog, name, articles, collection="secret")
        decide(catalog, add_contract(catalog, f"{name} 2", articles, collection="secret"), "title", name)
        assert id_ not in before
    assert told(catalog, "penalty", TableFilters())["contracts"] == 16
    view = catalog.hiding(frozenset({"secret"}))
    assert told(view, "penalty", TableFilters()) == before
    view.close()


def noted_counts(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """The blocks that are counted from now on; None stands for all of them."""
    counted, count = list[int | None](), topic_counts._counts

    def noted(
        connection: Connection, kinds: frozenset[str], size: int, block: int | None = None
    ) -> dict[int, topic_counts.TopicCounts]:
        counted.append(block)
        return count(connection, kinds, size, block)

    monkeypatch.setattr(topic_counts, "_counts", noted)
    return counted


@pytest.mark.parametrize(("size", "share"), [(1024, 1), (4, 1), (2, 1), (1, 1), (1, 100)])
def test_topics_are_counted_again_when_a_document_changes_and_not_before(
    catalog: Catalog, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch, size: int, share: int
) -> None:
    catalog.clauses.topic_blocks = topic_counts.TopicBlocks(size, share)
    counted = noted_counts(monkeypatch)

    def titled(name: str) -> None:
        decide(catalog, ids[name], "title", name)

    changes: tuple[Callable[[], object], ...] = (
        lambda: catalog.properties.set("something", "else"),
        lambda: decide(catalog, ids["on"], "kind", "report"),
        lambda: catalog.decisions.undo(ids["on"], None, "Ana"),
        lambda: catalog.facts.replace_extracted(ids["on"], 1, catalog.facts.extracted(ids["on"])),
        lambda: add_contract(catalog, "one more", [PENALTY]),
        lambda: list(map(titled, ("long", "unread", "surer report"))),
        lambda: decide(catalog, ids["without"], "kind", "report"),
    )
    before, seen = catalog.clauses.count_topics(CONTRACTS), []
    for change in changes:
        change()
        seen.append(catalog.clauses.count_topics(CONTRACTS))
        noted = len(counted)
        assert seen[-1] == type(catalog.clauses)(catalog._database).count_topics(CONTRACTS)
        assert counted[noted:] == [None], "what has counted nothing counts all"
        del counted[noted:]
    assert seen[0] is before, "no document changed"
    assert counted[0] is None
    assert (None in counted[1:]) is (share > 1)
    assert catalog.clauses.count_topics(CONTRACTS) is seen[-1]
    assert len({one.documents for one in seen}) > 1
    with closing(catalog.hiding(frozenset({"main"}))) as nothing:
        assert nothing.clauses.count_topics(CONTRACTS).documents == 0
