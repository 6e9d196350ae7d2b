"""Contracts made on one template: found by what their clauses share, with the clauses that depart from it."""

from __future__ import annotations

import pytest

from archive.comparing import templates
from archive.comparing.templates import NEAR, TemplateAnswer, find_templates
from archive.errors import QueryTooBroad
from archive.model import Fact, FactStatus
from archive.model.decisions import Decision, DecisionAction
from archive.serialization import serialize
from archive.store.catalog import Catalog, CatalogLimits
from archive.text.folding import to_cyrillic
from tests.contract_samples import Article, add_contract

LONG = [
    "Predmet ovog ugovora je nabavka i ugradnja {} nadzornih kamera na javnim mestima u opštini, sa svom potrebnom "
    "opremom za snimanje, prenos i čuvanje snimaka, prema ponudi izvršioca koja je sastavni deo ovog ugovora.",
    "Naručilac plaća izvršiocu ugovorenu cenu od {} dinara u roku od 45 dana od dana prijema ispravnog računa, koji "
    "izvršilac ispostavlja posle potpisanog zapisnika o primopredaji radova i opreme bez ikakvih primedaba.",
    "Izvršilac daje garanciju na isporučenu opremu i izvedene radove u trajanju od {} meseci od dana primopredaje i "
    "dužan je da u tom roku o svom trošku otkloni svaki kvar najkasnije tri dana po pozivu naručioca.",
    "Za svaki dan zakašnjenja u izvršenju obaveza izvršilac plaća naručiocu ugovornu kaznu u visini od {} promila "
    "ugovorene cene, s tim da ukupan iznos kazne ne može preći pet odsto ugovorene cene iz ovog ugovora.",
]
SHORT = ["Avans nije predviđen.", "Ugovor stupa na snagu danom potpisivanja, a sačinjen je u {} primeraka."]
OWN = (
    "Izvršilac može da ustupi sva potraživanja trećem licu bez saglasnosti naručioca, koji se unapred odriče svakog "
    "prigovora i pristaje da cenu plati unapred, u celosti, na račun koji mu treće lice naknadno saopšti pismom."
)
UNLIKE = [
    " ".join(f"{stem}{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(40))
    for stem in ("voda", "put", "most", "park", "skola")
]


def filled(*numbers: int) -> list[Article]:
    return [Article(text.format(number)) for text, number in zip([*LONG, *SHORT], numbers, strict=True)]


@pytest.fixture
def ids(catalog: Catalog) -> dict[str, str]:
    cyrillic = [Article(to_cyrillic(article.text)) for article in filled(99, 700000, 24, 5, 0, 4)]
    return {
        "first": add_contract(catalog, "first", filled(10, 100000, 36, 2, 0, 6)),
        "cyrillic": add_contract(catalog, "cyrillic", cyrillic),
        "odd": add_contract(catalog, "odd", [*filled(12, 900000, 36, 2, 0, 6)[:3], Article(OWN)]),
        "unlike": add_contract(catalog, "unlike", [Article(text) for text in UNLIKE]),
    }


def test_contracts_on_one_form_are_found_whatever_was_filled_in(catalog: Catalog, ids: dict[str, str]) -> None:
    (template,) = find_templates(catalog)
    found = {template.model.id, *(member.description.id for member in template.members)}
    assert found == {ids["first"], ids["cyrillic"], ids["odd"]}


def test_what_departs_stands_first_with_its_own_clauses_and_those_it_lacks(
    catalog: Catalog, ids: dict[str, str]
) -> None:
    (template,) = find_templates(catalog)
    odd, same = template.members
    assert (odd.description.id, same.share, same.odd, same.missing) == (ids["odd"], 1.0, (), ())
    assert [one.clause.eid for one in odd.odd] == ["art_4"]
    assert {one.clause.eid for one in odd.missing} == {"art_4", "art_5", "art_6"}
    assert odd.share == (3 + 3) / (4 + 6)
    record = serialize(TemplateAnswer, template)
    assert record["documents"][0]["document"] == ids["odd"]
    assert record["documents"][0]["odd"][0]["likeness"] < NEAR


def test_only_those_asked_for_are_compared(catalog: Catalog, ids: dict[str, str]) -> None:
    assert find_templates(catalog, [ids["first"], ids["unlike"]]) == ()
    assert len(find_templates(catalog, [ids["first"], ids["cyrillic"]])) == 1
    assert find_templates(catalog, []) == ()


def test_two_clauses_in_common_make_no_template(catalog: Catalog) -> None:
    add_contract(catalog, "a", filled(1, 2, 3, 4, 0, 6)[:2])
    add_contract(catalog, "b", filled(5, 6, 7, 8, 0, 6)[:2])
    assert find_templates(catalog) == ()


def test_too_many_clauses_are_refused_and_not_cut(catalog: Catalog, ids: dict[str, str]) -> None:
    catalog.limits = CatalogLimits(template_clauses=20)
    with pytest.raises(QueryTooBroad, match="There are more than 20 clauses"):
        find_templates(catalog)


def test_what_was_found_is_kept_until_other_words_come(
    catalog: Catalog, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    classified = templates.classified

    def counted(documents: dict[str, list[templates.ComparableClause]]) -> templates.Documents:
        compared.append(len(documents))
        return classified(documents)

    monkeypatch.setattr(templates, "classified", counted)
    first = find_templates(catalog)
    assert find_templates(catalog) == first
    assert find_templates(catalog, list(ids.values())) == find_templates(catalog, [*ids.values()][::-1])
    assert len(compared) == 2, "once for all, once for those named"

    told = Fact("title", "Drugi naslov", None, "person", 1.0, FactStatus.CORRECTED)
    catalog.decisions.record([Decision(ids["odd"], "title", DecisionAction.CORRECT, "Ana", (told,))])
    (template,) = find_templates(catalog)
    assert template.members[0].description.title == "Drugi naslov", "what a document is called is read anew"
    assert len(compared) == 2

    added = add_contract(catalog, "second", filled(11, 200000, 24, 3, 0, 2))
    (template,) = find_templates(catalog)
    assert added in {template.model.id, *(member.description.id for member in template.members)}
    catalog.facts.replace_extracted(added, 1, catalog.facts.extracted(added), ())
    (template,) = find_templates(catalog)
    assert added not in {template.model.id, *(member.description.id for member in template.members)}
    assert len(compared) == 4


def test_each_sees_the_templates_of_what_they_see(catalog: Catalog, ids: dict[str, str]) -> None:
    with_all = find_templates(catalog)
    hidden = catalog.hiding(frozenset({"main"}))
    assert (len(with_all), find_templates(hidden)) == (1, ())
    hidden.close()


def test_what_is_kept_is_bounded(catalog: Catalog, ids: dict[str, str]) -> None:
    every = list(ids.values())
    for mask in range(1, 16):
        find_templates(catalog, [id_ for at, id_ in enumerate(every) if mask >> at & 1])
    assert len(templates._KEPT[catalog]._found) == templates._RESULTS_KEPT
