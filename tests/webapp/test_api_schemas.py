"""The description of the API is true: every endpoint is called, and its answer has the schema that is told of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from archive.citing.formats import FORMATS
from archive.citing.styles import CitationStyle
from archive.model.queue import FileState, JobFile
from archive.search.request import SearchRequest
from archive.search.saved_searches import AlertRunner
from archive.store.stories.story import StoryReader
from archive.stories.references import named
from tests.vendor_samples import come_in, naming
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app
from webapp.api import PREFIX, TABLE
from webapp.api.endpoint import Endpoint

Ids = dict[str, str]


def validate(value: Any, schema: Mapping[str, Any]) -> None:
    """Compare a value with its schema, and with the formats that this names."""
    import jsonschema  # It compiles grammars for seconds.

    newest = jsonschema.Draft202012Validator
    jsonschema.validate(value, schema, newest, format_checker=newest.FORMAT_CHECKER)


@pytest.fixture(scope="session")
def home(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    """The specimens, with a saved search that has found something, notes, and an e-mail's worth of doubt."""
    folder = tmp_path_factory.mktemp("described")
    copy = folder / "home"
    shutil.copytree(specimen_home, copy)
    with Archive.open(copy) as archive:
        by_name = {document.filename: document.id for document in archive.catalog.documents.newest_first()}
        contract, annex = by_name["becej-2020-ugovor.pdf"], by_name["becej-2021-aneks.pdf"]
        alerts = AlertRunner(archive.catalog, archive.search)
        saved = alerts.save(archive.engine.generation, "Kamere", SearchRequest("kamere", {"language": ("sr-Latn",)}))
        with archive.writing():
            Filler(archive, folder).text("vest.txt", ["Nove kamere u opštini"], "sr-Latn")
            archive.indexing.index_due()
        alerts.check_due(archive.engine.generation)
        document = archive.catalog.documents.find(contract)
        note = archive.catalog.annotations.add(
            target_of(archive.catalog, document, AnnotationTarget(page=1, box="0.1,0.1,0.5,0.2")), "?", "Ana"
        )
        gone = archive.catalog.annotations.add(
            target_of(archive.catalog, document, AnnotationTarget(page=1, box="0.1,0.1,0.5,0.2")), "?", "Ana"
        )
        archive.catalog.annotations.remove(gone.id, "Ana")
        firms = naming(1, "Zidar d.o.o. Pirot"), naming(2, "Zidar a.d. Niš"), naming(3, "Kopač d.o.o. Bor")
        come_in(archive, *firms)
        archive.catalog.vendors.merge("Kopač d.o.o. Bor", "Zidar a.d. Niš", "Ana")
        archive.catalog.vendors.undo(archive.catalog.vendors.rulings()[-1].event, "Ana")
        files = [JobFile("1/ugovor.pdf", 9), JobFile("2/kvar.pdf", 0, FileState.FAILED, reason="It is empty.")]
        archive.catalog.jobs.add("0" * 32, "main", "Ana", files)
        vendor = archive.catalog.vendors.search("Vidozor", 1, 0)[1][0]
        clause = archive.catalog.clauses.of(contract)[0].eid
        stories, ana = archive.catalog.stories, StoryReader("Ana", sees_all=True)
        story = stories.add(stories.create("Kamere", ana).id, [named(archive, f"{contract}#{clause}")], ana)
    ids = {"contract": contract, "annex": annex, "scan": by_name["becej-2021-aneks-drugi-sken.jpg"], "saved": saved.id,
           "note": note.id, "job": "0" * 32, "gone": gone.id, "vendor": vendor.id, "clause": clause,
           "story": story.id}  # fmt: skip
    return copy, ids


@pytest.fixture(scope="session")
def ids(home: tuple[Path, Ids]) -> Ids:
    return home[1]


@pytest.fixture(scope="session")
def reader(home: tuple[Path, Ids]) -> Iterator[FlaskClient]:
    with Archive.open(home[0], create=False) as archive:
        yield create_app(archive, NoPicture()).test_client()


