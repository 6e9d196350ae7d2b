"""What a person types, and what it means: words, phrases and operators."""

from __future__ import annotations

import pytest

from archive.errors import QueryTooBroad
from archive.search.query import And, Fuzzy, Near, Not, Or, Pattern, Phrase, Query
from archive.search.query_language.grammar import MAX_PAIRS
from archive.search.query_language.interpreter import MAX_WORDS
from archive.search.query_language.parsed_query import QueryNoteKind, WordKind
from archive.search.query_language.parser import parse
from archive.text.analyzer import query_terms
from archive.text.forms import look_alike_key
from archive.text.vocabulary import IndexField, Term


def form(text: str) -> Query:
    """An exact word, as a query in exact mode means it."""
    return Term(IndexField.FORM, text)


A, B, C = form("a"), form("b"), form("c")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("kamere", form("kamere")),
        ("kamere Надзор", And((form("kamere"), form("nadzor")))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a AND(b OR c)", And((A, Or((B, C))))),
        ("(a)(b)", And((A, B))),
        ("a a b", And((A, B))),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("-a", Not(A)),
        ("a -(b OR c)", And((A, Not(Or((B, C)))))),
        ("(-a b)", And((Not(A), B))),
        ('a -"b c"', And((A, Not(Phrase(("b", "c")))))),
        ('("a b" OR c)', Or((Phrase(("a", "b")), C))),
        ('"a"', A),
        ('("a b"; c), b', And((And((Phrase(("a", "b")), C)), B))),
        ("and or not", And((form("and"), form("or"), form("not")))),
        ("5(2)", form("5(2")),
        ("tačka 1) OR b", Or((And((form("tacka"), form("1"))), B))),
        ("12/2019-У", form("12/2019-u")),
        ("A-1312/B", form("a-1312/b")),
        ("404-2д", form("404-2d")),
        ("https://example.org 12:30", And((form("https://example.org"), form("12:30")))),
        ("2000 2019", And((form("2000"), form("2019")))),
        ("100123456", form("100123456")),
        ("3,50", form("3,50")),
        ("d’Or O'Brien", And((form("d’or"), form("o'brien")))),
        ("", None),
        ("  ", None),
    ],
)
def test_well_formed_queries(text: str, meaning: Query | None) -> None:
    parsed = parse(text, exact=True)
    assert (parsed.query, parsed.notes) == (meaning, ())


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a NEAR/5 b", Near(A, B, 5)),
        ("a NEAR/5 b c", And((Near(A, B, 5), C))),
        ("a NEAR/5 b OR c", Or((Near(A, B, 5), C))),
        ("-a NEAR/5 b", Not(Near(A, B, 5))),
        ("a NEAR/5 -b", None),
        ("(-a) NEAR/5 b", None),
        ("-(a NEAR/5 b)", Not(Near(A, B, 5))),
        ("a NEAR/5 b NEAR/2 c", Near(Near(A, B, 5), C, 2)),
        ('"a b" NEAR/10 (c OR a)', Near(Phrase(("a", "b")), Or((C, A)), 10)),
        ("a NEAR/3 (b c)", And((Near(A, B, 3), Near(A, C, 3)))),
        ("(b c) NEAR/3 a", And((Near(B, A, 3), Near(C, A, 3)))),
        ("a NEAR/3 (b OR (b c))", Or((Near(A, B, 3), And((Near(A, B, 3), Near(A, C, 3)))))),
        ("a NEAR/4 kam*", Near(A, Pattern(IndexField.FORM, "kam*"), 4)),
    ],
)
def test_near_binds_more_tightly_than_and_and_reaches_every_word_of_a_group(text: str, meaning: Query | None) -> None:
    parsed = parse(text, exact=True)
    if meaning is None:
        assert [remark.kind for remark in parsed.remarks] == [QueryNoteKind.PLAIN_WORDS]
        assert parsed.query == And((A, B))
    else:
        assert (parsed.query, parsed.notes) == (meaning, ())


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("nabav*", Pattern(IndexField.FORM, "nabav*")),
        ("НАБАВ*", Pattern(IndexField.FORM, "nabav*")),
        ("(*Ugošl*),", Pattern(IndexField.FORM, "*ugosl*")),
        ("ka?era", Pattern(IndexField.FORM, "ka?era")),
        ("kamer?", Pattern(IndexField.FORM, "kamer?")),
        ("404-*", Pattern(IndexField.FORM, "404-*")),
        ("na**bav*?*", Pattern(IndexField.FORM, "na*bav*")),
        ("nis~", Fuzzy(IndexField.FORM, "nis", 1)),
        ("Камера~", Fuzzy(IndexField.FORM, "kamera", 1)),
        ("teracotem~", Fuzzy(IndexField.FORM, "teracotem", 2)),
        ("teracotem~1", Fuzzy(IndexField.FORM, "teracotem", 1)),
        ("kamera~2,", Fuzzy(IndexField.FORM, "kamera", 2)),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_wildcards_and_fuzzy_words(text: str, leaf: Query, exact: bool) -> None:
    parsed = parse(text, exact)
    assert (parsed.query, parsed.notes) == (leaf, ())


