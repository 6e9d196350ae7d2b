"""``dosije serve``: the reading room."""

from __future__ import annotations

import gc
import multiprocessing
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Protocol

import click

from archive.access.rules import AUDIT, OFFLINE, choice, needs_log_in
from archive.archive import Archive
from archive.command_line.options import counted
from archive.config import Settings
from archive.errors import DosijeError, UnreadableInput, UsageError
from archive.facts.review import queue
from archive.facts.values import Municipalities
from archive.model.rendering import PageRenderer
from archive.procedures.kept_numbers import keep_numbers
from archive.profiles.bids import keep_counts
from archive.search.request import SearchRequest
from archive.system.processes import (
    SECONDS_TO_STOP,
    end_when_interrupted,
    end_with_parent,
    interruption_postponed,
    stop_on_sigterm,
)
from webapp import create_app
from webapp.operations import logs
from webapp.operations.counting import counting_together
from webapp.server import listen, listen_near, serve

MOST_PROCESSES = 4
"""Default maximum number of server processes, however many cores there are."""


class Closing(Protocol):
    """An object that owns a process."""

    def close(self) -> None:
        """Stop the process."""


class ClosingRenderer(PageRenderer, Closing, Protocol):
    """A renderer that owns a process."""

    def warm_up(self) -> None:
        """Start the process before the first page is asked for."""


@dataclass(frozen=True, slots=True)
class RoomProcess:
    """The arguments of a server process for the archive at ``home``, sockets excepted; it can be pickled."""

    home: Path
    settings: Settings
    make_renderer: Callable[[Settings, Path], ClosingRenderer]
    places: Callable[[], Municipalities]

    def answer(self, archive: Archive, listening: Sequence[socket.socket]) -> None:
        """Answer requests until the process is stopped.

        Counts of findings, doubts and numbers are updated in the background; pages do not wait for it.
        """
        archive.catalog.limits = replace(archive.catalog.limits, is_awaiting_units=False)
        with closing(self.make_renderer(self.settings, archive.cache)) as renderer:
            renderer.warm_up()
            application = create_app(archive, renderer, self.places())
            # What stays until the end is not looked through again whenever garbage is looked for.
            gc.collect()
            gc.freeze()
            threading.Thread(target=_warm, args=(archive,), daemon=True).start()
            serve(application, listening, self.settings.number("threads"))


def _warm(archive: Archive) -> None:
    # A failing catalog or index is reported with the next request.
    with suppress(DosijeError):
        # The first search of a process makes arrays of all documents.
        archive.search.search(SearchRequest("", limit=1))
    with suppress(DosijeError):
        keep_numbers(archive.catalog)
    with suppress(DosijeError):
        keep_counts(archive.home, archive.catalog)
    with suppress(DosijeError):
        queue(archive.catalog)


def serve_command(
    make_renderer: Callable[[Settings, Path], ClosingRenderer],
    places: Callable[[], Municipalities],
    workers: Sequence[Callable[[Path], Closing]],
    files_in: Callable[[Sequence[Path]], Sequence[Path]],
) -> click.Command:
    """Return the command ``serve``.

    :param make_renderer: creates the renderer of page images from settings and the cache folder.
    :param places: returns the known municipalities.
    :param workers: start the background processes of a home, for uploads and packets.
    :param files_in: expands folders to the files to add.
    """

    @click.command("serve")
    @click.option("--host", help="Address to listen on.")
    @click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
    @click.option(
        "--add",
        "papers",
        multiple=True,
        type=click.Path(exists=True, path_type=Path),
        help="Hand the room a file, or all files in a folder, as an upload; it opens at once and tells how far it is.",
    )
    @click.pass_obj
    def command(home: Path, host: str | None, port: int | None, papers: Sequence[Path]) -> None:
        """Open the reading room: the web pages and the API.

        Where neither --port nor the settings name a port and 8000 is taken, it opens on the next one that is free.
        """
        settings = Settings.load(home)
        is_named = port is not None or settings.is_given("port")
        settings = settings.changed(host=host or settings.text("host"), port=port or settings.number("port"))
        with Archive.open(home, settings) as archive:
            refuse_without_users(archive)
            if archive.is_read_only:
                click.echo(
                    "The archive is on a read-only disk: it can be searched and read, and nothing else.", err=True
                )
            elif waiting := archive.catalog.indexing.count_not_indexed():
                # The process that adds uploads does it: nobody waits for the first page because of it.
                click.echo(f"Indexed while the room is open: {counted(waiting, 'document')}.", err=True)
            listening, chosen_port = _listen(settings, is_named=is_named)
            if papers:
                count = hand_over(archive, files_in(papers))
                click.echo(f"Read while the room is open: {counted(count, 'file')}.", err=True)
            archive.settings = settings = settings.changed(port=chosen_port)
            click.echo(f"Dosije is at http://{settings.text('host')}:{chosen_port}/  (Ctrl-C ends it)", err=True)
            # Close everything if stopped by a signal, too: this process, then the others.
            stop_on_sigterm(SystemExit, MOST_PROCESSES * SECONDS_TO_STOP)
            room = RoomProcess(home, settings, make_renderer, places)
            logs.begin(settings)
            with ExitStack() as running:
                running.enter_context(counting_together())
                if not archive.is_read_only:
                    for start in workers:
                        running.enter_context(closing(start(archive.home)))
                running.enter_context(_others(room, listening))
                room.answer(archive, listening)

    return command


