"""Building of a new generation of the embedded index, beside the current one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import IndexDamaged
from archive.search.engine import IndexEntry
from archive.search.whoosh_engine.codec import ArraySegment
from archive.search.whoosh_engine.commits import Follower
from archive.search.whoosh_engine.generations import Generations
from archive.search.whoosh_engine.layout import SegmentLimits
from archive.search.whoosh_engine.merging import merge_all
from archive.search.whoosh_engine.register import Register
from archive.search.whoosh_engine.snapshot import Snapshot
from archive.search.whoosh_engine.storage import REMEDY
from archive.search.whoosh_engine.writer import Changes, build_segments, commit, writing


@dataclass(frozen=True, slots=True)
class WhooshBuilder:
    """:class:`archive.search.engine.PartBuilder` for the generation in a folder."""

    path: Path
    limits: SegmentLimits

    def build(self, entries: Iterable[IndexEntry], first: int) -> list[ArraySegment]:
        """Write segments, which are not part of an index until they are taken."""
        return build_segments(self.path, entries, first + 1, self.limits)


class WhooshAssembly:
    """:class:`archive.search.engine.Assembly`: one commit."""

    def __init__(self, builder: WhooshBuilder, changes: Changes) -> None:
        self.builder = builder
        self._changes = changes

    def take(self, part: list[ArraySegment]) -> None:
        """Add segments."""
        for segment in part:
            self._changes.take(segment)


class WhooshRebuild:
    """The new generation: :class:`archive.search.engine.Rebuild`."""

    def __init__(self, generations: Generations, limits: SegmentLimits) -> None:
        self._generations = generations
        self._limits = limits
        self.generation = generations.create()
        self._follower = Follower(Snapshot(), generations, lambda: self.generation)
        self._register = Follower(Register(), generations, lambda: self.generation)

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add documents in one commit; errors as in :meth:`WhooshEngine.add`."""
        commit(self._generations.path(self.generation), entries, (), self._register.look, self._limits)

    @contextmanager
    def assembling(self) -> Iterator[WhooshAssembly]:
        """Fill the generation with one commit.

        :raises archive.errors.ArchiveBusy: another process is writing.
        """
        path = self._generations.path(self.generation)
        with writing(path, self._limits) as changes:
            yield WhooshAssembly(WhooshBuilder(path, self._limits), changes)
            changes.publish(merge_all)

    def publish(self, expected: Mapping[str, int]) -> None:
        """Verify the generation, swap it in durably, and delete all others.

        :raises IndexDamaged: it differs from ``expected``; the old generation is kept.
        """
        with self._follower.reading() as snapshot:
            held = {id_: known.revision for id_, known in snapshot.held().items()}
        self._close()
        if held != expected:
            wrong = len(held.items() ^ dict(expected).items())
            raise IndexDamaged(
                "The rebuilt index differs from the catalog in %(count)s records; it is not used.", REMEDY, count=wrong
            )
        self._generations.publish(self.generation)
        self._generations.drop_all_but(self.generation)

    def discard(self) -> None:
        """Delete the new generation, unless it was published."""
        self._close()
        if self._generations.current() != self.generation:
            self._generations.drop(self.generation)

    def _close(self) -> None:
        self._follower.close()
        self._register.close()