def test_a_question_mark_is_a_wildcard_except_at_the_end_of_a_question() -> None:
    asked = parse("gde su kamere?", exact=True)
    assert asked.query == And((form("gde"), form("su"), form("kamere")))
    assert asked.notes == ()
    assert parse("ka?era kamer?", exact=True).query == And(
        (Pattern(IndexField.FORM, "ka?era"), Pattern(IndexField.FORM, "kamer?"))
    )


@pytest.mark.parametrize(
    "text",
    [
        '"javna nabavka"',
        "„јавна набавка“",
        "„javna nabavka”",
        "“javna nabavka”",
        "«Јавна, набавка»",
        "»javna nabavka«",
        "‟javna nabavka″",
        "″javna nabavka″",
        "‘javna nabavka’",
        "‚javna nabavka‘",
        "’javna nabavka’",
        "'javna nabavka'",
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_every_quotation_mark_makes_the_same_phrase_of_exact_forms(text: str, exact: bool) -> None:
    assert parse(text, exact).query == Phrase(("javna", "nabavka"))


def test_a_plain_word_asks_for_its_stems_or_its_form_and_prefers_the_form() -> None:
    query = parse("kamerama", exact=False).query
    assert isinstance(query, Or)
    assert query.parts == query_terms("kamerama", marked=False, exact=False)
    # A form has its stem, too, so whatever it counts comes on top of that.
    weights = {part.field: part.weight for part in query.parts if isinstance(part, Term)}
    assert weights.keys() == {IndexField.STEM, IndexField.FORM}
    assert weights[IndexField.FORM] > 0


def test_a_word_with_a_hyphen_is_asked_for_in_one_word_and_in_two_except_when_exact() -> None:
    query = parse("video-nadzorom,", exact=False).query
    assert isinstance(query, Or)
    one_word, apart, *_ = query.parts
    assert isinstance(one_word, Or)
    assert {form("video-nadzorom"), form("videonadzorom")} <= {
        Term(part.field, part.text) for part in one_word.parts if isinstance(part, Term)
    }
    first, last = (Or(query_terms(word, marked=False, exact=False)) for word in ("video", "nadzorom"))
    assert apart == Near(first, last, 1)
    assert parse("video-nadzor", exact=True).query == form("video-nadzor")
    for text in ("PDV-om", "404-2d", "a-b-cdef"):
        assert parse(text, exact=False).query == Or(query_terms(text, marked=False, exact=False))


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("kuca trava", False),
        ("kuca kuća", True),
        ("трава kuca", True),
        ("opština:Novi kuca", False),
        ("kuca AND naslov:kuća", True),
    ],
)
def test_one_marked_word_makes_all_words_of_a_query_marked(text: str, marked: bool) -> None:
    (word,) = (word for word in parse(text, exact=False).words if word.text == "kuca")
    assert word.leaves == query_terms("kuca", marked, exact=False)
    assert query_terms("kuca", marked=True, exact=False) != query_terms("kuca", marked=False, exact=False)


