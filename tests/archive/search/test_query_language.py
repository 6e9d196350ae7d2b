"""What the query language finds: typed queries asked of a real index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from archive.search.engine import EngineRequest
from archive.search.query_language.parser import parse
from archive.search.request import MAX_QUERY_LENGTH
from archive.search.whoosh_engine.engine import WhooshEngine
from tests.engine_samples import entry

DOCUMENTS = {
    "notice": {
        "text": "Javna nabavka kamera za video nadzor, cena 1.200.000,00 dinara",
        "title": "Nabavka kamera",
        "kind": "tender_notice",
        "municipality": "Čačak",
        "year": "2019",
        "date": "2019-05-20",
        "language": "sr-Latn",
    },
    "contract": {
        "text": "Уговор број 404-2/2020 о набавци, износ 1 500 000 динара (1.500.000,50), дана 15. 3. 2020. године",
        "title": "Уговор",
        "kind": "contract",
        "municipality": "Novi Sad",
        "vendor": ("Alfa Jugoslavija d.o.o.", "Beta"),
        "year": "2020",
        "date": "2020-03",
        "reference": "404-2/2020",
        "pib": "100123456",
        "language": "sr-Cyrl",
    },
    "annex": {
        "text": "aneks ugovora A-1312/B: kamere jedan dva tri cetiri pet sest nabavka",
        "title": "Aneks",
        "kind": "contract_annex",
        "year": "2021",
        "language": "sr-Latn",
    },
    "minutes": {"text": "jugoslovenski zapisnik o dronovima čl. 5", "title": "Zapisnik", "kind": "minutes"},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    with closing(WhooshEngine(tmp_path_factory.mktemp("queries") / "index")) as opened:
        opened.add(entry(name, **values) for name, values in DOCUMENTS.items())  # type: ignore[arg-type]
        yield opened


def asked(engine: WhooshEngine, text: str, *, exact: bool = False) -> set[str]:
    request = EngineRequest(parse(text, exact).query, {}, "relevance", 100, 0)
    return {hit.id for hit in engine.search(request).hits}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nabavka", {"notice", "contract", "annex"}),
        ("nabavka kamera", {"notice", "annex"}),
        ("набавка -камере", {"contract"}),
        ("zapisnik OR aneks", {"minutes", "annex"}),
        ("(zapisnik OR ugovor) NOT dronovi", {"contract", "annex"}),
        ("„video nadzor“", {"notice"}),
        ('"nadzor video"', set()),
        ("video-nadzorom", {"notice"}),
        ("kamere NEAR/2 nabavka", {"notice"}),
        ("nabavka NEAR/1 kamera", {"notice"}),
        ("kamere NEAR/7 nabavka", {"notice", "annex"}),
        ("kamere NEAR/6 nabavka", {"notice"}),
        ("kamere NEAR/5 (javna nadzor)", {"notice"}),
        ("kamere NEAR/2 (javna nadzor)", set()),
        ('"video nadzor" NEAR/4 (kamere OR dronovi)', {"notice"}),
        ("nabav*", {"notice", "contract", "annex"}),
        ("*ugosl*", {"minutes"}),
        ("ka?era", {"notice"}),
        ("zapinsik~", {"minutes"}),
        ("zapinsik", set()),
        ("title:nabavke", {"notice"}),
        ("naslov:уговор", {"contract"}),
        ("title:(aneks OR zapisnik)", {"annex", "minutes"}),
        ("vendor:alfa", {"contract"}),
        ('vendor:"Jugoslavija Alfa"', {"contract"}),
        ("dobavljač:*ugosl*", {"contract"}),
        ("vendor:gama", set()),
        ("pib:100123456", {"contract"}),
        ("mb:1001*", {"contract"}),
        ("reference:404-2/2020", {"contract"}),
        ("broj:404-2", {"contract"}),
        ("kind:contract", {"contract"}),
        ("vrsta:ugovor*", {"contract"}),
        ("kind:contract*", {"contract", "annex"}),
        ("year:2020..", {"contract", "annex"}),
        ("year:2019..2020 -year:2020", {"notice"}),
        ("date:2020-03-15..", {"contract"}),
        ("date:..2019-12", {"notice"}),
        ("amount:>=1.300.000", {"contract"}),
        ("iznos:1200000", {"notice"}),
        ("language:srpski", {"notice", "contract", "annex"}),
        ("jezik:sr-cyrl", {"contract"}),
        ("municipality:Čačak", {"notice"}),
        ('општина:"Нови Сад"', {"contract"}),
        ("1200000", {"notice"}),
        ("1,200,000.00", {"notice"}),
        ("1 200 000", {"notice"}),
        ("1.500.000", {"contract"}),
        ('"износ 1.500.000"', {"contract"}),
        ('"iznos 1 500 000 dinara"', {"contract"}),
        ("15.03.2020.", {"contract"}),
        ("15. 3. 2020.", {"contract"}),
        ('"dana 15.3.2020. godine"', {"contract"}),
        ("404-2/2020", {"contract"}),
        ("1312", {"annex"}),
        ("А-1312/Б", {"annex"}),
        ('"čl. 5"', {"minutes"}),
    ],
)
def test_a_typed_query_finds(engine: WhooshEngine, text: str, names: set[str]) -> None:
    assert asked(engine, text) == names


def test_unknown_facts_can_be_asked_for(engine: WhooshEngine) -> None:
    assert asked(engine, "municipality:unknown") == {"annex", "minutes"}
    assert asked(engine, "year:unknown") == {"minutes"}


def test_an_exact_search_finds_the_word_as_typed_in_any_spelling(engine: WhooshEngine) -> None:
    assert asked(engine, "nabavka", exact=True) == {"notice", "annex"}
    assert asked(engine, "НАБАВЦИ", exact=True) == {"contract"}
    assert asked(engine, "dronovi", exact=True) == set()


ODD = (
    '"', '""', '"video nadzor', "„video nadzor", "»video nadzor«", '"video" nadzor"', "'video nadzor'", "‘kamere’",
    '"kamere nabavka"~3', "AND", "OR OR", "NOT", "AND OR NOT NEAR/3", "kamere AND", "OR kamere", "NOT NOT kamere",
    "- kamere", "--kamere", "-", "*", "**", "?", "a*", "*a*", "***kamer***", "~", "kamere~9", "u~", "foo:bar", "title:",
    "title:()", "vendor:(", 'vendor:"', "pib:*", "reference:*", "kind:nothing", "year:2022..2018", "year:..",
    "date:2020-13", "date:31.2.2020", "amount:2.000.000..1.000", "amount:>=abc", "kamere NEAR/999 nabavka",
    "kamere NEAR/0 nabavka", f"kamere NEAR/{10**30} nabavka", "NEAR/3 kamere", f"{'(' * 60}kamere{')' * 60}",
    f"{'(' * 500}kamere", f"kamere{')' * 500}", ")(", "(()())", "(kamere OR) AND (nabavka", "\\", '\\"kamere\\"',
    "kamere (-(nabavka OR (cena -jedan)))", "\x00kamere", "kamere\x00nabavka", "\u202ekamere", "e" + "\u0301" * 1000,
    "1" * 300, "1 " * 64, "😀*", "[kamere TO nabavka]", "kamere^3", "+kamere", "kamere && nabavka", "/kamere.*/",
    "<b>kamere</b>", "'; DROP TABLE x; --", "%s %n", "\t\n", "x" * MAX_QUERY_LENGTH,
)  # fmt: skip


@pytest.mark.parametrize("exact", [True, False])
def test_whatever_is_typed_is_answered_and_the_total_is_that_of_the_hits(engine: WhooshEngine, exact: bool) -> None:
    for text in ODD:
        found = engine.search(EngineRequest(parse(text, exact).query, {}, "relevance", 100, 0))
        names = [hit.id for hit in found.hits]
        assert found.total == len(names) == len(set(names)) == sum(found.facets["collection"].values()), text
