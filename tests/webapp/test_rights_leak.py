"""A private collection does not exist for those who may not see it: not in any page, file, count, suggestion or error.

Everything is asked twice: of an archive with a private collection, by somebody without a right to it, and of an archive
that is the same and never had one. What differs is told: the answers must be equal to the last letter.
"""

from __future__ import annotations

import difflib
import io
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from archive.search.request import FACETS
from tests.rights_samples import AMOUNT, JOB, SECRET, Rights, build
from tests.webapp_samples import NoPicture
from webapp import create_app

WORDS = ("zmajokopija", "zmajougovor", "zmaj", "zmajokam", "kamera", "zmajokaera", "kam", "zm", "zmaj*", "Zmajevac")
"""Words of hidden documents, parts and misspellings of them, and a word that all documents have."""

QUESTIONS = (
    *(f"q={word}" for word in WORDS),
    "q=zmajougovr", 'q="pola+procenta"', "q=vendor:zmajokam", "q=vendor:zmajoplus",
    "q=collection:%22zmajska+tajna%22", "q=amount:>77000000",
    "q=&unit=clauses", "q=zmajokazna&unit=clauses", "q=ugovorna+kazna&unit=clauses", "q=zmajokam&look_alikes=1",
    "q=&collection=zmajska+tajna", "q=&not_collection=zmajska+tajna", "q=&vendor=Zmajokam+doo", "q=&vendor=100000049",
    "q=&vendor=Zmajoplus+doo", "q=&municipality=Zmajevac", "q=&year=1977", "q=&watch=zmajonadzor", "q=&sort=newest",
    f"q=&amount_min={AMOUNT}", "text=zmajokazna", "prefix=zmaj", "prefix=kam", "text=Zmajokam", "name=Zmajokam+doo",
    "field=vendor", "at=1", "done=7", "quote=Zmajougovor+o+nabavci", "topic=zmajokazna", "document=77",
    "as_of=2030-01-01", "as_of=2020-01-01", "against=2020-01-01",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Two:
    """The two archives, with an application over each."""

    with_secret: Rights
    without: Rights
    apps: tuple[Flask, Flask]

    def ask(self, who: str, method: str, path: str, **more: Any) -> tuple[TestResponse, TestResponse]:
        """The answers of both. ``{saved}`` and ``{note}`` in a path name what has another id in each."""
        answers = []
        for rights, app in zip((self.with_secret, self.without), self.apps, strict=True):
            of_this = path.replace("{saved}", rights.saved).replace("{note}", rights.note)
            headers = {"Authorization": f"Bearer {rights.tokens[who]}"}
            answer = app.test_client().open(of_this, method=method, headers=headers, **more)
            answer.get_data()
            answer.close()
            answers.append(answer)
        return answers[0], answers[1]

    def differ(self, answers: tuple[TestResponse, TestResponse]) -> str:
        """What the first answer says otherwise than the second, line by line; nothing, if all is well."""
        one, other = self.told(self.with_secret, answers[0]), self.told(self.without, answers[1])
        if one == other:
            return ""
        here, there = (
            [str(status), *map(str, headers), *re.split(r"\n|(?<=[,>])", text)]
            for status, headers, text in (one, other)
        )
        return "\n".join(difflib.unified_diff(there, here, "without", "with", n=1, lineterm=""))

    def told(self, rights: Rights, response: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
        """What an answer says, without what is different at every moment and in every archive."""
        text = _unzipped(response.get_data()).decode("utf-8", "replace")
        text = re.sub(r"(?<=base64,)[A-Za-z0-9+/=]+", lambda found: b64decode(found[0]).decode(), text)
        ids = {rights.letter, rights.contract, *self.with_secret.hidden}
        text = re.sub(r"\b[0-9a-f]{64}\b", lambda found: found[0] if found[0] in ids else "HASH", text)
        # The name of an index ends in chance, so that no two archives on one catalog have one of the same name.
        text = re.sub(r"\b(gen-\d+)-[0-9a-f]{8}\b", r"\1", text)
        text = text.replace(rights.saved, "SAVED").replace(rights.note, "NOTE").replace(rights.note[:12], "NOTE")
        if number := response.headers.get("X-Request-ID"):  # An error tells the number of its request, which is chance.
            text = text.replace(number, "REQUEST")
        headers = [
            (name, _timeless(value.replace(rights.saved, "SAVED").replace(rights.note, "NOTE")))
            for name, value in response.headers
            if name not in _OF_THE_FILE
        ]
        return response.status_code, headers, _timeless(text)


_OF_THE_FILE = frozenset({"Date", "Content-Length", "ETag", "Last-Modified", "X-Request-ID"})
_OF_THE_MOMENT = (
    r'"took_ms": ?[0-9.]+', r"[0-9.]+ (ms|seconds?)\b", r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+(\+00:00|Z)?",
    r"[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}(,? [0-9:]+)?( UTC| GMT)?",
    r"event(_number)?\W{1,4}[0-9]+", r'"number":\s*[0-9]+,\s*"at"', r"\bnumber [0-9]+,",
    r"search-[0-9a-f]{12}", r"urn:uuid:[0-9a-f-]{36}",
)  # fmt: skip
"""How long it took, when it was, and the numbers of events, which do tell that something happened somewhere."""


def _timeless(text: str) -> str:
    for pattern in _OF_THE_MOMENT:
        text = re.sub(pattern, "…", text)
    return text


def _unzipped(data: bytes) -> bytes:
    """What is in a spreadsheet, but for when it was made."""
    if not data.startswith(b"PK"):
        return data
    with ZipFile(io.BytesIO(data)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist() if not name.startswith("docProps"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    with_secret = build(tmp_path_factory.mktemp("with"), with_secret=True)
    without = build(tmp_path_factory.mktemp("without"), with_secret=False)
    assert (with_secret.letter, with_secret.contract) == (without.letter, without.contract)
    apps = [create_app(rights.archive, NoPicture()) for rights in (with_secret, without)]
    yield Two(with_secret, without, (apps[0], apps[1]))
    with_secret.archive.close()
    without.archive.close()


def paths(two: Two) -> Iterator[str]:
    """Every address that can be read, with the names and ids of what is hidden in it, and of what is not."""
    copy, paper = two.with_secret.hidden
    hidden_note = two.with_secret.archive.catalog.annotations.all(paper)[0].id
    hidden_search = two.with_secret.archive.catalog.searches.get("Zmajopretraga").id
    vendors = [one.id for one in two.with_secret.archive.catalog.vendors.all()]
    seen = two.without.letter
    values = {
        "document_id": (copy, paper, paper[:10], copy.upper(), seen, two.without.contract),
        "other_id": (copy, two.without.contract),
        "annotation_id": (hidden_note, hidden_note[:8], "{note}"),
        "job_id": (JOB,),
        "vendor_id": (*vendors, quote("Zmajokam doo"), "100000049"),
        "search_id": (hidden_search, "{saved}", "Zmajopretraga"),
        "name": (*FACETS, "topic", "capabilities", "spending", "vendors", "quantities"),
        "page_number": ("1", "2"),
        "eid": ("art_1", "art_2"),
        "words": ("0-1",),
        "form": ("csv", "json"),
        "tag": ("en",),
        "filename": ("app.css",),
        "version": ("1", "2"),
        "region": ("full",),
        "size": ("max",),
        "rotation": ("0",),
        "quality": ("default",),
        "token_id": ("7",),
    }
    for rule in two.apps[0].url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "account.show":  # It lists tokens by their ids.
            continue
        filled = [rule.rule]
        for argument in rule.arguments:
            place = re.compile(rf"<[^<>]*\b{argument}>")
            filled = [place.sub(value, path) for path in filled for value in values.get(argument, ("1",))]
        yield from (path for path in filled if (seen, seen) != tuple(re.findall(r"[0-9a-f]{64}", path)))


def test_every_address_answers_as_if_there_were_nothing(two: Two) -> None:
    """Each address of the URL map, with every id of a hidden thing."""
    asked = 0
    for path in paths(two):
        assert two.differ(two.ask("reader", "GET", path)) == "", path
        asked += 1
    assert asked > 250


ASKED = (
    "/", "/export.csv", "/export.json", "/certificate", "/certificate.json", "/api/v1/search", "/api/v1/facets",
    "/api/v1/certificate", "/api/v1/complete", "/api/v1/vendors", "/vendors", "/review", "/api/v1/review",
    "/findings/spending",
    "/findings/capabilities/cell", "/templates", "/api/v1/templates", "/compare/topic", "/verify", "/api/v1/verify",
    "/facets/vendor", "/facets/collection", "/api/v1/vendor-candidates", "/vendors/candidates", "/lists",
)  # fmt: skip


@pytest.mark.parametrize("path", ASKED)
def test_every_question_is_answered_as_if_there_were_nothing(two: Two, path: str) -> None:
    """Searches, completions, facets, exports, findings: with words, names and numbers of what is hidden."""
    for question in QUESTIONS:
        assert two.differ(two.ask("reader", "GET", f"{path}?{question}")) == "", question


def test_files_in_documents_and_citations_are_not_found(two: Two) -> None:
    for id_ in two.with_secret.hidden:
        for tail in ("", "?q=zmaj", "/cite?quote=Zmajougovor", "/cite?words=0-1", "/original", "/pages?q=zmaj",
                     "/correct?field=title",
                     f"/beside/{two.without.letter}"):  # fmt: skip
            one, other = two.ask("editor", "GET", f"/documents/{id_}{tail}")
            assert two.differ((one, other)) == ""
            assert one.status_code == 404, tail
        for path in (f"/iiif/{id_}/search/2?q=zmaj", f"/api/v1/documents/{id_}/cite?words=0-1", f"/compare?one={id_}"):
            one, other = two.ask("editor", "GET", path)
            assert two.differ((one, other)) == "", path


def test_what_is_sent_is_answered_as_if_there_were_nothing(two: Two) -> None:
    """By an editor without a right to the collection: corrections, notes, rulings, lists, quotations, uploads."""
    copy, paper = two.with_secret.hidden
    note = two.with_secret.archive.catalog.annotations.all(paper)[0].id
    by = {"by": "x"}
    table = f"document,field,value\n{paper},title,Novi\n"
    sent: list[tuple[str, dict[str, Any]]] = [
        (f"/documents/{paper}/correct", {"field": "title", "action": "correct", "value": "Novi", **by}),
        (f"/documents/{paper}/undo", {"event": "7", **by}),
        (f"/documents/{copy}/annotations", {"note": "n", "words": "0-1", **by}),
        (f"/annotations/{note}", {"note": "n", **by}),
        (f"/annotations/{note}/remove", by),
        ("/vendors/merge", {"one": "Zmajokam doo", "other": "Kamera Plus doo", **by}),
        ("/vendors/merge", {"one": "Zmajokan doo", "other": "Zmajokan doo", **by}),
        ("/vendors/apart", {"one": "Zmajokam doo", "other": "Kamera Plus doo", **by}),
        (f"/vendors/{two.without.vendor}/split", {"name": "Zmajoplus doo", **by}),
        ("/vendors/undo", {"event": "7", **by}),
        ("/review/csv", {"table": table, **by}),
        ("/lists", {"list": "Zmajokam\nkamera\nZmajokaz\nzmajokazna"}),
        ("/verify", {"claim": "„Zmajougovor o nabavci“"}),
        ("/verify", {"quote": "Zmajougovor o nabavci", "document": paper}),
        (f"/jobs/{JOB}/retry", {}),
        (f"/jobs/{JOB}/remove", {}),
    ]
    before = two.with_secret.archive.catalog.events.verify()
    for path, form in sent:
        one, other = two.ask("editor", "POST", path, data=form)
        assert two.differ((one, other)) == "", path
    for path, value in (
        ("/api/v1/lists", {"names": ["Zmajokam", "kamera"]}),
        ("/api/v1/verify", {"quote": "Zmajougovor"}),
    ):
        one, other = two.ask("editor", "POST", path, json=value)
        assert two.differ((one, other)) == "", path
    assert two.with_secret.archive.catalog.events.verify() == before, "something was written"


def test_a_member_and_an_admin_see_what_the_others_do_not(two: Two) -> None:
    _, paper = two.with_secret.hidden
    shown = (f"/documents/{paper}", f"/documents/{paper}/pages/1", f"/documents/{paper}/original", "/?q=zmajougovor",
             "/api/v1/search?q=zmajougovor", "/export.csv?q=zmajougovor", f"/api/v1/documents/{paper}", "/vendors",
             "/jobs",
             f"/iiif/{paper}/search/2?q=zmajougovor", "/collections", f"/documents/{paper}/clauses/art_1",
             f"/api/v1/documents/{paper}/annotations", "/api/v1/complete?q=zmaj", "/findings/spending")  # fmt: skip
    for path in shown:
        for who in ("member", "admin"):
            one, _ = two.ask(who, "GET", path)
            assert one.status_code == 200, path
            assert "zmaj" in one.get_data(as_text=True).lower(), (path, who)
        assert two.differ(two.ask("reader", "GET", path)) == "", path


def test_the_collection_is_named_nowhere(two: Two) -> None:
    for path in ("/", "/collections", "/api/v1/collections", "/facets/collection", "/saved", "/api/v1/saved", "/add"):
        one, _ = two.ask("editor", "GET", path)
        assert one.status_code == 200
        assert SECRET not in one.get_data(as_text=True)
    one, other = two.ask("editor", "GET", "/users/collections")
    assert (one.status_code, other.status_code) == (403, 403)


def test_a_near_copy_is_told_to_those_who_see_it_only(two: Two) -> None:
    copy, _ = two.with_secret.hidden
    for who, is_told in (("reader", False), ("member", True)):
        one, _ = two.ask(who, "GET", f"/api/v1/documents/{two.without.letter}/near-duplicates")
        assert (copy in one.get_data(as_text=True)) is is_told
