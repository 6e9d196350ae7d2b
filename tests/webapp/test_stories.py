"""The pages and the API of stories: by forms alone, by two people, and for nobody else."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from flask.testing import FlaskClient

from archive.access.records import Role, Scope
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.store.stories.story import Marks
from tests.rights_samples import SECRET, Rights, add, build
from tests.webapp.test_statements import collected
from tests.webapp_html import text_of
from tests.webapp_samples import NoPicture
from webapp import create_app


@pytest.fixture
def archive(specimen_home: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(specimen_home, tmp_path / "home")
    with Archive.open(tmp_path / "home", create=False) as opened:
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def hits(client: FlaskClient, query: str) -> list[str]:
    page = client.get(f"/?q={query}").get_data(as_text=True)
    return re.findall(r'class="choose"[^>]* value="([^"]+)"', page.replace("&amp;", "&"))


def begun(client: FlaskClient, *items: str, title: str = "Kamere", by: str = "Ana") -> str:
    answer = client.post("/stories", data={"item": list(items), "back": "/?q=a", "title": title, "by": by})
    assert answer.status_code == 303
    story = client.get_cookie("story")
    assert story is not None
    return story.value


def shown(client: FlaskClient, story: str) -> list[str]:
    """The ids of the items, in their order."""
    return re.findall(r'data-item="([0-9a-f]+)"', client.get(f"/stories/{story}").get_data(as_text=True))


def test_only_what_has_a_picture_is_shown_by_one(client: FlaskClient, archive: Archive) -> None:
    documents = list(archive.catalog.documents.newest_first())
    text = next(one.id for one in documents if one.filename.endswith(".txt"))
    contract = next(one.id for one in documents if "becej-2020-ugovor" in one.filename)
    page = client.get(f"/stories/{begun(client, text, f'{text}@1', contract, f'{contract}@2')}").text
    assert len(re.findall(rf"<img[^>]+{contract}", page)) == 2
    assert not re.search(rf"<img[^>]+{text}", page)
    assert page.count("data-item") == 4


def test_what_is_chosen_among_results_goes_into_a_story(client: FlaskClient) -> None:
    chosen = hits(client, "kamere")[:3]
    asked = client.post("/stories", data={"item": chosen, "back": "/?q=kamere"})
    assert asked.status_code == 200
    assert "3 items to add." in text_of(asked.text)
    assert asked.text.count('name="item"') == 3
    assert client.get("/api/v1/stories").get_json() == {"stories": []}
    answer = client.post("/stories", data={"item": chosen, "back": "/?q=kamere", "title": "Kamere", "by": "Ana"})
    assert answer.headers["Location"] == "/?q=kamere#story"
    # From now on it takes one press of a button, wherever one is, and no name.
    answer = client.post("/stories", data={"item": "/?q=kamere", "back": "//elsewhere"})
    assert answer.headers["Location"] == "/#story"
    assert re.search(r'id="story"[^>]*>Story <span class="quiet">4</span>', client.get("/vendors").text)
    told = client.post("/stories", data={"item": chosen[0]}, headers={"Accept": "application/json"}).get_json()
    assert (told["count"], told["title"]) == (5, "Kamere")


def test_every_page_that_has_something_offers_to_add_it(client: FlaskClient, archive: Archive) -> None:
    contract = next(one.id for one in archive.catalog.documents.newest_first() if "becej-2020-ugovor" in one.filename)
    vendor = archive.catalog.vendors.search("Vidozor", 1, 0)[1][0].id
    places = (f"/documents/{contract}?q=kamere", f"/documents/{contract}/clauses/art_1", f"/cite/{contract}/1/0-5",
              f"/vendors/{vendor}", "/findings/competition/cell?column=units")  # fmt: skip
    story = begun(client)
    for number, place in enumerate(places, start=1):
        page = client.get(place, follow_redirects=True).text
        form = re.search(
            r'class="add-to-story".*?name="item" value="([^"]+)".*?name="back" value="([^"]+)"', page, re.S
        )
        assert form, place
        item, back = (one.replace("&amp;", "&") for one in form.groups())
        assert client.post("/stories", data={"item": item, "back": back}).headers["Location"] == f"{back}#story"
        assert back.startswith(place)
        assert len(shown(client, story)) == number
    kinds = [one["kind"] for one in client.get(f"/api/v1/stories/{story}").get_json()["items"]]
    assert kinds == ["document", "clause", "words", "vendor", "number"]
    client.post("/stories", data={"item": f"{contract}@2"})
    page = client.get(f"/stories/{story}").text
    assert ", p. 2</a>" in page
    assert "/packets/new" in page
    for ending, begins in (("md", b"# Kamere"), ("csv", b"id,title"), ("docx", b"PK")):
        file = client.get(f"/stories/{story}/story.{ending}")
        assert file.data.startswith(begins)
        assert "attachment" in file.headers["Content-Disposition"]


def test_files_mask_what_the_address_asks_for_and_drop_the_hash_of_its_words(
    tmp_path: Path,
) -> None:
    archive = Archive.open(tmp_path / "home", Settings())
    client = create_app(archive, NoPicture()).test_client()
    paper = add(archive, tmp_path, "dopis.txt", ("Dopis", "Javite se na telefon 063/123-4567 do petka."), [])
    archive.settle()
    story = begun(client, f"{paper}:0-6")
    plain = client.get(f"/stories/{story}/story.md").text
    (hashed,) = re.findall(rf"/cite/{paper}/1/0-6\?quote=([0-9a-f]+)", plain)
    assert "063/123-4567" in plain
    told = client.get(f"/stories/{story}/story.md?mask=phone").text
    assert "063/123-4567" not in told
    assert f"/cite/{paper}/1/0-6)" in told
    data = client.get(f"/stories/{story}/story.docx?mask=phone").data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    assert "████████████" in parts
    assert not [word for word in ("063/123-4567", hashed, "/c/") if word in parts]
    assert client.get(f"/stories/{story}/story.md?mask=fax").status_code == 400
    archive.close()


def test_the_file_for_word_is_in_the_script_of_its_reader_and_words_of_others_are_not(
    client: FlaskClient, archive: Archive
) -> None:
    contract = next(one.id for one in archive.catalog.documents.newest_first() if "kladovo-2019-ugovor" in one.filename)
    number = "/findings/competition/cell?row=Kladovo&column=One+bid"
    story = begun(client, number, f"{contract}:35-37", "/?kind=contract", contract)
    client.post(f"/stories/{story}", data={"do": "text", "text": "Moje reči ostaju."})
    data = client.get(f"/stories/{story}/story.docx", headers={"Accept-Language": "sr-Cyrl"}).data
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(data)).paragraphs)
    links = "".join(part.text or "" for part in docx.Document(io.BytesIO(data)).element.body.iter(qn("w:t")))
    assert text.startswith("Kamere\n"), "what a person wrote"
    assert "Moje reči ostaju." in text
    assert "Конкуренција: Кладово" in links
    assert "Врста: Уговор" in links
    assert "Уговор: набавка и уградња 10 (десет) камера" in links
    latin = client.get(f"/stories/{story}/story.docx", headers={"Accept-Language": "sr-Latn"}).data
    told = "".join(part.text or "" for part in docx.Document(io.BytesIO(latin)).element.body.iter(qn("w:t")))
    assert "Konkurencija: Kladovo" in told
    assert "Ugovor: nabavka i ugradnja 10 (deset) kamera" in told
    assert "„добио једну понуду,”" in told
    assert "„добио једну понуду,”" in links, "quotations stay as they are printed"


def test_items_are_ordered_written_changed_and_undone_without_script(client: FlaskClient) -> None:
    story = begun(client, *hits(client, "kamere")[:2])
    client.post(f"/stories/{story}", data={"do": "heading", "text": "Ko prodaje"})
    client.post(f"/stories/{story}", data={"do": "text", "text": "Uvod <b>.\n\nDalje."})
    one, two, title, text = shown(client, story)
    for item, sent, order in (
        (text, {"do": "up"}, [one, two, text, title]),
        (one, {"do": "down"}, [two, one, text, title]),
        (two, {"do": "up"}, [two, one, text, title]),
        (title, {"do": "down"}, [two, one, text, title]),
        (title, {"do": "behind", "after": ""}, [title, two, one, text]),
        (two, {"do": "behind", "after": text}, [title, one, text, two]),
        (one, {"do": "out"}, [title, text, two]),
    ):
        assert client.post(f"/stories/{story}/items/{item}", data=sent).status_code == 303
        assert shown(client, story) == order, sent
    seen = {"do": "edit", "was": re.findall('name="was" value="(.*?)"', client.get(f"/stories/{story}").text)[0]}
    client.post(f"/stories/{story}/items/{title}", data={"text": "Ko kupuje", **seen})
    assert client.post(f"/stories/{story}/items/{title}", data={"text": "Ko prodaje", **seen}).status_code == 409
    page = client.get(f"/stories/{story}").text
    assert '<h2 translate="no">Ko kupuje</h2>' in page
    assert "Uvod &lt;b&gt;." in page
    for _ in range(2):
        event = re.search(r'name="event" value="(\d+)"', client.get(f"/stories/{story}").text)
        assert event
        client.post(f"/stories/{story}", data={"do": "undo", "event": event[1]})
    assert shown(client, story) == [title, one, text, two]
    client.post(f"/stories/{story}", data={"do": "remove"})
    assert f"/stories/{story}" not in client.get("/stories").text.replace(f'href="/stories/{story}" id', "")
    assert "This story was removed" in client.get(f"/stories/{story}").text


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/stories", {"item": "/nothing", "title": "a", "by": "Ana"}, 400),
        ("/stories", {"item": ["/?q=a"] * 201, "title": "a", "by": "Ana"}, 400),
        ("/stories", {"item": "/?q=a", "story": "0" * 32, "by": "Ana"}, 404),
        ("/stories", {"item": "/documents/00000000", "title": "a", "by": "Ana"}, 404),
        ("/stories", {"title": "x" * 201, "by": "Ana"}, 400),
        ("/stories/00000000", {"do": "open", "by": "Ana"}, 404),
        ("{story}", {"do": "dance"}, 400),
        ("{story}", {}, 400),
        ("{story}", {"do": "undo", "event": "1"}, 400),
        ("{story}", {"do": "undo", "event": "last"}, 400),
        ("{story}", {"do": "share", "members": "Niko"}, 404),
        ("{story}", {"do": "heading", "text": " "}, 400),
        ("{story}/items/12345678", {"do": "up"}, 400),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    client: FlaskClient, path: str, data: dict[str, str], status: int
) -> None:
    story = begun(client, title="Prva")
    before = client.get("/api/v1/stories").get_json()
    assert client.post(path.format(story=f"/stories/{story}"), data=data).status_code == status
    assert client.get("/api/v1/stories").get_json() == before


def test_another_site_cannot_add_to_a_story(client: FlaskClient) -> None:
    story = begun(client)
    for path in ("/stories", f"/stories/{story}", f"/stories/{story}/items/1", f"/api/v1/stories/{story}"):
        refused = client.post(path, data={"item": "/?q=a"}, headers={"Origin": "https://example.org"})
        assert refused.status_code == 403
    assert shown(client, story) == []


class Room:
    """A room in which everybody logs in, and what each of them is answered."""

    def __init__(self, rights: Rights) -> None:
        self.rights, self.app = rights, create_app(rights.archive, NoPicture())

    def ask(self, who: str, method: str, path: str, **data: object) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self.rights.tokens[who]}"}
        answer = self.app.test_client().open(path, method=method, headers=headers, data=data or None)
        return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    rights = build(tmp_path_factory.mktemp("stories"), with_secret=True)
    accounts = Accounts(rights.archive.catalog)
    accounts.add("other", Role.READER, None, "test")
    rights.tokens["other"] = accounts.add_token("other", "", Scope.EDIT, 1, "test")[1]
    yield Room(rights)
    rights.archive.close()


def test_a_story_is_its_owners_and_what_a_member_may_not_read_is_not_in_it(room: Room) -> None:
    """A reader shares what they see with one who does not; others and admins see nothing of it."""
    hidden = room.rights.hidden[1]
    status, told = room.ask("member", "POST", "/api/v1/stories", title="Zajednička")
    story = re.search('"id":"([0-9a-f]{32})"', told)
    assert (status, bool(story)) == (200, True)
    assert story
    path = f"/api/v1/stories/{story[1]}"
    references = [hidden, f"{hidden}#art_1", room.rights.letter, f"{hidden}:0-1", "/?q=kamera&collection=zmajska+tajna",
                  "vendor:Zmajokam doo"]  # fmt: skip
    status, told = room.ask("member", "POST", path, action="add", reference=references)
    assert status == 200
    assert told.count('"kind"') == 6
    page = f"/stories/{story[1]}"
    everywhere = (path, f"{path}/changes", page, f"{page}/story.md", f"{page}/story.csv")
    for who in ("reader", "editor", "admin", "other"):
        assert [room.ask(who, "GET", one)[0] for one in everywhere] == [404] * len(everywhere), who
        assert story[1] not in room.ask(who, "GET", "/api/v1/stories")[1] + room.ask(who, "GET", "/stories")[1]
        for sent in ({"action": "add", "text": "a"}, {"action": "remove"}, {"action": "share", "member": who}):
            assert room.ask(who, "POST", path, **sent)[0] == 404
        assert room.ask(who, "POST", page, do="rename", title="Moja")[0] == 404
    assert room.ask("member", "POST", path, action="share", member=["reader"])[0] == 200
    for one in everywhere:
        status, text = room.ask("reader", "GET", one)
        assert status == 200
        assert hidden not in text
        assert "zmaj" not in text.lower(), one
        assert SECRET not in text
    assert room.rights.letter in room.ask("reader", "GET", path)[1]
    assert room.ask("reader", "POST", path, action="add", text="Dopuna")[0] == 200
    assert room.ask("reader", "POST", path, action="add", reference=hidden)[0] == 404
    assert room.ask("reader", "POST", path, action="share", member=["other"])[0] == 400
    assert "Dopuna" in room.ask("member", "GET", path)[1]
    assert room.ask("member", "POST", path, action="share")[0] == 200
    assert room.ask("reader", "GET", path)[0] == 404
    # Nor does the search of another story, or an event, tell of it.
    assert "Zajedni" not in room.ask("admin", "GET", f"/api/v1/documents/{room.rights.letter}")[1]


def test_a_story_is_changed_by_the_api_as_by_hand(room: Room) -> None:
    _, told = room.ask("reader", "POST", "/api/v1/stories", title="Po API")
    found = re.search('"id":"([0-9a-f]{32})"', told)
    assert found
    path = f"/api/v1/stories/{found[1]}"
    room.ask("reader", "POST", path, action="add", heading="Naslov", text=["a", "b"], reference=room.rights.letter)
    items = re.findall('"id":"([0-9a-f]{32})","kind"', room.ask("reader", "GET", path)[1])
    assert len(items) == 4
    for sent in (
        {"action": "move", "item": items[3]},
        {"action": "edit", "item": items[1], "text": "c"},
        {"action": "take out", "item": [items[2]]},
        {"action": "rename", "title": "Drugi"},
        {"action": "undo"},
    ):
        assert room.ask("reader", "POST", path, **sent)[0] == 200, sent
    told = room.ask("reader", "GET", path)[1]
    assert re.findall('"id":"([0-9a-f]{32})","kind"', told) == [items[3], items[0], items[1]]
    assert '"title":"Po API"' in told
    assert room.ask("reader", "POST", path, action="dance")[0] == 400
    assert room.ask("reader", "GET", f"{path}/changes")[1].count('"event"') == 10


def test_a_number_does_not_tell_that_others_count_more(room: Room) -> None:
    """Who put it in is told that it is another now; a member who sees fewer documents cannot see whether it is."""
    story = re.search('"id":"([0-9a-f]{32})"', room.ask("member", "POST", "/api/v1/stories", title="Brojevi")[1])
    assert story
    path, page = f"/api/v1/stories/{story[1]}", f"/stories/{story[1]}"
    number = "/findings/vendors/cell?column=units"
    assert room.ask("member", "POST", path, action="add", reference=number)[0] == 200
    assert room.ask("member", "POST", path, action="share", member="reader")[0] == 200
    seen = [re.findall('"value":"([0-9]+)"', room.ask(who, "GET", path)[1]) for who in ("member", "reader")]
    assert seen[0] != seen[1]
    assert "when it was added" not in room.ask("reader", "GET", page)[1]
    assert "when it was added" not in room.ask("member", "GET", page)[1]


def test_marks_are_of_who_logged_in_and_of_nobody_else(room: Room) -> None:
    letter, contract = room.rights.letter, room.rights.contract
    page, results = f"/documents/{letter}", "/?q=kamera"
    shown = ("★ starred", "read by you", "checked", "za pitanje")
    sent = {"starred": "on", "read": "on", "tags": "za pitanje, , b,b", "back": page}
    assert room.ask("reader", "POST", f"{page}/marks", **sent)[0] == 303
    told = room.ask("reader", "GET", page)[1]
    assert 'name="tags" value="b, za pitanje"' in told
    assert told.count(" checked>") == 2
    found = text_of(room.ask("reader", "GET", results)[1])
    assert found.count("★ starred") == found.count("read by you") == 1
    assert "read by you" in room.ask("reader", "GET", f"{results}&unit=clauses")[1]
    for who in ("editor", "member", "admin", "other"):
        for path in (page, results):
            told = room.ask(who, "GET", path)[1]
            assert not any(one in told for one in shown), (who, path)
    # A form without ticks takes the marks away.
    assert room.ask("reader", "POST", f"{page}/marks", tags="", back="//elsewhere")[0] == 303
    told = room.ask("reader", "GET", page)[1] + room.ask("reader", "GET", results)[1]
    assert not any(one in told for one in shown)
    assert room.ask("reader", "POST", f"/documents/{contract}/marks", tags="x" * 61)[0] == 400
    assert room.ask("member", "POST", f"/documents/{room.rights.hidden[1]}/marks", starred="on")[0] == 303
    assert room.ask("reader", "POST", f"/documents/{room.rights.hidden[1]}/marks", starred="on")[0] == 404
    events = room.rights.archive.catalog.stories.differences()
    assert events == ()


def test_who_has_not_logged_in_is_offered_no_marks(client: FlaskClient, archive: Archive) -> None:
    document = next(iter(archive.catalog.documents.newest_first())).id
    assert "/marks" not in client.get(f"/documents/{document}").text
    assert client.post(f"/documents/{document}/marks", data={"starred": "on"}).status_code == 403


def test_marks_of_results_are_one_question(room: Room) -> None:
    headers = {"Authorization": f"Bearer {room.rights.tokens['other']}"}
    for path, most in (("/?q=kamera", 1), (f"/documents/{room.rights.letter}", 1), ("/vendors", 0)):
        with collected() as asked:
            assert room.app.test_client().get(path, headers=headers).status_code == 200
        assert sum("reader_marks" in one for one in asked) == most, path


def test_pages_ask_the_catalog_for_a_story_if_there_is_one_and_once(archive: Archive, client: FlaskClient) -> None:
    story = begun(client)
    for cookie, most in ((None, 0), ("Kamere", 0), ("f" * 32, 1), (story, 1)):
        reader = create_app(archive, NoPicture()).test_client()
        if cookie:
            reader.set_cookie("story", cookie)
        with collected() as asked:
            shown = 'id="story"' in reader.get("/vendors").text
        assert (shown, sum("story_changes" in one for one in asked)) == (cookie == story, most), cookie


def test_a_tag_is_put_on_all_that_are_chosen_as_far_as_they_are_there(room: Room) -> None:
    letter, contract, hidden = room.rights.letter, room.rights.contract, room.rights.hidden[1]
    items = [f"/documents/{letter}", f"/documents/{contract}"]
    assert room.ask("reader", "POST", f"/documents/{letter}/marks", starred="on", tags="hitno")[0] == 303
    assert 'formaction="/chosen/tag"' in room.ask("reader", "GET", "/?q=kamera")[1]
    assert room.ask("reader", "POST", "/chosen/tag", item=items, tag="za pitanje", back="/?q=kamera")[0] == 303
    marks = room.rights.archive.catalog.marks.of("reader", [letter, contract])
    assert marks[letter] == Marks(is_starred=True, tags=("hitno", "za pitanje"))
    assert marks[contract].tags == ("za pitanje",)
    assert room.ask("reader", "POST", "/chosen/tag", item=items, tag="")[0] == 400
    for action in ("tag", "cite", "compare", "export.csv"):
        assert room.ask("reader", "POST", f"/chosen/{action}", item=[f"/documents/{hidden}"], tag="x")[0] == 404, action
    assert room.ask("reader", "POST", "/chosen/correct", item=items)[0] == 403
    assert room.ask("reader", "POST", "/packets/new", item=[f"/documents/{hidden}"])[0] == 404


def test_a_packet_is_offered_every_citation_of_a_story(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (document,) = re.findall(r"[0-9a-f]{64}", hits(client, "kamere")[0])
    words = [f"{document}:{first}-{last}" for first in range(10) for last in range(first, 10)]
    words += [f"{document}:{first}-{last}" for first in range(10, 20) for last in range(first, 20)]
    story = begun(client, *words)
    assert client.get(f"/stories/{story}").text.count('name="cite"') == len(words) == 110
    monkeypatch.setitem(client.application.config, "CHOSEN", 109)
    page = client.get(f"/stories/{story}").text
    assert page.count('name="cite"') == 0
    assert "A packet takes 109 citations." in page
