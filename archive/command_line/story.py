"""``dosije story``: put together what was found, in an order of one's own, share it and hand it on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from archive.archive import Archive
from archive.citing.copying import public_address
from archive.citing.locators import base_url
from archive.command_line.export import ClipMaker, Renderer
from archive.command_line.options import (
    JSON_OPTION,
    by_option,
    counted,
    output_file,
    print_json,
    record_masked,
)
from archive.command_line.publishing import publish_command, verify_command
from archive.errors import UsageError
from archive.facts.corrections import checked_name
from archive.masking.texts import page_rules, text_mask
from archive.packet.maker import PacketMaker, PacketOptions
from archive.search.masking import Masking
from archive.serialization import serialize
from archive.store.stories.story import Story, StoryHead, StoryReader
from archive.stories.exports import LOST, change_text, label, markdown_lines, paper_rows
from archive.stories.publication import StoryPublisher
from archive.stories.records import StoryAnswer, change_records, story_record
from archive.stories.references import free_text, heading, named
from archive.stories.shown_items import ShownItem, citations_of, shown_items

WordWriter = Callable[[Archive, Story, str, IO[bytes], Masking, StoryReader], None]
"""A function that writes a story for Word: archive, story, base URL, file, masking, reader."""

WORDS_SHOWN = 14
FORMATS = ("markdown", "csv", "docx", "packet")


def story_group(renderer: ClipMaker, write_word: WordWriter, publish: StoryPublisher) -> click.Group:
    """Return the commands ``story ...``; ``renderer`` draws pages of packets, ``publish`` writes a page."""

    @click.group("story")
    def group() -> None:
        """Stories: documents, words, clauses and numbers put together in an order of your own, to share and hand on."""

    for command in (new_command, add_command, list_command, show_command, move_command, remove_command,
                    share_command, undo_command):  # fmt: skip
        group.add_command(command)
    group.add_command(_export_command(renderer, write_word))
    group.add_command(publish_command(renderer, publish))
    group.add_command(verify_command)
    return group


def _reader(by: str) -> StoryReader:
    """Return the person at the terminal as a reader who may see the whole archive."""
    return StoryReader(checked_name(by), sees_all=True)


@click.command("new")
@click.argument("title")
@by_option
@JSON_OPTION
@click.pass_obj
def new_command(home: Path, title: str, by: str, as_json: bool) -> None:
    """Begin a story called TITLE. Nobody but you sees it until you share it."""
    with Archive.open(home, create=False) as archive:
        made = archive.catalog.stories.create(title, _reader(by))
    _print_story(made, "begun", as_json)


@click.command("add")
@click.argument("story")
@click.argument("references", nargs=-1, metavar="REFERENCE...")
@click.option("--heading", "heading_text", metavar="TEXT", help="Add a heading first.")
@click.option("--text", metavar="TEXT", help="Add a text of your own after that.")
@by_option
@JSON_OPTION
@click.pass_obj
def add_command(
    home: Path,
    story: str,
    references: tuple[str, ...],
    heading_text: str | None,
    text: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Add to a STORY, at its end, all or nothing.

    REFERENCE is an address of the reading room (a document, page, clause, citation, vendor, note, search or number of a
    finding), or ID, ID@PAGE, ID#CLAUSE, ID:A-B (words), vendor:NAME, note:ID.
    """
    with Archive.open(home, create=False) as archive:
        contents = [heading(heading_text)] if heading_text is not None else []
        contents += [free_text(text)] if text is not None else []
        contents += [named(archive, reference, _reader(by)) for reference in references]
        if not contents:
            raise UsageError("There is nothing to add.", "Name a document: dosije story add STORY ID")
        changed = archive.catalog.stories.add(story, contents, _reader(by))
    _print_story(changed, f"{counted(len(contents), 'item')} added", as_json)


@click.command("list")
@JSON_OPTION
@click.pass_obj
def list_command(home: Path, as_json: bool) -> None:
    """List the stories, the last changed first."""
    with Archive.open(home, create=False) as archive:
        stories = archive.catalog.stories.all(StoryReader("", sees_all=True))
    if as_json:
        print_json([serialize(StoryAnswer, story) for story in stories])
        return
    for story in stories:
        click.echo(_line(story))
    if not stories:
        click.echo("There are no stories. Begin one: dosije story new TITLE", err=True)


@click.command("show")
@click.argument("story")
@click.option("--history", is_flag=True, help="Who did what to it, with the events that undo takes.")
@JSON_OPTION
@click.pass_obj
def show_command(home: Path, story: str, history: bool, as_json: bool) -> None:
    """Show what is in a STORY: its id, the beginning of it, or its title."""
    reader = StoryReader("", sees_all=True)
    with Archive.open(home, create=False) as archive:
        found, base = archive.catalog.stories.get(story, reader), base_url(archive.settings)
        if history:
            changes = change_records(archive.catalog.stories.changes(found.id, reader))
            if as_json:
                print_json(changes)
            for one in () if as_json else changes:
                undone = " (undone)" if one["undone"] else ""
                click.echo(f"{one['event']}  {one['at'][:16]}  {one['by']}: {one['action']}{undone}")
        elif as_json:
            print_json(story_record(archive, found, base, reader))
        else:
            click.echo(_line(found))
            for item in shown_items(archive, found.items, base, reader, may_wait=True):
                click.echo(f"{item.item.id[:8]}  {_shown(item, reader)}  [{item.item.by}, {item.item.at:%Y-%m-%d}]")