@pytest.mark.parametrize(
    ("text", "meaning", "said"),
    [
        ("(a", A, "parenthesis was not closed"),
        ("a OR", A, "“OR” has nothing after it"),
        ("OR a", A, "“OR” has nothing before it"),
        ("a NEAR/5", A, "“NEAR/5” has nothing after it"),
        ("a NOT", A, "“NOT” has nothing after it"),
        ("a OR b OR", Or((A, B)), "“OR” has nothing after it"),
        ("OR", form("or"), "operator alone"),
        ("a AND OR b", And((A, B)), "“OR” has nothing before it"),
        ("a () b", And((A, B)), "nothing in it"),
        ("a -() b", And((A, B)), "nothing in it"),
        ("title:() a", A, "nothing in it"),
        ('a ""', A, "nothing between them"),
        ('"a', A, "no partner"),
        ("*", form("*"), "too short for a wildcard"),
        ("a - b", And((A, B)), "only punctuation"),
        ("ab*", form("ab"), "too short for a wildcard"),
        ("ab~", form("ab"), "too short for a fuzzy search"),
        ("nis~2", Fuzzy(IndexField.FORM, "nis", 1), "1 wrong letter."),
        ("kamera~0", Fuzzy(IndexField.FORM, "kamera", 1), "1 wrong letter."),
        ("kamera~7", Fuzzy(IndexField.FORM, "kamera", 2), "2 wrong letters."),
        ('"javna nabav*"', Phrase(("javna", "nabav")), "not a wildcard"),
        ('"a b"~5', Phrase(("a", "b")), "NEAR/5"),
        ("a NEAR/0 b", Near(A, B, 1), "NEAR/1 was searched for"),
        ("a NEAR/12345 b", Near(A, B, 999), "NEAR/999 was searched for"),
        ("a NEAR b", And((A, form("near"), B)), "the operator is NEAR/10"),
        ("a ILI b", And((A, form("ili"), B)), "the operator is OR"),
        ("a NEAR/5 year:2019", None, "NEAR joins words and phrases"),
    ],
)
def test_what_cannot_be_understood_costs_no_more_than_itself_and_is_said(
    text: str, meaning: Query | None, said: str
) -> None:
    parsed = parse(text, exact=True)
    assert len(parsed.notes) == 1
    assert said in parsed.notes[0]
    if "year" not in text:
        assert parsed.query == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1.200.000,00", Or((form("1.200.000,00"), form("1200000")))),
        ('"1,200,000"', Or((form("1,200,000"), form("1200000")))),
        ("15.3.2021.", Or((form("15.3.2021"), form("2021-03-15")))),
        ("15 000", Or((And((form("15"), form("000"))), form("15.000"), form("15000")))),
        ("-15 000", Not(Or((And((form("15"), form("000"))), form("15.000"), form("15000"))))),
        ("2019 200", And((form("2019"), form("200")))),
        ("15 AND 000", And((form("15"), form("000")))),
        ("1. 200 000", And((form("1"), Or((And((form("200"), form("000"))), form("200.000"), form("200000")))))),
        ('"iznos 1.200.000,00"', Phrase(("iznos", "1200000"))),
        ('"dana 15.3.2021. godine"', Phrase(("dana", "2021-03-15", "godine"))),
        ('"iznos 1 200 000"', Or((Phrase(("iznos", "1", "200", "000")), Phrase(("iznos", "1200000"))))),
        ('"1 200 000"', Or((Phrase(("1", "200", "000")), form("1200000")))),
        ('"15. 3. 2021."', Or((Phrase(("15", "3", "2021")), form("2021-03-15")))),
    ],
)
def test_a_number_is_asked_for_in_each_way_it_may_be_printed(text: str, meaning: Query) -> None:
    parsed = parse(text, exact=True)
    assert (parsed.query, parsed.notes) == (meaning, ())