@pytest.fixture(scope="session")
def description(reader: FlaskClient) -> dict[str, Any]:
    told: dict[str, Any] = reader.get("/api/openapi.json").get_json()
    return told


EXAMPLES: dict[str, tuple[str, ...]] = {
    "search": ("?q=ugovor", "?q=kazna&unit=clauses&topic=penalty", "?q=ugovr", "?not_kind=contract&amount_min=1000"),
    "facets": ("?q=ugovor", "?unit=clauses"),
    "complete": ("?q=ugo", "?q=vido"),
    "certificate": ("?q=ugovor&municipality=Bečej", "?q=nijednaova"),
    "document": ("/{contract}", "/{scan}?page=1&reading=1"),
    "page": ("/{contract}/pages/1?q=ugovor", "/{scan}/pages/1"),
    "facts": ("/{contract}/facts", "/{scan}/facts"),
    "chain": ("/{contract}/chain",),
    "near_duplicates": ("/{annex}/near-duplicates",),
    "document_annotations": ("/{contract}/annotations",),
    "annotation": ("/{note}",),
    "clauses": ("/{contract}/clauses",),
    "compare": ("?a={contract}/{clause}&b={annex}/art_1",),
    "compare_topic": ("?vendor={vendor}&topic=price",),
    "topics": ("/payment", "/penalty?municipality=Bečej&year=2020"),
    "templates": ("", "?vendor={vendor}"),
    "cite": (
        "/{contract}/cite?page=1",
        "/{contract}/cite?clause={clause}",
        *(f"/{{contract}}/cite?words=0-5&format={form}&style={style}" for form in FORMATS for style in CitationStyle),
    ),
    "verify": ("?text=UGOVOR O JAVNOJ NABAVCI", "?text=ovoga nigde nema"),
    "vendors": ("?q=vido&limit=2",),
    "vendor": ("/{vendor}", "/{vendor}?vat=with"),
    "place": ("/Kladovo", "/Be%C4%8Dej"),
    "vendor_candidates": ("",),
    "vendor_rulings": ("",),
    "findings": ("",),
    "finding": ("/competition", "/spending?as_of=5"),
    "stories": ("",),
    "story": ("/{story}",),
    "story_changes": ("/{story}/changes",),
    "collections": ("",),
    "jobs": ("?limit=3",),
    "job": ("/{job}",),
    "review": ("", "?field=amount&limit=3"),
    "saved": ("",),
    "saved_search": ("/{saved}", "/Kamere?unread=1"),
}
"""What is asked of each endpoint, after the first part of its path."""

POSTED: dict[str, dict[str, Any]] = {
    "rule_on_procedure": {"data": {"other": "{annex}", "said": "belongs", "by": "Ana"}},
    "add_story": {"data": {"title": "Druga", "by": "Ana"}},
    "change_story": {"data": {"action": "add", "reference": "{annex}", "by": "Ana"}},
    "verify_posted": {"data": {"text": "UGOVOR O JAVNOJ NABAVCI"}},
    "lists": {"json": {"lines": ["ugovor", "((", "kamere nadzor", "***"]}},
}


def first_part(endpoint: Endpoint) -> str:
    return endpoint.path if "<" not in endpoint.path else "/" + endpoint.path.split("/")[1]


def test_every_endpoint_is_tried_here() -> None:
    assert {endpoint.name for endpoint in TABLE} == EXAMPLES.keys() | POSTED.keys()


@pytest.mark.parametrize("endpoint", [one for one in TABLE if one.body is None], ids=lambda one: one.name)
def test_an_answer_has_the_schema_that_is_told_of_it(endpoint: Endpoint, reader: FlaskClient, ids: Ids) -> None:
    for asked in EXAMPLES[endpoint.name]:
        response = reader.get(PREFIX + first_part(endpoint) + asked.format(**ids))
        assert response.status_code == 200, (asked, response.text)
        assert response.content_type.split(";")[0] == endpoint.media_type.split(";")[0]
        value = json.loads(response.text)
        assert value, f"{asked} shows nothing of its schema"
        validate(value, endpoint.schema)


