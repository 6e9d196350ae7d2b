"""The words of ``clauses.toml`` as expressions over folded text: what names a clause, what ends a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from archive.text.folding import fold
from indexer.gazetteer import table


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(map(fold, table("clauses")["words"][name]))


@cache
def names(level: str) -> str:
    """The expression for the words that name a clause, which may be letter-spaced ("Č l a n")."""
    return "|".join(" ?".join(map(re.escape, fold(word))) for word in table("clauses")["names"][level])


def is_closing(text: str) -> bool:
    """Whether a paragraph is the end of a contract: place and date, "In witness whereof", who signs."""
    return _closing().match(_bare(text)) is not None


@cache
def _closing() -> re.Pattern[str]:
    content = table("clauses")["closing"]
    parties = _any(content["parties"])
    return re.compile(
        rf"(?:{_any(content['phrases'])})|u \w+(?: \w+)?,? (?:dana )?\d"
        rf"|(?:{_any(content['before_names'])}) [\w: ]{{2,40}}$|(?:{parties})(?: (?:{parties}))*(?::|$)"
    )


def _any(phrases: Iterable[str]) -> str:
    return "|".join(" ".join(re.escape(fold(word)) for word in phrase.split()) for phrase in phrases)


def _bare(text: str) -> str:
    """The beginning of a text, folded, without signs before its first word."""
    folded = " ".join(map(fold, text.split()[:12]))
    return folded.lstrip("\"'“”„`*·.-–—[(")