def hand_over(archive: Archive, papers: Sequence[Path]) -> int:
    """Queue files as one upload, and return their number.

    :raises UsageError: there are none.
    :raises UnreadableInput: one cannot be read; none is queued.
    """
    if not papers:
        raise UsageError("There is no file to add.", "Name files, or a folder that has some.")
    job_id, files = archive.uploads.keep(_opened(papers))
    archive.catalog.jobs.add(job_id, archive.settings.text("default_collection"), "dosije serve", files)
    return len(files)


def _opened(paths: Sequence[Path]) -> Iterator[tuple[str, BinaryIO]]:
    for path in paths:
        try:
            file = path.open("rb")
        except OSError as error:
            raise UnreadableInput(
                "%(source)s cannot be read: %(error)s.", "Check its permissions.", source=path, error=error.strerror
            ) from error
        with file:
            yield path.name, file


def _listen(settings: Settings, *, is_named: bool) -> tuple[Sequence[socket.socket], int]:
    """Listen on the port of the settings or, if it is the default and in use, on the next free one."""
    host, port = settings.text("host"), settings.number("port")
    if is_named:
        return listen(host, port), port
    listening, found = listen_near(host, port)
    if found != port:
        click.echo(f"Another program listens on port {port}; this is the next one that is free.", err=True)
    return listening, found


@contextmanager
def _others(room: RoomProcess, listening: Sequence[socket.socket]) -> Iterator[None]:
    """Run further processes on the same sockets, so that requests are answered in parallel."""
    wanted = room.settings.number("processes") or min(os.cpu_count() or 1, MOST_PROCESSES)
    context = multiprocessing.get_context("spawn")
    with interruption_postponed():
        others = [context.Process(target=_answer_too, args=(room, listening), daemon=True) for _ in range(wanted - 1)]
        for other in others:
            other.start()
    try:
        yield
    finally:
        for other in others:
            other.terminate()
        for other in others:
            other.join(SECONDS_TO_STOP)
            other.kill()


def _answer_too(room: RoomProcess, listening: Sequence[socket.socket]) -> None:
    end_with_parent()
    end_when_interrupted()
    stop_on_sigterm(SystemExit)
    logs.begin(room.settings)
    with Archive.open(room.home, room.settings) as archive:
        room.answer(archive, listening)


def refuse_without_users(archive: Archive) -> None:
    """Raise an error if the room could not be opened safely.

    :raises UsageError: a login is required and no user can log in, or a setting has an unknown value.
    """
    choice(archive.settings, "audit", AUDIT)
    choice(archive.settings, "offline", OFFLINE)
    if needs_log_in(archive.settings) and not any(user.has_password for user in archive.catalog.users.all()):
        raise UsageError(
            "Everybody who reaches this room must log in, and there are no users yet.",
            "Make a user: dosije user add NAME --role admin",
        )
