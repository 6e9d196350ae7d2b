"""``dosije export`` and ``packet``: procurements in the Open Contracting Data Standard, citations with their proof."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.archive import Archive
from archive.citing.locators import base_url
from archive.command_line.citing import VERIFICATION_FAILED
from archive.command_line.options import (
    JSON_OPTION,
    MASK_OPTION,
    counted,
    output_file,
    print_json,
    record_masked,
)
from archive.config import Settings
from archive.errors import UsageError
from archive.masking.classes import plain_counts
from archive.masking.texts import page_rules, text_mask
from archive.model import Span
from archive.model.rendering import ClippingRenderer, MarkingRenderer
from archive.ocds.export import releases
from archive.ocds.values import Links
from archive.packet.maker import Packet, PacketMaker, PacketOptions
from archive.packet.selection import Selection
from archive.packet.verification import PacketReport, verify
from archive.search.masking import masked_record
from archive.system.processes import stop_on_sigterm


@click.group("export")
def export_group() -> None:
    """Hand on what the archive knows, in a form that other programs read."""


@export_group.command("ocds")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@MASK_OPTION
@click.pass_obj
def ocds_command(home: Path, output: Path | None, asked_mask: str) -> None:
    """Write a release of OCDS 1.1 for each procurement, one JSON value a line.

    Settings: ocid_prefix and base_url. What stands in which field: docs/ocds.md.
    """
    count = 0
    with Archive.open(home, create=False) as archive:
        found = releases(archive.catalog, archive.settings.text("ocid_prefix"), links_below(archive.settings))
        with nullcontext(sys.stdout.buffer) if output is None else output_file(output) as file:
            mask = text_mask(archive, asked_mask)
            for release in found:
                file.write(f"{json.dumps(masked_record(release, mask), ensure_ascii=False)}\n".encode())
                count += 1
        record_masked(mask, "ocds")
    click.echo(counted(count, "release"), err=True)


def links_below(settings: Settings) -> Links:
    """Return functions that build links to the reading room at ``base_url``, the same as :mod:`webapp.links` builds."""
    base = base_url(settings)

    def page(span: Span, number: int) -> str:
        words = f"reading={span.reading}&words={span.first}-{span.last}"
        return f"{base}/documents/{span.document}/pages/{number}?{words}#words"

    return Links(page=page, document=lambda document: f"{base}/documents/{document}")


PREFIX = re.compile("[A-Za-z0-9][A-Za-z0-9-]{0,15}")
"""Pattern of the prefix of Bates numbers; it becomes part of file names."""

Renderer = Callable[[Settings, Path], MarkingRenderer]
ClipMaker = Callable[[Settings, Path], ClippingRenderer]


def packet_group(renderer: Renderer) -> click.Group:
    """Return the commands ``packet make`` and ``packet verify``; pages are drawn by ``renderer``."""

    @click.group("packet")
    def group() -> None:
        """Evidence packets: citations with originals, marked pages, texts and the log, to be checked by anyone."""

    group.add_command(_make_command(renderer))
    group.add_command(verify_command)
    return group


def _prefix(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not PREFIX.fullmatch(value):
        raise click.BadParameter("up to 16 Latin letters, digits and hyphens, as in CASE-12")
    return value


def _make_command(renderer: Renderer) -> click.Command:
    @click.command("make")
    @click.argument("citations", metavar="CITATION...", nargs=-1, required=True)
    @click.option("--output", type=click.Path(path_type=Path), required=True, help="A folder, or a file NAME.zip.")
    @click.option("--title", default="Evidence packet", show_default=True, help="What it is called.")
    @click.option("--prefix", default="P", show_default=True, callback=_prefix, help="Before the number of each page.")
    @click.option("--unmasked", is_flag=True, help="Show personal numbers (JMBG), which are masked otherwise.")
    @MASK_OPTION
    @click.option("--without-originals", is_flag=True, help="Leave out the originals, in which nothing is masked.")
    @click.option("--notes", is_flag=True, help="Take in the notes that persons wrote on the cited documents.")
    @JSON_OPTION
    @click.pass_obj
    def command(
        home: Path,
        citations: tuple[str, ...],
        output: Path,
        title: str,
        prefix: str,
        unmasked: bool,
        asked_mask: str,
        without_originals: bool,
        notes: bool,
        as_json: bool,
    ) -> None:
        """Make a packet of citations.

        CITATION is a permalink, ID#EID (a clause), ID:A-B (words), ID@N (a page), or a file: a Web Annotation, or one
        of these on each line. With --mask, somebody must have approved the masks of every cited page (dosije masks),
        and the originals are left out.
        """
        if unmasked and asked_mask:
            raise UsageError("A packet is masked or it is not.", "Give --mask or --unmasked.")
        now = datetime.now(UTC)
        # SIGTERM means the same as Ctrl-C, so that an unfinished packet is removed.
        stop_on_sigterm(KeyboardInterrupt)
        with Archive.open(home, create=False) as archive:
            rules = page_rules(archive, asked_mask)
            wishes = PacketOptions(
                " ".join(title.split()) or "Evidence packet", prefix, not unmasked, not without_originals, rules, notes
            )
            chosen = Selection(archive.catalog, archive.settings, now).citations(citations)
            with closing(renderer(archive.settings, archive.cache)) as drawing:
                maker = PacketMaker(archive.catalog, archive.originals, drawing)
                made = maker.make(chosen, wishes, output, now)
        if as_json:
            print_json(_record(made))
        else:
            click.echo("\n".join(_lines(made)))

    return command


@click.command("verify")
@click.argument("packet", type=click.Path(path_type=Path))
@JSON_OPTION
def verify_command(packet: Path, as_json: bool) -> int:
    """Read a packet back, a folder or a zip. No archive is needed."""
    answer = verify(packet)
    if as_json:
        print_json(answer.as_json())
    else:
        click.echo("\n".join(_answer_lines(answer)))
    return 0 if answer.is_sound else VERIFICATION_FAILED


def _record(made: Packet) -> dict[str, object]:
    return {
        "path": str(made.path),
        "seal": made.seal,
        "citations": len(made.contents.gathering.citations),
        "documents": len(made.contents.gathering.documents),
        "pages": [page.stamp for page in made.contents.pages if page.stamp],
        "not_drawn": [page.note for page in made.contents.pages if not page.stamp],
        "masked_numbers": made.contents.masked,
        "masks": plain_counts(made.contents.gathering.counts, made.contents.gathering.classes),
        "notice": made.contents.notice,
    }


def _lines(made: Packet) -> Iterator[str]:
    contents = made.contents
    citations, documents = len(contents.gathering.citations), len(contents.gathering.documents)
    stamps = [page.stamp for page in contents.pages if page.stamp]
    numbered = f", {counted(len(stamps), 'page')} numbered {stamps[0]} to {stamps[-1]}" if stamps else ""
    yield f"{made.path}: {counted(citations, 'citation')} of {counted(documents, 'document')}{numbered}"
    for page in contents.pages:
        if page.note:
            yield f"not drawn: {page.note}"
    yield contents.notice
    yield f"Seal (SHA-256 of tagmanifest-sha256.txt; tell it to the receiver by another way): {made.seal}"


def _answer_lines(answer: PacketReport) -> Iterator[str]:
    counts = f"{counted(answer.files, 'file')}, {counted(answer.citations, 'citation')}"
    counts += f" of {counted(answer.documents, 'document')}"
    problems = counted(len(answer.problems), "problem")
    yield f"VERIFIED: {counts}." if answer.is_sound else f"CHANGED: {problems}; {counts}."
    for problem in answer.problems:
        yield _printable(f"  {problem.file}: {problem.text}")
    yield from answer.notes
    if answer.seal:
        yield f"Seal (compare it with the one you were told): {answer.seal}"


def _printable(text: str) -> str:
    """Escape the control characters of a text from a packet, which a terminal would interpret."""
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