@click.command("move")
@click.argument("story")
@click.argument("item")
@click.option("--after", metavar="ITEM", help="Behind this item; without it, to the beginning.")
@by_option
@JSON_OPTION
@click.pass_obj
def move_command(home: Path, story: str, item: str, after: str | None, by: str, as_json: bool) -> None:
    """Move an ITEM of a STORY."""
    with Archive.open(home, create=False) as archive:
        changed = archive.catalog.stories.move(story, item, after, _reader(by))
    _print_story(changed, "item moved", as_json)


@click.command("remove")
@click.argument("story")
@click.argument("items", nargs=-1, metavar="ITEM...")
@click.option("--whole", is_flag=True, help="Put the story away. It is kept: dosije story undo ID brings it back.")
@by_option
@JSON_OPTION
@click.pass_obj
def remove_command(home: Path, story: str, items: tuple[str, ...], whole: bool, by: str, as_json: bool) -> None:
    """Take each ITEM out of a STORY."""
    if whole == bool(items):
        raise UsageError("Say what to remove.", "Name the items: dosije story remove STORY ITEM; or the story: --whole")
    with Archive.open(home, create=False) as archive:
        stories, reader = archive.catalog.stories, _reader(by)
        changed = stories.remove(story, reader) if whole else stories.take_out(story, items, reader)
    _print_story(changed, "removed" if whole else f"{counted(len(items), 'item')} taken out", as_json)


@click.command("share")
@click.argument("story")
@click.argument("members", nargs=-1, metavar="USER...")
@by_option
@JSON_OPTION
@click.pass_obj
def share_command(home: Path, story: str, members: tuple[str, ...], by: str, as_json: bool) -> None:
    """Share a STORY with each USER and nobody else; without one, it is private again."""
    with Archive.open(home, create=False) as archive:
        changed = archive.catalog.stories.share(story, members, _reader(by))
    _print_story(changed, "shared" if members else "private", as_json)


@click.command("undo")
@click.argument("story")
@click.option("--event", type=click.IntRange(1), help="What was done with this event (see: story show --history).")
@by_option
@JSON_OPTION
@click.pass_obj
def undo_command(home: Path, story: str, event: int | None, by: str, as_json: bool) -> None:
    """Undo what was done last to a STORY, or with an event."""
    with Archive.open(home, create=False) as archive:
        changed = archive.catalog.stories.undo(story, _reader(by), event)
    _print_story(changed, "undone", as_json)


def _export_command(renderer: Renderer, write_word: WordWriter) -> click.Command:
    @click.command("export")
    @click.argument("story")
    @click.option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True)
    @click.option("--output", type=click.Path(path_type=Path), help="Write to this file (or folder, or NAME.zip).")
    @click.pass_obj
    def command(home: Path, story: str, form: str, output: Path | None) -> None:
        """Hand a STORY on: as Markdown, its papers as CSV, for Word, or what it cites as an evidence packet."""
        if output is None and form in ("docx", "packet"):
            raise UsageError(f"A {form} is not text for a terminal.", "Say where it goes: --output PLACE")
        with Archive.open(home, create=False) as archive:
            reader = StoryReader("", sees_all=True)
            found = archive.catalog.stories.get(story, reader)
            base = public_address(archive.settings, base_url(archive.settings))
            mask = text_mask(archive)
            masking = mask or str
            if form == "packet":
                assert output is not None
                _write_packet(archive, found, renderer, output, base)
            elif form == "docx":
                assert output is not None
                with output_file(output) as file:
                    write_word(archive, found, base, file, masking, reader)
            else:
                lines = markdown_lines if form == "markdown" else paper_rows
                _write(lines(archive, found, base, masking, reader), output)
            if form != "packet":
                # Making a packet records its masks itself.
                record_masked(mask, f"story as {form}")

    return command


def _write(lines: Iterator[str], output: Path | None) -> None:
    if output is None:
        sys.stdout.writelines(lines)
        return
    with output_file(output) as file:
        file.writelines(line.encode() for line in lines)


def _write_packet(archive: Archive, story: Story, renderer: Renderer, output: Path, base: str) -> None:
    chosen = citations_of(archive, story, base)
    with closing(renderer(archive.settings, archive.cache)) as drawing:
        maker = PacketMaker(archive.catalog, archive.originals, drawing)
        options = PacketOptions(story.title, "P", rules=page_rules(archive))
        made = maker.make(chosen, options, output, datetime.now(UTC))
    click.echo(f"{made.path}: {counted(len(chosen), 'citation')}\nSeal: {made.seal}")


def _print_story(story: Story, what: str, as_json: bool) -> None:
    if as_json:
        print_json(serialize(StoryAnswer, story))
    else:
        click.echo(f"{what}  {_line(story)}")


def _line(story: StoryHead) -> str:
    shared = f", shared with {', '.join(story.members)}" if story.members else ""
    return f"{story.id[:12]}  {story.title} ({counted(story.count, 'item')}, {story.owner}{shared})"


def _shown(one: ShownItem, reader: StoryReader) -> str:
    said = one.item.content.said
    if "text" in said:
        return f"{one.kind}: {said['text']}"
    if one.is_lost:
        return f"{one.kind} {LOST}"
    if one.waits is not None:
        return f"{one.kind}: {one.waits}"
    words = one.citation.words if one.citation else ()
    quoted = f" “{' '.join(words[:WORDS_SHOWN])}{' …' if len(words) > WORDS_SHOWN else ''}”" if words else ""
    note = f" {one.note.note}" if one.note else ""
    change = change_text(one, reader)
    return f"{one.kind}: {label(one)}{quoted}{note}{f' ({change})' if change else ''}"
