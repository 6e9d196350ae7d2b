"""Filled-in numbers: those that differ at the same place of contracts made on one template.

Similar clauses are nearly equal if all numbers are replaced by a placeholder. So they are aligned in that form, and the
replaced numbers are compared; a run of adjacent numbers ("1 200 000", "12. 3. 2021") is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from archive.comparing.clauses import NamedClauseAnswer
from archive.comparing.tolerance import are_one, word_key
from archive.model import Clause, Span
from archive.serialization import Id, JsonAnswer, WordSpan, attr

_SIGN = "#"
_AROUND = 4
"""Words before and after a number that are shown as its context."""
_MARKS = ".,;:()„“”\"'"


@dataclass(frozen=True, slots=True)
class NumberRun:
    """Adjacent numbers as printed, the numbers of their first and last word, and the words ``before`` and ``after``
    them."""

    texts: tuple[str, ...]
    first: int
    last: int
    before: str
    after: str

    @property
    def text(self) -> str:
        """As printed, without surrounding punctuation."""
        return " ".join(self.texts).strip(_MARKS)


@dataclass(frozen=True, slots=True)
class NumberedText:
    """A clause as the keys of its words, with a placeholder for each run of numbers, and these runs in order."""

    forms: tuple[str, ...]
    runs: tuple[NumberRun, ...]


@dataclass(frozen=True, slots=True)
class FilledNumber:
    """The number of a document at a place of its template; ``text`` is None if its clause lacks the place."""

    document: str
    eid: str
    text: str | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """A place in a clause of the model where documents of a template have different numbers, the model's first.

    ``usual`` is the most frequent number, the model's in a tie.
    """

    clause: Clause
    before: str
    after: str
    usual: str | None
    values: tuple[FilledNumber, ...]

    @property
    def by_text(self) -> dict[str | None, list[FilledNumber]]:
        """The documents with each number as printed, the most frequent first."""
        found: dict[str | None, list[FilledNumber]] = {}
        for value in self.values:
            found.setdefault(value.text, []).append(value)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))


@lru_cache(maxsize=1 << 16)
def numberless(word: str) -> str:
    """Return the key of a word: a placeholder if it has a digit."""
    key = word_key(word)
    return _SIGN if any(map(str.isdigit, key)) else key


def numbered(words: Sequence[tuple[int, str]], label: tuple[int, int] | None) -> NumberedText:
    """Return a clause with its runs of numbers; those in its ``label`` were not filled in."""
    texts = [text for _, text in words]
    forms: list[str] = []
    runs: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        if label is not None and label[0] <= at <= label[1]:
            continue
        form = numberless(text)
        if form == _SIGN and runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        elif form:
            forms.append(form)
            if form == _SIGN:
                runs.append((at, at + 1))
    return NumberedText(
        tuple(forms),
        tuple(
            NumberRun(
                tuple(texts[first:end]),
                words[first][0],
                words[end - 1][0],
                " ".join(texts[max(0, first - _AROUND) : first]),
                " ".join(texts[end : end + _AROUND]),
            )
            for first, end in runs
        ),
    )


def counterparts(model: NumberedText, other: NumberedText) -> list[NumberRun | None]:
    """Return the number of the other clause at the place of each number of the model's; None if there is none."""
    ours, theirs = ([at for at, form in enumerate(text.forms) if form == _SIGN] for text in (model, other))
    run_of = {at: number for number, at in enumerate(theirs)}
    place = {at: number for number, at in enumerate(ours)}
    found: list[NumberRun | None] = [None] * len(ours)
    for block in SequenceMatcher(None, model.forms, other.forms, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            if block.a + step in place:
                found[place[block.a + step]] = other.runs[run_of[block.b + step]]
    return found


Alike = Mapping[str, tuple[Clause, NumberedText]]
"""The clause of each document that is similar to a clause of the model."""


def number_places(model: str, clause: Clause, text: NumberedText, alike: Alike) -> Iterator[NumberPlace]:
    """Yield the places in a clause of the model where others of the template have other numbers."""
    found = {id_: counterparts(text, other) for id_, (_, other) in alike.items()}
    for at, run in enumerate(text.runs):
        here = {id_: runs[at] for id_, runs in found.items()}
        if all(other is not None and are_one(run.texts, other.texts) for other in here.values()):
            continue
        values = [_filled(model, clause, run), *(_filled(id_, alike[id_][0], other) for id_, other in here.items())]
        counts = Counter("".join(map(word_key, other.texts)) if other else None for other in (run, *here.values()))
        (usual, _), *_ = counts.most_common(1)
        shown = next(
            (other.text for other in (run, *here.values()) if other and "".join(map(word_key, other.texts)) == usual),
            None,
        )
        yield NumberPlace(clause, run.before, run.after, shown, tuple(values))


def _filled(document: str, clause: Clause, run: NumberRun | None) -> FilledNumber:
    if run is None:
        return FilledNumber(document, clause.eid, None, None)
    return FilledNumber(document, clause.eid, run.text, Span(document, clause.span.reading, run.first, run.last))


class FilledNumberAnswer(JsonAnswer):
    """What a document has at a place; null where its clause has no such place."""

    document: Id
    eid: str
    text: str | None
    words: WordSpan | None = attr("span")


class NumberPlaceAnswer(NamedClauseAnswer):
    """A place at which contracts of one template have different numbers."""

    before: str
    after: str
    usual: str | None
    values: tuple[FilledNumberAnswer, ...]
