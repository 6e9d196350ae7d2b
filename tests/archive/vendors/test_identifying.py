"""The vendors of a real archive: found from its facts, ruled on by persons, counted in its index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UnknownVendor, UsageError
from archive.model import Fact, FactStatus
from archive.model.decisions import METHOD, Decision, DecisionAction
from archive.search.completion import CompletionKind, complete
from archive.search.request import SearchRequest
from archive.store.history import StateStamp
from archive.store.vendors.indexed import is_as_before
from tests.store_samples import Sample
from tests.vendor_samples import come_in, naming

RUMA, NIS = "„Primer” d.o.o. Ruma", "Primer d.o.o. Niš"


def facet(archive: Archive, text: str = "") -> dict[str, int]:
    values = archive.search.search(SearchRequest(text)).facets["vendor"]
    return {value.value: value.count for value in values if value.value != "unknown"}


def found(archive: Archive, vendor: str) -> int:
    return archive.search.search(SearchRequest(filters={"vendor": (vendor,)})).total


def asked(archive: Archive, text: str) -> int:
    return archive.search.search(SearchRequest(text)).total


def revisions(archive: Archive) -> list[int]:
    return sorted(archive.catalog.indexing.revisions().values())


def test_a_facet_counts_firms_and_a_document_shows_what_it_prints(archive: Archive) -> None:
    same = [naming(1, RUMA, pib="1"), naming(2, "ПРИМЕР ДОО Рума", pib="1"), naming(3, RUMA)]
    ids = come_in(archive, *same, naming(4, NIS))
    assert facet(archive) == {RUMA: 3, NIS: 1}
    hits = {hit.id: hit.description for hit in archive.search.search(SearchRequest()).hits}
    assert [vendor.name for vendor in hits[ids[1]].vendors] == ["ПРИМЕР ДОО Рума"]
    for name in (RUMA, "ПРИМЕР ДОО Рума", "primer d.o.o. ruma", "1"):
        assert found(archive, name) == 3, name
    assert (found(archive, NIS), found(archive, "Nobody"), found(archive, "unknown")) == (1, 0, 0)


def test_a_firm_that_is_only_proposed_is_no_vendor_until_a_person_confirms_it(archive: Archive) -> None:
    (document,) = come_in(archive, naming(1, RUMA, bidders=(NIS,), proposed="yes"))
    assert (facet(archive), found(archive, RUMA), archive.catalog.vendors.all()) == ({}, 0, [])
    archive.catalog.decisions.record([Decision(document, "vendor", DecisionAction.CONFIRM, "Ana", old=RUMA)])
    archive.settle()
    assert (facet(archive), found(archive, RUMA)) == ({RUMA: 1}, 1)
    assert [one.name for one in archive.catalog.vendors.all()] == [RUMA]


def test_the_query_language_finds_a_vendor_by_any_of_its_names(archive: Archive) -> None:
    come_in(archive, naming(1, "Primer d.o.o.", pib="1"), naming(2, "Uzor d.o.o.", pib="1"), naming(3, "Lik d.o.o."))
    assert [asked(archive, f"vendor:{name}") for name in ("primer", "uzor", "узор", "lik")] == [2, 2, 2, 1]


def test_one_name_of_two_firms_finds_both(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA, pib="1"), naming(2, RUMA, pib="2"), naming(3, RUMA))
    assert facet(archive) == {f"{RUMA} (PIB 1)": 1, f"{RUMA} (PIB 2)": 1, f"{RUMA} (no number known)": 1}
    assert (found(archive, RUMA), found(archive, f"{RUMA} (PIB 2)"), found(archive, "2")) == (3, 1, 1)
    with pytest.raises(UsageError, match=r"3 vendors are printed as .*pib-1"):
        archive.catalog.vendors.find(RUMA)
    assert archive.catalog.vendors.find("pib-2").numbers == (("pib", "2"),)


def test_merging_and_splitting_are_counted_at_once_and_undone(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA), naming(2, NIS), naming(3, NIS), naming(4, "Lik"))
    before = revisions(archive)
    merged = archive.catalog.vendors.merge("Primer DOO Ruma", NIS, "Ana")
    assert revisions(archive) == [revision + (at > 0) for at, revision in enumerate(before)]
    archive.settle()
    assert facet(archive) == {NIS: 3, "Lik": 1}
    assert ([one.name for one in merged.before], [one.name for one in merged.after]) == ([RUMA, NIS], [NIS])
    archive.catalog.vendors.split(NIS, RUMA, "Bora")
    archive.settle()
    assert facet(archive) == {RUMA: 1, NIS: 2, "Lik": 1}
    merging, splitting = (recorded.event for recorded in archive.catalog.vendors.rulings())
    assert len(archive.catalog.vendors.undo(splitting, "Ana").after) == 1
    assert len(archive.catalog.vendors.undo(merging, "Ana").after) == 2
    archive.settle()
    assert facet(archive) == {RUMA: 1, NIS: 2, "Lik": 1}
    assert [recorded.undone_by for recorded in archive.catalog.vendors.rulings()] == [splitting + 2, splitting + 1]
    assert archive.catalog.events.verify() == splitting + 2


def test_a_ruling_at_once_comes_to_what_finding_all_vendors_anew_does(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA, pib="1"), naming(2, RUMA, pib="2"), naming(3, NIS, "Lik"), naming(4, "LIK"))
    archive.catalog.vendors.merge("pib-1", NIS, "Ana")
    archive.catalog.vendors.merge("pib-2", "Lik", "Ana")
    archive.catalog.vendors.split("Lik", RUMA, "Ana")
    at_once = archive.catalog.vendors.all()
    add = naming(9, "Uzor")
    come_in(archive, add)
    assert [one for one in archive.catalog.vendors.all() if one.name != "Uzor"] == at_once


def test_what_is_known_is_not_recorded_again(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA, pib="1"), naming(2, "Uzor", pib="1"), naming(3, "Lik"))
    assert archive.catalog.vendors.merge(RUMA, "Uzor", "Ana").event is None
    assert archive.catalog.vendors.split(RUMA, "Uzor", "Ana").event is not None
    assert archive.catalog.vendors.split(RUMA, "УЗОР", "Ana").event is None
    assert len(archive.catalog.vendors.rulings()) == 1


def pairs(archive: Archive) -> list[set[str]]:
    return [{pair.one.name, pair.other.name} for pair in archive.catalog.vendors.merge_candidates()[1]]


def test_two_that_a_person_told_apart_are_offered_no_more_whatever_comes(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA), naming(2, NIS))
    before = revisions(archive), archive.catalog.vendors.all()
    assert pairs(archive) == [{RUMA, NIS}]
    told = archive.catalog.vendors.separate(NIS, "ПРИМЕР ДОО РУМА", "Ana")
    assert [one.name for one in told.before] == [NIS, RUMA]
    assert set(told.after) == set(told.before)
    assert pairs(archive) == []
    assert (revisions(archive), archive.catalog.vendors.all()) == before, "no vendor is another one"
    assert archive.catalog.vendors.separate(RUMA, NIS, "Iva").event is None, "it is known"
    # Both come under a number that they had not, and Ruma in another print.
    come_in(archive, naming(3, RUMA, pib="1"), naming(4, "Primer DOO, RUMA", pib="1"), naming(5, NIS, pib="7"))
    come_in(archive, naming(6, "Primer a.d. Bor"))
    assert {RUMA, NIS} not in pairs(archive)
    assert len(pairs(archive)) == 2
    assert archive.catalog.vendors.ruling_differences() == ()


def test_telling_apart_is_taken_back_and_a_later_merging_wins(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA), naming(2, NIS))
    apart = archive.catalog.vendors.separate(RUMA, NIS, "Ana").event
    assert apart is not None
    assert len(archive.catalog.vendors.undo(apart, "Iva").after) == 2
    assert pairs(archive) == [{RUMA, NIS}]
    archive.catalog.vendors.separate(RUMA, NIS, "Ana")
    merged = archive.catalog.vendors.merge(RUMA, NIS, "Iva")
    assert len(archive.catalog.vendors.all()) == 1
    with pytest.raises(UsageError, match=r"'.*' and '.*' name one vendor, .*dosije vendors undo"):
        archive.catalog.vendors.separate(RUMA, NIS, "Ana")
    assert merged.event is not None
    archive.catalog.vendors.undo(merged.event, "Iva")
    assert (len(archive.catalog.vendors.all()), pairs(archive)) == (2, []), "what was said before still holds"


def test_what_cannot_be_is_said_and_changes_nothing(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA, "Lik"))
    events = archive.catalog.events.verify()
    with pytest.raises(UnknownVendor, match=r"No vendor is called 'Primmer'\. Did you mean: „Primer” d\.o\.o\. Ruma"):
        archive.catalog.vendors.merge("Primmer", "Lik", "Ana")
    with pytest.raises(UsageError, match=r"is nowhere printed as 'Lik'\. Its names are"):
        archive.catalog.vendors.split(RUMA, "Lik", "Ana")
    with pytest.raises(UsageError, match="nothing would be left of it"):
        archive.catalog.vendors.split("Lik", "LIK", "Ana")
    with pytest.raises(UsageError, match=r"There is no decision 1 on vendors .*There are no rulings"):
        archive.catalog.vendors.undo(1, "Ana")
    assert archive.catalog.events.verify() == events


def test_a_correction_changes_who_the_vendor_is(archive: Archive) -> None:
    ids = come_in(archive, naming(1, RUMA), naming(2, "Lik"))
    right = Fact("vendor", "ПРИМЕР ДОО РУМА", None, METHOD, 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record([Decision(ids[1], "vendor", DecisionAction.CORRECT, "Ana", (right,))])
    archive.settle()
    assert facet(archive) == {RUMA: 2}
    archive.catalog.decisions.undo(ids[1], None, "Ana")
    archive.settle()
    assert facet(archive) == {RUMA: 1, "Lik": 1}


def test_rulings_outlive_what_comes_later(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA), naming(2, "Lik"))
    archive.catalog.vendors.merge(RUMA, "Lik", "Ana")
    come_in(archive, naming(3, "Lik", pib="1"), naming(4, "Primer Ruma d.o.o."))
    assert facet(archive) == {"Lik": 4}
    archive.indexing.rebuild()
    assert facet(archive) == {"Lik": 4}


def test_an_interrupted_import_ends_with_the_vendors_of_an_uninterrupted_one(archive: Archive, tmp_path: Path) -> None:
    documents = [naming(1, RUMA, pib="1"), naming(2, "Uzor"), naming(3, "Uzor", pib="1"), naming(4, "PRIMER DOO")]
    for document in documents:
        document.add_to(archive.catalog)
        archive.indexing.index_due(midway=True)
    assert not archive.catalog.indexing.vendors_are_identified()
    assert len(facet(archive)) == 3
    archive.settle()
    with Archive.open(tmp_path / "other", Settings()) as other:
        come_in(other, *reversed(documents))
        assert archive.catalog.vendors.all() == other.catalog.vendors.all()
        assert facet(archive) == facet(other) == {"Uzor": 4}


def test_only_documents_that_an_index_has_otherwise_are_indexed_again(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA), naming(2, "Lik"), naming(3, bidders=("Uzor",)))
    for more in (
        (naming(4, RUMA), naming(5, bidders=("UZOR",))),
        (naming(6, "Primer doo Ruma"),),
        (naming(7, "Uzor promet", pib="1"), naming(8, "Lik", pib="1")),
        (naming(9, NIS, pib="1"), naming(10, RUMA, pib="1")),
    ):
        before, indexed = archive.catalog.indexing.revisions(), archive.catalog.vendors.indexed()
        come_in(archive, *more)
        after, now = archive.catalog.indexing.revisions(), archive.catalog.vendors.indexed()
        assert {id_ for id_ in before if after[id_] != before[id_]} == {
            id_ for id_ in before if not is_as_before(indexed.get(id_, {}), now.get(id_, {}))
        }


def test_a_firm_that_is_called_otherwise_has_nothing_indexed_again(archive: Archive) -> None:
    first, other = "Primer d.o.o. Ruma", "PRIMER DOO RUMA"
    come_in(archive, naming(1, first), naming(2, other), naming(3, first))
    known = archive.catalog.indexing.revisions()
    stamp = archive.catalog.history.stamp()
    assert facet(archive) == {first: 3}
    come_in(archive, naming(4, other), naming(5, other))
    assert known.items() <= archive.catalog.indexing.revisions().items()
    assert facet(archive) == {other: 5}
    for name in (first, other, "Пример Д.О.О. Рума"):
        assert (found(archive, name), asked(archive, f'vendor:"{name}"')) == (5, 5), name
    changed = archive.catalog.history.changed_after(StateStamp.of(stamp).sequence, 10)
    assert {*changed} == archive.catalog.indexing.revisions().keys(), "what is kept of them follows"


def test_a_name_that_hidden_papers_alone_print_is_in_no_answer(archive: Archive) -> None:
    """The firm is called by a name that begins with the one that is seen, and its key is the print of that name."""
    plain, secret = "Uzor", "Uzor tajni d.o.o."
    come_in(
        archive,
        _in_collection(naming(1, plain, pib="1"), "office"),
        *(_in_collection(naming(number, secret, pib="1"), "secret") for number in range(2, 5)),
    )
    for name in ("office", "secret"):
        archive.catalog.collections.share(name, is_private=True, members=[], by="Ana")
    with archive.writing():
        archive.indexing.index_due()
    view = archive.hiding(frozenset({"secret"}))
    assert (facet(archive), facet(view)) == ({secret: 4}, {plain: 1})
    (hit,) = view.search.search(SearchRequest()).hits
    assert hit.description.facet_values()["vendor"] == (plain,)
    assert found(view, plain) == 1
    completed = complete(view.catalog, view.engine, "uzo", 5)
    assert [one.text for one in completed if one.kind is CompletionKind.VENDOR] == [plain]
    (entry,) = archive.catalog.vendors.indexed([hit.id])[hit.id].values()
    assert [found(archive, key) + found(view, key) for key in sorted(entry.keys)] == [0, 0], "keys are not asked for"
    assert facet(view, "vendor:tajni") == {}


def _in_collection(named: Sample, collection: str) -> Sample:
    return replace(named, document=replace(named.document, collection=collection))


def test_what_firms_are_called_is_kept_while_no_vendor_changes(archive: Archive) -> None:
    come_in(archive, naming(1, RUMA), naming(2, NIS))
    keys = [one.key for some in archive.catalog.vendors.indexed().values() for one in some.values()]
    known = archive.catalog.indexing.vendors_called(keys)
    assert sorted(known.values()) == sorted((RUMA, NIS))
    archive.catalog.properties.set("nothing of vendors", "1")
    assert archive.catalog.indexing.vendors_called(()) is known
    with Archive.open(archive.home, Settings()) as other:
        other.catalog.vendors.merge(RUMA, NIS, "Ana")
    assert set(archive.catalog.indexing.vendors_called(keys).values()) == {*facet(archive)}
    archive.catalog.vendors.forget()
    assert archive.catalog.indexing.vendors_called(()) == {}


def test_the_list_is_searched_by_names_and_numbers(archive: Archive) -> None:
    come_in(archive, naming(1, "Lik"), naming(2, RUMA, pib="100000001"), naming(3, RUMA), naming(4, bidders=("Lik",)))
    total, listed = archive.catalog.vendors.search()
    assert (total, [(one.name, one.won, one.bid) for one in listed]) == (2, [("Lik", 1, 1), (RUMA, 2, 0)])
    for text, names in (("primer", [RUMA]), ("ПРИМЕР", [RUMA]), ("00000", [RUMA]), ("100%_", []), ("”", ["Lik", RUMA])):
        assert [one.name for one in archive.catalog.vendors.search(text)[1]] == names, text
    assert archive.catalog.vendors.search(limit=1, offset=1) == (2, listed[1:])


def test_a_decision_on_another_field_has_no_vendor_looked_for(archive: Archive) -> None:
    (id_,) = come_in(archive, naming(1, RUMA))
    kind = Fact("kind", "contract", None, METHOD, 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record([Decision(id_, "kind", DecisionAction.CORRECT, "Ana", (kind,))])
    assert archive.catalog.indexing.vendors_are_identified()
    vendor = Fact("vendor", NIS, None, METHOD, 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record([Decision(id_, "vendor", DecisionAction.CORRECT, "Ana", (vendor,))])
    assert not archive.catalog.indexing.vendors_are_identified()
    archive.settle()
    assert facet(archive) == {NIS: 1}