@pytest.mark.parametrize("endpoint", [one for one in TABLE if one.body is not None], ids=lambda one: one.name)
def test_an_answer_to_what_is_posted_has_its_schema(endpoint: Endpoint, reader: FlaskClient, ids: Ids) -> None:
    sent = POSTED[endpoint.name]
    if "data" in sent:
        sent = {"data": {name: text.format(**ids) for name, text in sent["data"].items()}}
    response = reader.post(
        PREFIX + endpoint.path.replace("<document_id>", ids["contract"]).replace("<story_id>", ids["story"]), **sent
    )
    assert response.status_code == 200
    validate(response.get_json(), endpoint.schema)


def test_the_examples_fill_the_lists_that_they_are_to_prove(reader: FlaskClient, ids: Ids) -> None:
    """A list without a thing in it proves nothing of the schema of that thing."""

    def told(path: str) -> Any:
        return reader.get(PREFIX + path.format(**ids)).get_json(force=True)

    assert told("/search?q=ugovor")["hits"][0]["pages"]
    assert told("/search?q=ugovr")["did_you_mean"]
    assert told("/search?q=kazna&unit=clauses&topic=penalty")["hits"]
    assert told("/complete?q=vido")["completions"]
    page = told("/documents/{scan}/pages/1")
    assert page["words"][0]["box"]
    assert isinstance(page["words"][0]["confidence"], int)
    assert page["image"]
    assert told("/documents/{contract}/pages/1?q=ugovor")["matches"]
    assert told("/documents/{contract}/chain")[0]["documents"]
    assert told("/documents/{annex}/near-duplicates")
    assert told("/documents/{contract}/annotations")["first"]["items"]
    assert told("/compare?a={contract}/{clause}&b={annex}/art_1")["changes"]
    assert told("/compare/topic?vendor={vendor}&topic=price")["clauses"]
    assert told("/saved/{saved}")["documents"][0]["pages"]
    assert told("/vendors/{vendor}")["documents"]
    profile = told("/vendors/{vendor}")["profile"]
    assert all(profile[name] for name in ("sums", "towns", "years", "rivals"))
    place = told("/places/Kladovo")
    assert all(place[name] for name in ("procedures", "requests", "sellers", "sums", "findings"))
    assert any(cell["evidence"] for cell in told("/findings/competition")["rows"][0]["cells"].values())
    assert told("/vendor-candidates")["candidates"]
    assert told("/vendor-rulings")["rulings"][0]["undone_by"]
    assert told("/collections")["collections"]
    assert told("/stories")["stories"]
    assert told("/stories/{story}")["items"][0]["quotation"]
    assert [file["reason"] for file in told("/jobs/{job}")["listed"]] == [None, "It is empty."]
    assert (
        told("/verify?text=UGOVOR O JAVNOJ NABAVCI")["newest"] or told("/verify?text=UGOVOR O JAVNOJ NABAVCI")["places"]
    )


def test_a_removed_note_is_gone_and_still_told(reader: FlaskClient, ids: Ids) -> None:
    response = reader.get(f"{PREFIX}/annotations/{ids['gone']}")
    assert response.status_code == 410
    assert json.loads(response.text)["type"] == "Annotation"


def test_the_description_names_every_endpoint_and_nothing_else(description: dict[str, Any]) -> None:
    told = {(path, method) for path, of_path in description["paths"].items() for method in of_path}
    assert told == {(PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.path), one.method.lower()) for one in TABLE}
    assert description["openapi"] == "3.1.0"
    names = [operation["operationId"] for of_path in description["paths"].values() for operation in of_path.values()]
    assert len(set(names)) == len(TABLE)


