"""What a person types after the name of a field, and what it means."""

from __future__ import annotations

import pytest

from archive.model import KINDS
from archive.search.facets import label
from archive.search.query import And, Carries, Fuzzy, Not, NumericField, Or, Pattern, Query, Range
from archive.search.query_language.parsed_query import QueryNoteKind
from archive.search.query_language.parser import parse
from archive.search.request import UNKNOWN
from archive.text.analyzer import attribute_query_terms
from archive.text.vocabulary import IndexField, Term


def year(low: int | None, high: int | None) -> Query:
    return Range(NumericField.YEAR, low, high)


def date(low: int | None, high: int | None) -> Query:
    return Range(NumericField.DATE, low, high)


def amount(low: int | None, high: int | None) -> Query:
    return Range(NumericField.AMOUNT, low, high)


def any_script(code: str) -> Query:
    return Or(tuple(Carries("language", value) for value in (code, f"{code}-Cyrl", f"{code}-Latn")))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("year:2019", year(2019, 2019)),
        ("year:2019..2021", year(2019, 2021)),
        ("year:2019…2021", year(2019, 2021)),
        ("year:2019-2021", year(2019, 2021)),
        ("year:2021..2019", year(2019, 2021)),
        ("year:..2015", year(None, 2015)),
        ("year:2015..", year(2015, None)),
        ("year:>=2015", year(2015, None)),
        ("year:>2015", year(2016, None)),
        ("year:<=2015", year(None, 2015)),
        ("year:<2015", year(None, 2014)),
        ("year:=2015", year(2015, 2015)),
        ("godina:2019.", year(2019, 2019)),
        ("година:2019", year(2019, 2019)),
        ("date:2020", date(2020_01_01, 2020_12_31)),
        ("date:2020-02", date(2020_02_01, 2020_02_29)),
        ("date:2020-02-07", date(2020_02_07, 2020_02_07)),
        ("date:2020-01..2020-06-15", date(2020_01_01, 2020_06_15)),
        ("date:2021..2019", date(2019_01_01, 2021_12_31)),
        ("date:>2020-02", date(2020_03_01, None)),
        ("date:<2020", date(None, 2019_12_31)),
        ("date:>9999", date(9999_12_32, None)),
        ("datum:15.03.2020.", date(2020_03_15, 2020_03_15)),
        ('datum:"15. 3. 2020."', date(2020_03_15, 2020_03_15)),
        ("datum:3.2020..5.2020", date(2020_03_01, 2020_05_31)),
        ("amount:>=1000000", amount(1000000, None)),
        ("amount:1.000.000..2.000.000,00", amount(1000000, 2000000)),
        ("amount:1,200,000.75", amount(1200000, 1200000)),
        ("iznos:<1000", amount(None, 999)),
        ("iznos<1000", amount(None, 999)),
        ("iznos>=1.000.000", amount(1000000, None)),
        ('износ:"1 000 000 .. 2 000 000"', amount(1000000, 2000000)),
    ],
)
def test_ranges(text: str, meaning: Query) -> None:
    parsed = parse(text, exact=False)
    assert (parsed.query, parsed.notes) == (meaning, ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_named_by_its_word_and_by_its_label(kind: str) -> None:
    for text in (
        f"kind:{kind}",
        f"kind:{kind.upper()}",
        f'kind:"{label("kind", kind)}"',
        f'KIND:"{label("kind", kind)}"',
    ):
        parsed = parse(text, exact=False)
        assert (parsed.query, parsed.notes) == (Carries("kind", kind), ()), text


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("vrsta:ugovor", Carries("kind", "contract")),
        ("врста:уговор", Carries("kind", "contract")),
        ("vrsta:zalba", Carries("kind", "foi_appeal")),
        ("kind:contract*", Or((Carries("kind", "contract"), Carries("kind", "contract_annex")))),
        ("kind:(contract OR minutes)", Or((Carries("kind", "contract"), Carries("kind", "minutes")))),
        ("-kind:form", Not(Carries("kind", "form"))),
        ("kind:unknown", Carries("kind", UNKNOWN)),
        ("language:sr-cyrl", Carries("language", "sr-Cyrl")),
        ('language:"Serbian (Cyrillic)"', Carries("language", "sr-Cyrl")),
        ("language:serbian", any_script("sr")),
        ("jezik:engleski", any_script("en")),
        ("језик:мађарски", any_script("hu")),
        ("language:xk", any_script("xk")),
        ("quality:Unreliable", Carries("quality", "unreliable")),
        ("municipality:Čačak", Carries("municipality", "Čačak")),
        ("općina:Vareš", Carries("municipality", "Vareš")),
        ('општина:"Нови Сад"', Carries("municipality", "Novi Sad")),
        ("opstina:nepoznato", Carries("municipality", UNKNOWN)),
        ("year:unknown", Carries("year", UNKNOWN)),
        ("vendor:unknown", Carries("vendor", UNKNOWN)),
        ("collection:main", Carries("collection", "main")),
    ],
)
def test_values_of_facets(text: str, meaning: Query) -> None:
    parsed = parse(text, exact=False)
    assert (parsed.query, parsed.notes) == (meaning, ())


