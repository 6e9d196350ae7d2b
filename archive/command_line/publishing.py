"""``dosije story publish`` and ``verify``: a story as static files for the web, and whether they are as they were."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from archive.archive import Archive
from archive.citing.copying import public_address
from archive.citing.locators import base_url
from archive.citing.verification import Verifier
from archive.command_line.citing import VERIFICATION_FAILED
from archive.command_line.export import ClipMaker
from archive.command_line.options import JSON_OPTION, MASK_OPTION, counted, print_json, progress_bar, settle
from archive.serialization import serialize
from archive.store.stories.story import StoryReader
from archive.stories.publication import LANGUAGES, PageOptions, StoryPublisher
from archive.stories.sealing import PageVerificationAnswer, verify_page


def publish_command(renderer: ClipMaker, publish: StoryPublisher) -> click.Command:
    """Return the command ``story publish``; ``renderer`` draws clippings of pages, ``publish`` writes the page."""

    @click.command("publish")
    @click.argument("story")
    @click.argument("folder", type=click.Path(path_type=Path))
    @click.option(
        "--base-url",
        "base",
        default="",
        metavar="URL",
        help="Where the folder will lie on the web: embedding by oEmbed takes whole addresses.",
    )
    @click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        default=LANGUAGES[0],
        show_default=True,
        help="Of the words that are ours.",
    )
    @MASK_OPTION
    @click.pass_obj
    def command(home: Path, story: str, folder: Path, base: str, language: str, asked_mask: str) -> None:
        """Publish a STORY as a FOLDER (or NAME.zip) of static files that any web server can give: the text, each
        quotation with a cut of its page, numbers with the words behind them, sources. Each quotation can be embedded.
        """
        reader = StoryReader("", sees_all=True)
        with Archive.open(home, create=False) as archive, closing(renderer(archive.settings, archive.cache)) as drawing:
            settle(archive)
            found = archive.catalog.stories.get(story, reader)
            address = public_address(archive.settings, base_url(archive.settings))
            options = PageOptions(address, base, asked_mask, language)
            with progress_bar("Cutting pages") as progress:
                made = publish(archive, found, reader, options, drawing, folder, progress or _no_progress)
        click.echo(f"{made.path}: {counted(made.quotations, 'quotation')}, {counted(made.clips, 'clip')}")
        click.echo(f"Seal: {made.answer.seal}")
        for notice in made.notices:
            click.echo(notice, err=True)
        if not base:
            click.echo("Without --base-url, it has no files for embedding by oEmbed; iframes do without.", err=True)

    return command


def _no_progress(_done: int, _total: int) -> None:
    """Report no progress."""


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@JSON_OPTION
@click.pass_obj
def verify_command(home: Path, folder: Path, as_json: bool) -> int:
    """Verify a published story: its files by their checksums, its quotations by this archive, its seal by the log."""
    with Archive.open(home, create=False) as archive:
        settle(archive)
        answer = verify_page(folder, archive.catalog, Verifier(archive.catalog, archive.originals, archive.search))
    if as_json:
        print_json(serialize(PageVerificationAnswer, answer))
    else:
        masked = f", {answer.masked} masked and not compared" if answer.masked else ""
        found = f"{counted(answer.quotations, 'quotation')}: {answer.verified} verified{masked}"
        published = "" if answer.event is None else f", published with event {answer.event}"
        click.echo(f"{counted(answer.files, 'file')}, {found}\nSeal: {answer.seal}{published}")
        for problem in answer.problems:
            click.echo(f"PROBLEM: {problem}")
    return 0 if answer.is_sound else VERIFICATION_FAILED
