"""The papers of a story alone: searched with exact totals and facets, counted by findings, and told to nobody else."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.errors import UsageError
from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.search.request import STORY, ResolvedFilters, SearchRequest, Unit
from archive.store.stories.story import StoryReader
from archive.stories.numbers import counted_number
from archive.stories.references import named
from archive.stories.searching import within_story
from archive.stories.shown_items import shown_items
from tests.conftest import run_dosije
from tests.rights_samples import Rights, build
from tests.webapp_html import text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

ANA = StoryReader("Ana", sees_all=True)
PAPERS = ("becej-2020-ugovor.pdf", "kladovo-2019-ugovor.pdf", "kladovo-2022-obustava.pdf", "becej-2022-foi-zahtev.txt",
          "razanj-2019-zapisnik.docx")  # fmt: skip


@pytest.fixture(scope="module")
def archive(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    home = tmp_path_factory.mktemp("scope") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home, create=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def papers(archive: Archive) -> dict[str, str]:
    return {one.filename: one.id for one in archive.catalog.documents.newest_first()}


@pytest.fixture(scope="module")
def story(archive: Archive, papers: dict[str, str]) -> str:
    contents = [named(archive, papers[name]) for name in PAPERS]
    return archive.catalog.stories.add(archive.catalog.stories.create("Nadzor", ANA).id, contents, ANA).id


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def found(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/search?{urlencode({'limit': 1000, **asked}, doseq=True)}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


@pytest.mark.parametrize(
    "asked",
    [
        {}, {"q": "kamere"}, {"q": "ugovor -kamere"}, {"q": '"javna nabavka"'}, {"q": "kamera AND cena"},
        {"q": "kladovo"}, {"q": "kamere", "sort": "newest"}, {"q": "k*", "exact": "1"}, {"q": "nečega čega nema"},
    ],
)  # fmt: skip
def test_a_search_within_a_story_finds_what_the_search_finds_of_its_papers(
    client: FlaskClient, papers: dict[str, str], story: str, asked: dict[str, str]
) -> None:
    own = {papers[name] for name in PAPERS}
    whole, within = found(client, **asked), found(client, story=story, **asked)
    of_story = [hit for hit in whole["hits"] if hit["id"] in own]
    assert {hit["id"] for hit in within["hits"]} == {hit["id"] for hit in of_story}
    assert within["total"] == len(of_story)
    for facet in ("kind", "municipality", "year"):
        values = Counter(str(hit[facet] or "unknown") for hit in of_story)
        assert {value["value"]: value["count"] for value in within["facets"][facet]} == values, facet
        for value, count in values.items():
            narrowed = found(client, story=story, **{facet: value}, **asked)
            assert narrowed["total"] == count
            # A facet's own selection is left out of its counts.
            assert {one["value"]: one["count"] for one in narrowed["facets"][facet]} == values


def test_clauses_within_a_story_are_those_of_its_papers(
    client: FlaskClient, papers: dict[str, str], story: str
) -> None:
    own = {papers[name] for name in PAPERS}
    for query in ("", "cena", "kazna"):
        whole = found(client, q=query, unit="clauses")
        within = found(client, q=query, unit="clauses", story=story)
        of_story = [(hit["id"], hit["eid"]) for hit in whole["hits"] if hit["id"] in own]
        assert sorted((hit["id"], hit["eid"]) for hit in within["hits"]) == sorted(of_story)
        assert within["total"] == len(of_story) > 0
        topics = Counter(hit["topic"] or "unknown" for hit in whole["hits"] if hit["id"] in own)
        assert {one["value"]: one["count"] for one in within["facets"]["topic"]} == topics


def test_the_terminal_answers_as_the_room(archive: Archive, client: FlaskClient, story: str) -> None:
    for key in (story, story[:6], "nadzor"):
        run_ = run_dosije(archive.home, "search", "kamere", "--story", key, "--json")
        told, same = json.loads(run_.stdout), found(client, q="kamere", story=key, limit=20)
        for one in (told, same):
            one.pop("took_ms")
        assert told == same
    run_ = run_dosije(archive.home, "search", "kamere", "--story", "nigde")
    assert (run_.returncode, "no story" in run_.stderr) == (2, True)


def test_the_filter_is_shown_by_its_title_kept_and_taken_out(client: FlaskClient, story: str) -> None:
    page = client.get(f"/?q=kamere&kind=contract&story={story[:8]}").text
    (chip,) = re.findall(
        r'<li><a href="([^"]+)"><span class="hidden">Remove filter </span><span class="quiet">Story', page
    )
    assert chip == "/?q=kamere&amp;kind=contract"
    assert "Nadzor" in text_of(page)
    assert f'<input type="hidden" form="search" name="story" value="{story}">' in page
    assert "Save this search" not in page, "it would be of the whole archive"
    assert "/certificate" not in page
    for place in ("/facets/kind", "/export.csv", "/export.json", "/chronology", "/packets/new", "/api/v1/facets"):
        path = f"{place}?q=kamere&story={story}"
        assert client.get(path).status_code == 200, path
    rows = client.get(f"/export.csv?q=kamere&story={story}").text.splitlines()
    assert len(rows) == 1 + found(client, q="kamere", story=story)["total"]


def test_what_is_of_the_whole_archive_refuses_a_story_and_is_not_wider(client: FlaskClient, story: str) -> None:
    for place in ("/certificate?q=a&", "/certificate.json?", "/?story=b&", "/findings/report?",
                  "/findings/competition/changes?against=1&"):  # fmt: skip
        path = f"{place}story={story}"
        assert client.get(path).status_code == 400, path
    saved = client.post("/saved", data={"name": "A", "q": "kamere", "story": story})
    assert saved.status_code == 400
    assert "whole archive" in text_of(saved.text)
    unresolved = SearchRequest("kamere", {STORY: (story,)})
    with pytest.raises(UsageError, match="alone"):
        client.application.extensions["dosije"].archive.search.search(unresolved)


def _plain(value: str | None) -> str | None:
    return value and value.replace("„", "").replace("”", "")


def test_findings_of_a_story_are_those_of_an_archive_with_its_papers_alone(
    archive: Archive, papers: dict[str, str], story: str, tmp_path: Path
) -> None:
    """The same papers in an archive of their own count the same, for every finding that does not search."""
    alone = tmp_path / "alone"
    run_ = run_dosije(alone, "add", *(Path("documents/specimens") / name for name in PAPERS))
    assert run_.returncode == 0, run_.stderr
    own = tuple(papers[name] for name in PAPERS)
    with Archive.open(alone, create=False) as small:
        for definition in readable(archive.home)[0]:
            here = run(definition, archive.catalog, archive.search, archive.engine, among=own)
            there = run(definition, small.catalog, small.search, small.engine)
            assert [column.id for column in here.columns] == [column.id for column in there.columns], definition.name
            for row, same in zip(here.every_row, there.every_row, strict=True):
                # Of the names of a vendor, the archive chooses one by all of its papers.
                assert [_plain(value) for value in row.key] == [_plain(value) for value in same.key]
                assert [cell.number for cell in row.cells] == [cell.number for cell in same.cells], definition.name
            assert "Counted from 5 documents alone" in here.notes[0]


def test_a_number_of_a_story_leads_to_its_proofs_and_goes_into_the_story(
    client: FlaskClient, archive: Archive, story: str, papers: dict[str, str]
) -> None:
    page = client.get(f"/findings/competition?story={story}").text
    assert "Only the papers of the story Nadzor" in text_of(page)
    assert re.search(r'href="/findings/competition"[^>]*>Count all papers', page)
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/findings/competition/cell\?[^"]+)"', page)}
    assert links
    for link in links:
        assert f"story={story}" in link
        shown = client.get(link)
        assert shown.status_code == 200
        cited = set(re.findall(r"/documents/([0-9a-f]{64})", shown.text))
        assert cited <= {papers[name] for name in PAPERS}
    for path in (f"/findings?story={story}", f"/findings/competition.csv?story={story}",
                 f"/findings/competition.xlsx?story={story}", f"/findings/competition.ocds?story={story}"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        answer.close()
    told = client.get(f"/api/v1/findings/competition?story={story}").get_json()
    at_terminal = run_dosije(archive.home, "findings", "competition", "--story", "Nadzor", "--format", "json")
    mine = json.loads(at_terminal.stdout)
    assert mine["total"]["cells"].keys() == told["total"]["cells"].keys()
    assert [mine["total"]["cells"][one]["number"] for one in mine["total"]["cells"]] == [
        told["total"]["cells"][one]["number"] for one in told["total"]["cells"]
    ]
    assert f"story={story}" in told["total"]["cells"]["units"]["url"]
    assert run_dosije(archive.home, "findings", "--story", story).returncode == 2
    address = f"/findings/competition/cell?column=units&story={story}"
    other = archive.catalog.stories.create("S brojem", ANA)
    item = archive.catalog.stories.add(other.id, [named(archive, address, ANA)], ANA).items[0]
    assert item.content.said["value"] == str(counted_number(archive, address, ANA).cell.number)
    assert [one.is_lost for one in shown_items(archive, [item], "", ANA)] == [False]
    assert [one.is_lost for one in shown_items(archive, [item], "", StoryReader("Iva"))] == [True]
    with pytest.raises(UsageError):
        named(archive, address)


def test_a_story_is_searched_and_counted_by_who_may_read_it_alone(tmp_path: Path) -> None:
    rights: Rights = build(tmp_path / "rights", with_secret=True)
    with rights.archive as archive:
        stories, member = archive.catalog.stories, StoryReader("member")
        contents = [named(archive, one) for one in (rights.hidden[1], rights.letter)]
        story = stories.add(stories.create("Tajni nadzor", member).id, contents, member).id
        app = create_app(archive, NoPicture())

        def ask(who: str, path: str) -> tuple[int, str]:
            headers = {"Authorization": f"Bearer {rights.tokens[who]}"}
            answer = app.test_client().get(path, headers=headers)
            return answer.status_code, answer.get_data(as_text=True)

        every = (f"/?story={story}", f"/api/v1/search?story={story}", f"/facets/kind?story={story}",
                 f"/export.json?story={story}", f"/findings?story={story}", f"/findings/papers?story={story}",
                 f"/api/v1/findings/papers?story={story}", f"/chronology?q=a&story={story}")  # fmt: skip
        known = {one.name for one in readable(archive.home)[0]}
        paths = tuple(path for path in every if "papers" not in path or "papers" in known)
        for path in paths:
            for who in ("reader", "editor", "admin"):
                status, text = ask(who, path)
                assert status == 404, (who, path)
                assert "Tajni" not in text
            assert ask("member", path)[0] == 200, path
        stories.share(story, ["reader"], member)
        assert json.loads(ask("member", f"/api/v1/search?story={story}")[1])["total"] == 2
        told = ask("reader", f"/api/v1/search?story={story}")[1]
        assert json.loads(told)["total"] == 1
        assert rights.hidden[1] not in told
        status, page = ask("reader", f"/findings?story={story}")
        assert status == 200
        assert "1 paper)" in text_of(page)


def test_filters_of_a_story_keep_its_papers_until_it_is_taken_out(archive: Archive, story: str) -> None:
    filters = within_story(archive.catalog, {STORY: (story,), "kind": ("contract",)}, ANA, Unit.DOCUMENTS)
    assert isinstance(filters, ResolvedFilters)
    assert filters.among is not None
    assert len(filters.among) == len(PAPERS)
    assert filters.without("kind", "contract").among == filters.among
    assert filters.without(STORY, story).among is None
    assert archive.search.search(SearchRequest("", filters)).total == 2
    load(archive.home, "competition")