TITLE = (IndexField.TITLE, IndexField.TITLE_STEM)


@pytest.mark.parametrize(
    ("text", "exact", "meaning"),
    [
        ("title:nadzora", False, Or(attribute_query_terms("nadzora", TITLE))),
        ("title:nadzora", True, Term(IndexField.TITLE, "nadzora")),
        ('naslov:"Надзор"', False, Term(IndexField.TITLE, "nadzor")),
        ("title:nadz*", False, Pattern(IndexField.TITLE, "nadz*")),
        ("title:nadzor~", False, Fuzzy(IndexField.TITLE, "nadzor", 1)),
        (
            "title:(nadzora OR kam*)",
            True,
            Or((Term(IndexField.TITLE, "nadzora"), Pattern(IndexField.TITLE, "kam*"))),
        ),
        ("dobavljač:*ugosl*", False, Pattern(IndexField.VENDOR, "*ugosl*")),
        ('vendor:"d.o.o."', False, Term(IndexField.VENDOR, "d.o.o")),
        ("reference:404-2д", False, Term(IndexField.REFERENCE, "404-2d")),
        ("broj:404-*", False, Pattern(IndexField.REFERENCE, "404-*")),
        ('broj:"404-2 /2021"', False, And((Term(IndexField.REFERENCE, "404-2"), Term(IndexField.REFERENCE, "2021")))),
        ("pib:100123456", False, Term(IndexField.IDENTIFIER, "100123456")),
        ("ПИБ:RS-100123456", False, Term(IndexField.IDENTIFIER, "100123456")),
        ("mb:0712*", False, Pattern(IndexField.IDENTIFIER, "0712*")),
    ],
)
def test_words_and_numbers_of_fields(text: str, exact: bool, meaning: Query) -> None:
    parsed = parse(text, exact)
    assert (parsed.query, parsed.notes, parsed.words) == (meaning, (), ())


def test_a_field_in_a_group_holds_for_the_group_only_and_can_be_overruled() -> None:
    assert parse("title:(plan vendor:Alfa) kamere", exact=True).query == And(
        (
            And((Term(IndexField.TITLE, "plan"), Term(IndexField.VENDOR, "alfa"))),
            Term(IndexField.FORM, "kamere"),
        )
    )


@pytest.mark.parametrize(
    ("text", "searched", "said"),
    [
        ("year:lane", "lane", "does not name a year"),
        ("year:20190", "20190", "does not name a year"),
        ("date:2020-13", "2020-13", "does not name a date"),
        ("date:2020-02-30", "2020-02-30", "does not name a date"),
        ("date:..", "..", "does not name a date"),
        ("amount:mnogo", "mnogo", "does not name an amount"),
        ("kind:foo", "foo", "tender_notice, tender_documents"),
        ("language:klingonski", "klingonski", "does not name a language"),
        ("quality:odlican", "odlican", "good, fair or unreliable"),
        ("pib:alfa", "alfa", "number of a firm"),
        ("titel:plan", "titel:plan", "is it title: ?"),
        ("naslov: ", "naslov", "without a space"),
    ],
)
def test_what_is_no_value_of_a_field_is_searched_for_on_the_pages_and_said(text: str, searched: str, said: str) -> None:
    parsed = parse(text, exact=True)
    assert parsed.query == Term(IndexField.FORM, searched)
    assert [remark.kind for remark in parsed.remarks] == [QueryNoteKind.AS_TEXT]
    assert said in parsed.notes[0]


def test_several_words_in_quotation_marks_after_a_field_may_stand_in_any_order_and_it_is_said() -> None:
    parsed = parse('vendor:"Alfa Beta"', exact=False)
    assert parsed.query == And((Term(IndexField.VENDOR, "alfa"), Term(IndexField.VENDOR, "beta")))
    assert [remark.kind for remark in parsed.remarks] == [QueryNoteKind.READ_AS]