@pytest.mark.parametrize(
    ("text", "pieces", "forms", "said"),
    [
        ("1 200 000", ("1", "200", "000"), ("1.200.000", "1200000"), "one number"),
        ("1 200 000,50", ("1", "200", "000,50"), ("1.200.000,50", "1200000,50"), "one number"),
        ("15. 3. 2021.", ("15", "3", "2021"), ("15.3.2021", "2021-03-15"), "one date"),
        ("15.03. 2021", ("15.03", "2021"), ("15.03.2021", "2021-03-15"), "one date"),
    ],
)
def test_a_number_or_date_typed_in_pieces_is_one(
    text: str, pieces: tuple[str, ...], forms: tuple[str, ...], said: str
) -> None:
    parsed = parse(f"kamere {text} dinara", exact=True)
    number = Or((Phrase(pieces), *map(form, forms)))
    assert parsed.query == And((form("kamere"), number, form("dinara")))
    assert parsed.words[1].kind is WordKind.NUMBER
    assert len(parsed.notes) == 1
    assert said in parsed.notes[0]


@pytest.mark.parametrize("nesting", ["(", "NOT ", "(-"])
def test_nesting_without_end_is_searched_for_as_words(nesting: str) -> None:
    parsed = parse(nesting * 600 + "kamera", exact=True)
    assert parsed.query == form("kamera")
    assert QueryNoteKind.PLAIN_WORDS in {remark.kind for remark in parsed.remarks}


def test_punctuation_alone_is_searched_for() -> None:
    assert parse("§", exact=True).query == form("§")


def test_more_words_than_a_search_may_have_are_refused_and_repeated_words_count_once() -> None:
    words = [f"reč{number}" for number in range(MAX_WORDS + 1)]
    assert len(parse(" ".join(words[:-1] * 3), exact=True).words) == MAX_WORDS
    with pytest.raises(QueryTooBroad, match=f"more than {MAX_WORDS}") as refused:
        parse(" ".join(words), exact=True)
    assert refused.value.remedy is not None
    assert len(parse(f'"{" ".join(words)}"', exact=True).words) == 1


def test_near_between_large_groups_is_refused() -> None:
    side = 9
    left, right = (" ".join(f"{letter}{number}" for number in range(side)) for letter in "xy")
    assert side * side > MAX_PAIRS
    with pytest.raises(QueryTooBroad, match="pairs"):
        parse(f"({left}) NEAR/5 ({right})", exact=True)


def test_typed_words_say_how_they_were_asked_for() -> None:
    parsed = parse('(kamere, OR "video nadzor") -nabav* drona~ "Čačak" naslov:plan 15 000', exact=False)
    assert [(word.text, word.kind, word.excluded) for word in parsed.words] == [
        ("kamere", WordKind.PLAIN, False),
        ("video nadzor", WordKind.PHRASE, False),
        ("nabav*", WordKind.WILDCARD, True),
        ("drona~", WordKind.FUZZY, False),
        ("Čačak", WordKind.EXACT, False),
        ("15 000", WordKind.NUMBER, False),
    ]
    assert parse("-(a -b)", exact=True).words[1].excluded is False


def test_look_alikes_are_searched_for_only_when_asked_weigh_little_and_are_said() -> None:
    without = parse("Terracottem kamere", exact=False)
    assert all(word.look_alike is None for word in without.words)
    assert without.notes == ()
    parsed = parse('Terracottem "kamere"', exact=False, look_alikes=True)
    alike = parsed.words[0].look_alike
    assert alike is not None
    assert (alike.field, alike.text) == (IndexField.LOOK_ALIKE, look_alike_key("Terracottem"))
    assert alike.weight < 1
    assert parsed.words[1].look_alike is None
    assert [remark.kind for remark in parsed.remarks] == [QueryNoteKind.LOOK_ALIKES]
    exact = parse("Terracottem", exact=True, look_alikes=True)
    assert exact.query == form("terracottem")
    assert [remark.kind for remark in exact.remarks] == [QueryNoteKind.LOOK_ALIKES]


@pytest.mark.parametrize("text", ["()", '""', "„ “", '"', "title:()"])
def test_a_query_of_which_nothing_is_left_finds_every_document_and_says_so(text: str) -> None:
    parsed = parse(text, exact=False)
    assert parsed.query is None
    assert parsed.notes[-1] == "Nothing was left to search for, so every document is found."
