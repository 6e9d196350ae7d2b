"""Stories are data of the archive: they survive a backup, a move and a rebuilt index, and a check compares them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.store.stories.story import Marks, StoryReader
from archive.stories.records import change_records, story_record
from archive.stories.references import free_text, heading, named
from tests.archive.upkeep.homes import execute, fill, problems
from tests.conftest import run_dosije

ANA = StoryReader("Ana", sees_all=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    ids = fill(home)
    with Archive.open(home) as archive:
        contents = [heading("Ko prodaje"), free_text("Uvod."), *(named(archive, one) for one in ids[:2])]
        contents += [named(archive, f"{ids[0]}:2-5"), named(archive, f"{ids[0]}#art_1"), named(archive, "/?q=kamere")]
        stories = archive.catalog.stories
        story = stories.add(stories.create("Kamere", ANA).id, contents, ANA)
        stories.move(story.id, story.items[-1].id, None, ANA)
        stories.take_out(story.id, [story.items[2].id], ANA)
        stories.undo(story.id, ANA)
        stories.remove(stories.create("Sklonjena", ANA).id, ANA)
        archive.catalog.marks.put("Ana", ids[0], Marks(is_starred=True, tags=("važno",)))
    return home


def told(home: Path) -> list[Any]:
    """All that an archive tells of its stories and marks."""
    with Archive.open(home, create=False) as archive:
        catalog = archive.catalog
        marks = catalog.marks.of("Ana", [one.id for one in catalog.documents.newest_first()])
        stories = [
            (story_record(archive, catalog.stories.get(head.id, ANA), "http://x.example", ANA),
             change_records(catalog.stories.changes(head.id, ANA)))
            for head in catalog.stories.all(ANA)
        ]  # fmt: skip
        return [stories, marks]


def done(home: Path, *arguments: str | Path) -> None:
    run = run_dosije(home, *arguments)
    assert run.returncode == 0, run.stderr


def test_stories_survive_backup_and_restore_move_and_reindex(home: Path, tmp_path: Path) -> None:
    before = told(home)
    assert [len(record["items"]) for record, _ in before[0]] == [7]
    assert before[1]
    done(home, "backup", tmp_path / "backup")
    done(tmp_path / "restored", "restore", tmp_path / "backup")
    done(home, "move", tmp_path / "moved")
    for copy in (tmp_path / "restored", tmp_path / "moved"):
        done(copy, "reindex", "--jobs", "1")
        assert told(copy) == before
        assert problems(copy) == []


def test_a_check_finds_what_was_changed_of_a_story_behind_our_back(home: Path) -> None:
    assert problems(home) == []
    execute(home, "UPDATE story_changes SET detail = replace(detail, 'Uvod', 'Kraj') WHERE detail LIKE '%Uvod%'")
    (found,) = problems(home)
    assert "stories" in str(found.kind)
    assert "is not the one that the event log tells of" in found.message
