"""Known containers whose members are to be looked at again: where they lie, and which lie in which."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archive.store.catalog import Catalog
from indexer.inputs import INSIDE, Input, Named, source_of


class Resuming:
    """Finds them in a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def container(self, container: str, named: Named) -> Input:
        """A container as an input, as deep in others as it was."""
        source = self._catalog.documents.sources(container)[0].path
        filename = self._catalog.documents.find(container).filename
        depth = len(self._around(container))
        return Input(Path(), source, source, filename, named, depth=depth, kept=container, resumed=True)

    def unfinished(self, retried: Sequence[Path] | None = None) -> list[str]:
        """The containers with members that are due, or failed and lie in one of the files and folders ``retried``; in
        any, if that is empty."""
        found = set(self._catalog.members.unfinished())
        if retried is not None:
            places = tuple(map(source_of, retried))
            failures = self._catalog.failures.all()
            found |= {one.container for one in failures if one.container and _lies_in(one.path, places)}
        return sorted(found)

    def unfinished_in(self, container: str, *, retries: bool) -> list[str]:
        """Those in a container, itself among them; with ``retries``, also those with members that failed."""
        found = self.unfinished(() if retries else None)
        return [one for one in found if container in (one, *self._around(one))]

    def _around(self, container: str) -> list[str]:
        """The containers around a container, the innermost first. It may lie in several; the first counts."""
        found: list[str] = []
        while places := self._catalog.members.containers((found or [container])[-1]):
            if places[0].container in (container, *found):
                break
            found.append(places[0].container)
        return found


def _lies_in(path: str, places: Sequence[str]) -> bool:
    """Whether a failure lies in one of these files or folders; in any, if none is named."""
    return not places or any(path.startswith((f"{place}/", f"{place}{INSIDE}")) for place in places)
