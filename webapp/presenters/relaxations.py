"""The same search with less asked, or with more ways to be found: what may help a reader who found nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from archive.search.query_language.parsed_query import TypedWord, WordKind
from webapp.languages.translation import gettext, marked
from webapp.presenters.wording import field_label, value_label
from webapp.search_state import SearchState

_OPERATORS = re.compile(r"[():]|\b(?:AND|OR|NOT|NEAR/\d+)\b")
_QUOTES = "\"„“”«»‟＂'‘’‚‛″"

_LEAST_LETTERS = 4
"""Letters of a word of which a part may be looked for inside other words."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Another search, and how it differs from the one that was asked for.

    ``is_of_filter``: it differs in one filter, so it tells whether that filter is why nothing was found.
    """

    label: str
    state: SearchState
    is_of_filter: bool = False


def relaxations(state: SearchState, words: Sequence[TypedWord]) -> Iterator[Relaxation]:
    """Searches that ask one thing less of the documents, or look in one more way: first those that change least.

    :param words: those of the parsed query.
    """
    if state.exact:
        yield Relaxation(gettext("with other forms of the words"), state.with_exact(False))
    if not state.look_alikes and not state.exact and any(map(_is_plain, words)):
        yield Relaxation(gettext("with words that OCR can take for these"), state.with_look_alikes(True))
    for name, values in state.filters.items():
        for value in values:
            without = state.without_filter(name, value)
            field, shown = field_label(name).lower(), value_label(name, value)
            label = gettext("without %(field)s %(value)s", field=field, value=shown)
            yield Relaxation(label, without, is_of_filter=True)
    yield from _phrases_as_words(state, words)
    if not _OPERATORS.search(state.text):
        yield from _without_words(state, words)
    yield from _inside_words(state, words)


def last_resort(state: SearchState, words: Sequence[TypedWord], missing: Collection[str]) -> Relaxation | None:
    """The search without any filter and without the words that stand nowhere: for readers whom no single step helps.

    None where that would be a single step, or would leave nothing to look for.
    """
    asked = [word.text for word in words if not word.excluded]
    gone = [] if _OPERATORS.search(state.text) else [text for text in asked if text in missing]
    steps = sum(map(len, state.filters.values())) + len(gone)
    if steps < 2 or len(gone) == len(asked):
        return None
    text = state.text
    for word in words:
        if word.text in gone and not word.excluded:
            text = _replaced(text, word, "")
    any_filter = [gettext("without any filter")] if state.filters else []
    less = (*any_filter, *(gettext("without “%(word)s”", word=word) for word in gone))
    return Relaxation(f" {gettext('and')} ".join(less), state.without_filters().with_text(" ".join(text.split())))


def _is_plain(word: TypedWord) -> bool:
    return word.kind is WordKind.PLAIN and not word.excluded


def _phrases_as_words(state: SearchState, words: Sequence[TypedWord]) -> Iterator[Relaxation]:
    if any(word.kind is WordKind.PHRASE and not word.excluded for word in words):
        text = state.text.translate(str.maketrans(_QUOTES, " " * len(_QUOTES)))
        yield Relaxation(gettext("with the words of the phrase anywhere"), state.with_text(" ".join(text.split())))


def _without_words(state: SearchState, words: Sequence[TypedWord]) -> Iterator[Relaxation]:
    """One word less. Where operators join the words, taking one out could change what the others mean."""
    asked = sum(not word.excluded for word in words)
    for word in words:
        if word.excluded or asked > 1:
            shown = marked("without leaving out “%(word)s”") if word.excluded else marked("without “%(word)s”")
            label = gettext(shown, word=word.text)
            yield Relaxation(label, state.with_text(" ".join(_replaced(state.text, word, "").split())))


def _inside_words(state: SearchState, words: Sequence[TypedWord]) -> Iterator[Relaxation]:
    for word in words:
        if _is_plain(word) and len(word.text) >= _LEAST_LETTERS:
            pattern = f"*{word.text}*"
            label = gettext("with “%(word)s” inside longer words", word=word.text)
            yield Relaxation(label, state.with_text(_replaced(state.text, word, pattern)))


def _replaced(text: str, word: TypedWord, by: str) -> str:
    """``text`` with the first place where the word is typed replaced, its quotation marks and its minus too."""
    marks = f"[{_QUOTES}]*"
    typed = rf"(?<!\w)-?{marks}{re.escape(word.text)}{marks}(?!\w)"
    return re.sub(typed, by.replace("\\", r"\\"), text, count=1)
