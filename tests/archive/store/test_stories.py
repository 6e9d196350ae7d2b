"""Stories: whole after a kill, by two people at once, undone, and never shown to whom they are not shared with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.access.records import Role
from archive.errors import UnknownStory, UnknownUser, UsageError
from archive.store.catalog import Catalog
from archive.store.stories.story import MOST_ITEMS, ItemContent, ItemKind, Marks, Story, StoryHead, StoryReader
from tests.store_samples import STORES, add_samples, sample
from tests.warm_processes import WarmScript

ANA, IVA, ZLA, ALL = StoryReader("Ana"), StoryReader("Iva"), StoryReader("Zla"), StoryReader("root", sees_all=True)


@pytest.fixture(params=STORES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    opened = STORES[request.param](tmp_path)
    add_samples(opened, [1, 2])
    for name in ("Ana", "Iva", "Zla"):
        opened.users.add(name, Role.READER, None, "me")
    yield opened
    opened.close()


def heading(words: str) -> ItemContent:
    return ItemContent(ItemKind.HEADING, None, {"text": words})


def document(number: int) -> ItemContent:
    return ItemContent(ItemKind.DOCUMENT, sample(number).id, {})


def told(story: Story) -> list[str]:
    return [item.content.said.get("text", item.content.document) for item in story.items]


def test_items_stand_in_the_order_of_a_hand(catalog: Catalog) -> None:
    story = catalog.stories.create("  Kamere   u Kladovu ", ANA)
    assert (story.title, story.owner, story.members, story.items) == ("Kamere u Kladovu", "Ana", (), ())
    story = catalog.stories.add(story.id, [heading("a"), heading("b"), heading("c")], ANA)
    a, b, c = (item.id for item in story.items)
    assert told(catalog.stories.move(story.id, c, None, ANA)) == ["c", "a", "b"]
    assert told(catalog.stories.move(story.id, a[:8], b, ANA)) == ["c", "b", "a"]
    assert told(catalog.stories.edit(story.id, b, "B\n", ANA)) == ["c", "B", "a"]
    assert told(catalog.stories.take_out(story.id, [c, a], ANA)) == ["B"]
    assert told(catalog.stories.undo(story.id, ANA)) == ["c", "B", "a"]
    assert told(catalog.stories.undo(story.id, ANA)) == ["c", "b", "a"]
    for _ in range(2):
        catalog.stories.undo(story.id, ANA)
    assert told(catalog.stories.get(story.id, ANA)) == ["a", "b", "c"]
    assert told(catalog.stories.undo(story.id, ANA)) == []
    with pytest.raises(UsageError, match="nothing to undo"):
        catalog.stories.undo(story.id, ANA)
    assert [change.by for change in catalog.stories.changes(story.id, ANA)] == ["Ana"] * 14
    for item in (a, "", "zz"):
        with pytest.raises(UsageError, match="has no item"):
            catalog.stories.move(story.id, item, None, ANA)


def test_between_two_items_there_is_always_room(catalog: Catalog) -> None:
    story = catalog.stories.add(catalog.stories.create("x", ANA).id, [heading("first"), heading("last")], ANA)
    first = story.items[0].id
    for _ in range(60):
        last = story.items[-1].id
        story = catalog.stories.move(story.id, last, first, ANA)
        assert [item.id for item in story.items] == [first, last]
        story = catalog.stories.move(story.id, last, None, ANA)
        story = catalog.stories.move(story.id, first, None, ANA)


def test_a_story_is_private_until_it_is_shared(catalog: Catalog) -> None:
    story = catalog.stories.create("Kamere", ANA)
    assert catalog.stories.all(IVA) == ()
    for ask in (catalog.stories.get, catalog.stories.changes):
        for key in (story.id, story.id[:8], "Kamere"):
            with pytest.raises(UnknownStory):
                ask(key, IVA)
    with pytest.raises(UnknownUser):
        catalog.stories.share(story.id, ["Niko"], ANA)
    assert catalog.stories.share(story.id, ["iva", "ANA", "Iva"], ANA).members == ("Iva",)
    assert [one.title for one in catalog.stories.all(StoryReader("IVA"))] == ["Kamere"]
    assert told(catalog.stories.add("kamere", [heading("hers")], IVA)) == ["hers"]
    event = catalog.stories.changes(story.id, IVA)[1].event
    with pytest.raises(UsageError, match="Only the owner"):
        catalog.stories.share(story.id, ["Zla"], IVA)
    with pytest.raises(UsageError, match="Only the owner"):
        catalog.stories.remove(story.id, IVA)
    with pytest.raises(UsageError, match="Only the owner"):
        catalog.stories.undo(story.id, IVA, event)
    with pytest.raises(UnknownStory):
        catalog.stories.get(story.id, ZLA)
    assert catalog.stories.share(story.id, [], ANA).members == ()
    with pytest.raises(UnknownStory):
        catalog.stories.add(story.id, [heading("late")], IVA)
    assert catalog.stories.get(story.id, ALL).title == "Kamere"


def test_a_story_that_was_removed_comes_back(catalog: Catalog) -> None:
    story = catalog.stories.create("Kamere", ANA)
    catalog.stories.share(story.id, ["Iva"], ANA)
    assert catalog.stories.remove("Kamere", ANA).is_removed
    assert catalog.stories.all(ANA) == ()
    for reader, key in ((IVA, story.id), (ANA, "Kamere")):
        with pytest.raises(UnknownStory):
            catalog.stories.get(key, reader)
    assert not catalog.stories.undo(story.id, ANA).is_removed
    assert catalog.stories.get("Kamere", IVA).members == ("Iva",)


def test_a_list_says_of_a_story_what_the_story_says(catalog: Catalog) -> None:
    story = catalog.stories.add(
        catalog.stories.create("Kamere", ANA).id, [heading("a"), heading("b"), document(1)], ANA
    )
    one, two, _ = (item.id for item in story.items)
    catalog.stories.take_out(story.id, [one], ANA)
    catalog.stories.edit(story.id, two, "c", ANA)
    catalog.stories.take_out(story.id, [two], ANA)
    catalog.stories.undo(story.id, ANA)
    catalog.stories.share(story.id, ["Iva"], ANA)
    catalog.stories.retitle(story.id, "Druga", ANA)
    catalog.stories.create("Prazna", ANA)
    story = catalog.stories.get(story.id, ANA)
    empty, listed = catalog.stories.all(ANA)
    assert (empty.title, empty.count) == ("Prazna", 0)
    for told in fields(StoryHead):
        assert getattr(listed, told.name) == getattr(story, told.name)
    assert listed.count == len(story.items) == 2
    assert catalog.stories.head(story.id, ANA) == listed
    assert [catalog.stories.head(story.id, who) for who in (IVA, ZLA)] == [listed, None]
    # Neither a title nor the beginning of an id is an id.
    assert [catalog.stories.head(key, ANA) for key in ("Druga", story.id[:8], "f" * 32)] == [None] * 3
    catalog.stories.remove(story.id, ANA)
    assert catalog.stories.head(story.id, ANA) is None


def test_two_titles_that_are_the_same_are_told_apart_by_id(catalog: Catalog) -> None:
    one, other = (catalog.stories.create("Kamere", ANA) for _ in range(2))
    with pytest.raises(UnknownStory, match="more than one"):
        catalog.stories.get("Kamere", ANA)
    assert catalog.stories.get(one.id[:10], ANA).id == one.id
    assert catalog.stories.retitle(other.id, "Druga", ANA) == catalog.stories.get("druga", ANA)


def test_two_people_at_once_lose_nothing(catalog: Catalog) -> None:
    story = catalog.stories.create("Kamere", ANA)
    catalog.stories.share(story.id, ["Iva"], ANA)

    def add(reader: StoryReader) -> None:
        for number in range(10):
            catalog.stories.add(story.id, [heading(f"{reader.name} {number}")], reader)

    threads = [threading.Thread(target=add, args=(reader,)) for reader in (ANA, IVA)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    items = catalog.stories.get(story.id, ANA).items
    assert len({item.rank for item in items}) == len(items) == 20
    for name in ("Ana", "Iva"):
        own = [item.content.said["text"] for item in items if item.by == name]
        assert own == [f"{name} {number}" for number in range(10)]
    # One takes out what the other moves; undoing is of one's own.
    moved = items[0].id
    catalog.stories.take_out(story.id, [moved], IVA)
    with pytest.raises(UsageError, match="has no item"):
        catalog.stories.move(story.id, moved, None, ANA)
    catalog.stories.undo(story.id, IVA)
    assert catalog.stories.undo(story.id, ANA).items[0].id == moved
    assert catalog.stories.differences() == ()
    assert catalog.events.verify()


def test_what_one_undid_the_other_cannot_undo_again(catalog: Catalog) -> None:
    story = catalog.stories.add(catalog.stories.create("Kamere", ANA).id, [heading("a"), heading("b")], ANA)
    event = catalog.stories.changes(story.id, ALL)[-1].event
    assert catalog.stories.undo(story.id, ALL, event).items == ()
    with pytest.raises(UsageError, match="already been undone"):
        catalog.stories.undo(story.id, ANA, event)
    with pytest.raises(UsageError, match="nothing to undo"):
        catalog.stories.undo(story.id, ANA, 1)


def test_a_story_lasts_longer_than_its_documents(catalog: Catalog) -> None:
    """A document that is gone, by whatever way, neither ends the story nor what can be done with it."""
    story = catalog.stories.add(catalog.stories.create("Kamere", ANA).id, [document(1), document(2)], ANA)
    gone = story.items[0].id
    with catalog._database.writing() as connection:
        for table in ("page_words", "pages", "facts", "vendor_mentions", "sources", "readings", "documents"):
            column = "id" if table == "documents" else "document"
            connection.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": sample(1).id})
    catalog.stories.move(story.id, gone, story.items[1].id, ANA)
    assert told(catalog.stories.get(story.id, ANA)) == [sample(2).id, sample(1).id]
    assert told(catalog.stories.take_out(story.id, [gone], ANA)) == [sample(2).id]
    assert told(catalog.stories.undo(story.id, ANA)) == [sample(2).id, sample(1).id]
    assert told(catalog.stories.undo(story.id, ANA)) == [sample(1).id, sample(2).id]


def test_a_member_who_may_not_read_a_document_does_not_see_it_in_the_story(catalog: Catalog) -> None:
    story = catalog.stories.create("Kamere", ANA)
    catalog.stories.share(story.id, ["Iva"], ANA)
    hidden = sample(3)
    replace(hidden, document=replace(hidden.document, collection="secret")).add_to(catalog)
    story = catalog.stories.add(story.id, [document(3), document(1), document(2)], ANA)
    secret = story.items[0].id
    view = catalog.hiding(frozenset({"secret"}))
    assert told(view.stories.get(story.id, IVA)) == [sample(1).id, sample(2).id]
    assert view.stories.get(story.id, IVA).documents == (sample(1).id, sample(2).id)
    assert hidden.id not in repr(view.stories.changes(story.id, IVA))
    with pytest.raises(UsageError, match="has no item"):
        view.stories.take_out(story.id, [secret], IVA)
    view.stories.move(story.id, story.items[2].id, None, IVA)
    assert told(catalog.stories.get(story.id, ANA)) == [sample(2).id, sample(3).id, sample(1).id]
    with pytest.raises(UsageError, match="nothing to undo"):
        view.stories.undo(story.id, IVA, catalog.stories.changes(story.id, ANA)[2].event)
    before, listed = view.stories.changes(story.id, IVA), view.stories.all(IVA)
    catalog.stories.take_out(story.id, [secret], ANA)
    assert told(catalog.stories.undo(story.id, ANA))[1] == sample(3).id
    assert (view.stories.changes(story.id, IVA), view.stories.all(IVA)) == (before, listed)
    view.close()


def test_of_a_search_in_a_hidden_collection_nothing_is_told(catalog: Catalog) -> None:
    story = catalog.stories.create("Kamere", ANA)
    catalog.stories.share(story.id, ["Iva"], ANA)
    view = catalog.hiding(frozenset({"secret"}))
    before, listed = view.stories.changes(story.id, IVA), view.stories.all(IVA)
    search = ItemContent(ItemKind.SEARCH, None, {"parameters": {"collection": ["secret"]}})
    (item,) = catalog.stories.add(story.id, [search], ANA).items
    catalog.stories.move(story.id, item.id, None, ANA)
    catalog.stories.take_out(story.id, [item.id], ANA)
    for _ in range(3):
        catalog.stories.undo(story.id, ANA)
    assert len(catalog.stories.changes(story.id, ANA)) == len(before) + 6
    assert (view.stories.changes(story.id, IVA), view.stories.all(IVA)) == (before, listed)
    view.close()


def test_the_log_says_that_something_was_done_and_not_what(catalog: Catalog) -> None:
    first = catalog.events.newest()
    story = catalog.stories.create("Tajni naslov", ANA)
    catalog.stories.add(story.id, [document(1), heading("Izvor")], ANA)
    catalog.marks.put("Ana", sample(1).id, Marks(is_starred=True, tags=("sumnjivo",)))
    details = [entry.detail for entry in catalog.events.between(first, catalog.events.newest())]
    assert len(details) == 4
    for word in ("Tajni", "Ana", "Izvor", "sumnjivo", sample(1).id, story.id):
        assert not any(word in detail for detail in details)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE story_changes SET \"by\" = 'Zla' WHERE action = 'create'",
        "UPDATE story_changes SET detail = '{\"title\": \"b\"}' WHERE action = 'create'",
        "DELETE FROM story_changes WHERE action = 'add'",
        "UPDATE story_changes SET event = 999 WHERE action = 'add'",
        "UPDATE reader_marks SET reader = 'zla'",
        "DELETE FROM reader_marks",
    ],
)
def test_what_nobody_did_to_a_story_is_named(catalog: Catalog, statement: str) -> None:
    story = catalog.stories.create("a", ANA)
    catalog.stories.add(story.id, [heading("b")], ANA)
    catalog.marks.put("Ana", sample(1).id, Marks(is_read=True))
    assert catalog.stories.differences() == ()
    with catalog._database.writing() as connection:
        connection.execute(text(statement))
    assert catalog.stories.differences()


def test_a_story_has_an_end(catalog: Catalog) -> None:
    story = catalog.stories.create("a", ANA)
    with pytest.raises(UsageError, match="at most 2,000 items"):
        catalog.stories.add(story.id, [heading("b")] * (MOST_ITEMS + 1), ANA)
    assert len(catalog.stories.changes(story.id, ANA)) == 1
    for title in ("", " \n", "x" * 201, "a\x00b"):
        with pytest.raises(UsageError):
            catalog.stories.create(title, ANA)
    added = catalog.stories.add(story.id, [document(1)], ANA).items[0].id
    with pytest.raises(UsageError, match="Only headings"):
        catalog.stories.edit(story.id, added, "b", ANA)


@pytest.mark.parametrize(
    ("kind", "of", "said"),
    [
        (ItemKind.DOCUMENT, None, {}),
        (ItemKind.HEADING, "a" * 64, {"text": "b"}),
        (ItemKind.PAGE, "a" * 64, {"page": "1"}),
        (ItemKind.PAGE, "a" * 64, {"page": True}),
        (ItemKind.PAGE, "a" * 64, {"page": 1, "more": 2}),
    ],
)
def test_content_that_makes_no_sense_is_none(kind: ItemKind, of: str | None, said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="an item of kind"):
        ItemContent(kind, of, said)


def test_marks_are_of_one_reader(catalog: Catalog) -> None:
    one, two = sample(1).id, sample(2).id
    catalog.marks.put("Ana", one, Marks(is_starred=True))
    catalog.marks.put("ANA", one, Marks(is_starred=True, is_read=True, tags=(" za  pitanje ", "a", "a")))
    catalog.marks.put("Ana", two, Marks(tags=("a",)))
    kept = {one: Marks(True, True, ("a", "za pitanje")), two: Marks(tags=("a",))}
    assert catalog.marks.of("ana", [one, two]) == kept
    assert catalog.marks.of("Ana", [two]) == {two: kept[two]}
    assert catalog.marks.of("Iva", [one, two]) == {}
    before = catalog.events.newest()
    catalog.marks.put("Ana", two, kept[two])
    for tags in (("x" * 61,), ("",), tuple(map(str, range(51)))):
        with pytest.raises(UsageError):
            catalog.marks.put("Ana", two, Marks(tags=tags))
    assert catalog.events.newest() == before
    catalog.marks.put("Ana", two, Marks())
    assert catalog.marks.of("Ana", [one, two]) == {one: kept[one]}


WRITE = """
import sys
from pathlib import Path
from archive.store.catalog import Catalog
from archive.store.stories.story import ItemContent, ItemKind, StoryReader
catalog, reader = Catalog.open(Path(sys.argv[1])), StoryReader("Ana")
story = catalog.stories.create("Kamere", reader).id
print(story, flush=True)
for number in range(100_000):
    headings = [ItemContent(ItemKind.HEADING, None, {"text": f"{number} {at}"}) for at in range(5)]
    catalog.stories.add(story, headings, reader)
    catalog.stories.take_out(story, [item.id for item in catalog.stories.get(story, reader).items], reader)
    print(number, flush=True)
"""


@pytest.mark.parametrize("lines", [2, 5])
def test_after_a_kill_nothing_is_half_there(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog.open(path).close()
    with WarmScript(WRITE, path) as process:
        story, *done = [process.stdout.readline().strip() for _ in range(lines)]
        process.kill()
    catalog = Catalog.open(path)
    assert catalog.stories.differences() == ()
    assert catalog.events.verify() >= 1 + 10 * len(done)
    assert len(catalog.stories.get(story, ANA).items) in (0, 5)
    assert told(catalog.stories.add(story, [heading("after")], ANA))[-1] == "after"
    catalog.close()
