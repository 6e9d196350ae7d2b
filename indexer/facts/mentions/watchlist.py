"""The watchlist: terms with their phrases, and things whose quantities are extracted.

A list ships with the program (``indexer/gazetteer/watchlist.toml``). A file in the home of an archive adds to it; its
entries replace shipped ones of the same name, an entry without phrases removes one, and ``shipped = false`` leaves the
shipped list out::

    [software]
    "ZorKam PRO" = ["ZorKam PRO", "ZorKam server"]
    [quantities]
    poles = ["stub", "pole"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from indexer.gazetteer import table

WATCHLIST_FILE = "watchlist.toml"

QUANTITIES = "quantities"
"""The table of countable things. Every other table is a group of terms."""

_FORM = 'A table is a group, and in it stands a name with its phrases: "face recognition" = ["prepoznavanje lica"].'


@dataclass(frozen=True, slots=True)
class WatchlistEntry:
    """A name of the watchlist, its group, and the phrases that match it."""

    name: str
    group: str
    phrases: tuple[str, ...]

    @property
    def is_counted(self) -> bool:
        """Whether it is a countable thing and not a term."""
        return self.group == QUANTITIES


@dataclass(frozen=True, slots=True)
class Watchlist:
    """The entries of a watchlist; it can be pickled."""

    entries: tuple[WatchlistEntry, ...]

    @classmethod
    @cache
    def shipped(cls) -> Watchlist:
        """Return the list that ships with the program."""
        return cls(tuple(_entries(table("watchlist"), "the shipped list")))

    @classmethod
    def of(cls, home: Path) -> Watchlist:
        """Return the watchlist of the archive at ``home``: the shipped list, combined with the owner's file.

        :raises UsageError: the owner's file cannot be read, or does not have the format of a watchlist.
        """
        path = home / WATCHLIST_FILE
        if not path.exists():
            return cls.shipped()
        written = _read(path)
        with_shipped = written.pop("shipped", True)
        if not isinstance(with_shipped, bool):
            raise UsageError(f"{path}: shipped must be true or false, not {with_shipped!r}.")
        own = tuple(_entries(written, str(path)))
        known = cls.shipped().entries if with_shipped else ()
        # A countable thing and a term may share a name; two terms may not.
        replaced = {(entry.is_counted, entry.name) for entry in own}
        kept = (entry for entry in known if (entry.is_counted, entry.name) not in replaced)
        return cls(tuple(entry for entry in (*kept, *own) if entry.phrases))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}.", "Correct that line. " + _FORM) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Correct it, or remove it.") from error


def _entries(written: Mapping[str, Any], place: str) -> Iterator[WatchlistEntry]:
    for group, names in written.items():
        if not isinstance(names, dict):
            raise UsageError(f"{place}: {group} must be a table, not {names!r}.", _FORM)
        for name, phrases in names.items():
            key = f"{place}: [{group}] {name!r}"
            if not name.strip():
                raise UsageError(f"{key}: a name must not be empty.", _FORM)
            if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
                raise UsageError(f"{key} must be a list of phrases, not {phrases!r}.", _FORM)
            empty = [phrase for phrase in phrases if not re.search(r"[^\W_]", phrase)]
            if empty:
                raise UsageError(f"{key}: the phrase {empty[0]!r} holds no word.", "Take it out, or write a word.")
            yield WatchlistEntry(name, group, tuple(phrases))