def test_every_schema_is_one(description: dict[str, Any]) -> None:
    import jsonschema  # It compiles grammars for seconds.

    for endpoint in TABLE:
        jsonschema.Draft202012Validator.check_schema(dict(endpoint.schema))
        for parameter in endpoint.parameters:
            jsonschema.Draft202012Validator.check_schema(dict(parameter.schema))


def test_every_route_of_the_api_is_in_the_table(reader: FlaskClient) -> None:
    routes = {rule.rule for rule in reader.application.url_map.iter_rules() if rule.rule.startswith(PREFIX)}
    assert routes == {PREFIX + endpoint.path for endpoint in TABLE}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?exact=maybe", 400), ("/search?limit=2&limit=3", 400), ("/search?amount_min=ten", 400),
        ("/compare?a=x", 400), ("/compare?a=x&b=y", 400), ("/compare/topic?vendor=nobody&topic=price", 404),
        ("/documents/{contract}/pages/99", 404), ("/documents/{contract}/pages/0", 404),
        ("/documents/{contract}/pages/1?reading=9", 400), ("/documents/{contract}/cite", 400),
        ("/documents/{contract}/cite?page=1&words=1-2", 400), ("/documents/{contract}/cite?page=1&format=pdf", 400),
        ("/saved/none", 404), ("/review?field=colour", 400), ("/review?limit=501", 400),
        ("/certificate?topic=price", 400),
        ("/facets?topic=price", 400), ("/annotations/ffffffff", 404), ("/complete?q=" + "x" * 2001, 400),
        ("/documents/{contract}/near-duplicates?x=1", 400), ("/vendors/nobody", 404), ("/jobs/none", 404),
        ("/findings/none", 404), ("/findings/spending?as_of=soon", 400),
        ("/templates?vendor=nobody", 404),
    ],
)  # fmt: skip
def test_a_refusal_is_json_that_says_why(
    reader: FlaskClient, ids: Ids, description: dict[str, Any], path: str, status: int
) -> None:
    response = reader.get(PREFIX + path.format(**ids))
    assert response.status_code == status, response.text
    validate(response.get_json(), description["components"]["schemas"]["Error"])


@pytest.mark.parametrize("body", ["", "[]", '{"lines": []}', '{"lines": [1]}', '{"lines": ["a"], "more": 1}', "{",
                                  '{"lines": ["\\ud800"]}', json.dumps({"lines": ["x"] * 501})])  # fmt: skip
def test_a_list_that_is_none_is_refused(reader: FlaskClient, body: str) -> None:
    response = reader.post(f"{PREFIX}/lists", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.get_json()["error"]["message"]


def test_a_list_too_long_is_refused_before_it_is_read(reader: FlaskClient) -> None:
    response = reader.post(f"{PREFIX}/lists", data=b"x" * 600_000, content_type="application/json")
    assert response.status_code == 413


def test_a_busy_archive_says_so(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.errors import ArchiveBusy
    from archive.search.service import SearchService

    def busy(*_: object, **_asked: bool) -> None:
        raise ArchiveBusy("Another process is writing.", "Try again in a minute.")

    monkeypatch.setattr(SearchService, "search", busy)
    response = reader.get(f"{PREFIX}/search?q=x")
    assert response.status_code == 503
    assert response.get_json()["error"]["remedy"] == "Try again in a minute."


def test_the_page_names_every_endpoint(reader: FlaskClient) -> None:
    html = reader.get("/api").text
    for endpoint in TABLE:
        assert f'id="{endpoint.name}"' in html
    assert "{document_id}" in html
    for path in set(re.findall(r'<a href="(/api/v1[^"]+)">Try it', html)):
        assert reader.get(path).status_code == 200, path


def test_dataclasses_give_their_own_schema() -> None:
    from archive.search.facets import FacetValue
    from archive.search.results import Snippet
    from webapp.api.schema import of

    assert of(FacetValue)["required"] == ["value", "label", "count"]
    given: Callable[[Any], Any] = of
    with pytest.raises(TypeError):
        given(Snippet)
