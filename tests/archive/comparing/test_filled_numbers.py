"""Numbers that differ between contracts of one template: at which place, and who has which."""

from __future__ import annotations

from archive.comparing.filled_numbers import NumberPlace
from archive.comparing.templates import TemplateAnswer, find_templates
from archive.serialization import serialize
from archive.store.catalog import Catalog
from archive.text.folding import latin as to_latin
from archive.text.folding import to_cyrillic
from tests.archive.comparing.test_templates import OWN, filled
from tests.contract_samples import Article, add_contract


def places(catalog: Catalog) -> tuple[NumberPlace, ...]:
    (template,) = find_templates(catalog)
    return template.numbers


def test_each_place_says_who_has_which_number_and_what_most_have(catalog: Catalog) -> None:
    cyrillic = [Article(to_cyrillic(article.text)) for article in filled(10, 100000, 36, 2, 0, 6)]
    ids = [
        add_contract(catalog, "first", filled(10, 100000, 36, 2, 0, 6)),
        add_contract(catalog, "cyrillic", cyrillic, first_number=7),
        add_contract(catalog, "harsh", filled(10, 100000, 36, 20, 0, 6)),
    ]
    (place,) = places(catalog)
    assert (place.usual, to_latin(place.before)) == ("2", "kaznu u visini od")
    assert {value.document: value.text for value in place.values} == {ids[0]: "2", ids[1]: "2", ids[2]: "20"}
    (template,) = find_templates(catalog)
    (told,) = serialize(TemplateAnswer, template)["numbers"]
    here = next(value for value in told["values"] if value["document"] == ids[2])
    first, last = here["words"]
    (page,) = catalog.readings.all_words(ids[2], 1)
    assert page.texts[first : last + 1] == ("20",)


def test_the_same_number_written_otherwise_is_the_same(catalog: Catalog) -> None:
    add_contract(catalog, "first", filled(10, 1, 36, 2, 0, 6))
    spaced = [
        Article(one.text.replace("cenu od 1 dinara", "cenu od 1.200.000,00 dinara"))
        for one in filled(10, 1, 36, 2, 0, 6)
    ]
    plain = [
        Article(one.text.replace("cenu od 1 dinara", "cenu od 1 200 000 dinara")) for one in filled(10, 1, 36, 2, 0, 6)
    ]
    add_contract(catalog, "spaced", spaced)
    add_contract(catalog, "plain", plain)
    (place,) = places(catalog)
    assert {value.text for value in place.values} == {"1", "1.200.000,00", "1 200 000"}
    assert place.usual in ("1.200.000,00", "1 200 000")


def test_a_place_that_a_clause_has_not_is_said_and_a_clause_of_its_own_has_none(catalog: Catalog) -> None:
    add_contract(catalog, "first", filled(10, 100000, 36, 2, 0, 6))
    add_contract(catalog, "second", filled(10, 100000, 36, 2, 0, 6))
    gone = [
        Article(one.text.replace("u roku od 45 dana od dana", "odmah od dana"))
        for one in filled(10, 100000, 36, 2, 0, 6)
    ]
    id_ = add_contract(catalog, "third", [*gone[:3], Article(OWN), *gone[4:]])
    (place,) = places(catalog)
    assert [value.text for value in place.values if value.document == id_] == [None]
    assert (place.usual, place.clause.eid) == ("45", "art_2")
