"""The page that lists findings by subject, each with its headline number and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.findings.definition import Definition, Subject
from archive.findings.sentences import ToldSentence
from webapp.languages.translation import gettext, marked, said, short_number
from webapp.pages.findings.wording import SentencePart, StoryScope, sentence_parts, shown_number
from webapp.pages.parts import Context, Link
from webapp.state import FindingState

_SUBJECTS = {
    Subject.MONEY: marked("Money"),
    Subject.COMPETITION: marked("Competition"),
    Subject.TECHNOLOGY: marked("Technology"),
    Subject.REQUESTS: marked("Requests for information"),
    Subject.PAPERS: marked("Papers"),
    Subject.OTHER: marked("Your own"),
}
_SHORT = 100_000
"""Headline numbers from here on are shown in thousands or millions."""


@dataclass(frozen=True, slots=True)
class CountedFinding:
    """A finding with its sentences; ``trouble`` is the reason why it could not be counted, or None."""

    definition: Definition
    sentences: tuple[ToldSentence, ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in the list: its headline number, None without sentences, and its sentences.

    ``trouble`` is the error in its file, or None.
    """

    finding: Link
    about: str
    headline: Link | None = None
    sentences: tuple[tuple[SentencePart, ...], ...] = ()
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings on a subject; ``anchor`` is its HTML id."""

    label: str
    anchor: str
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class FindingsContext(Context):
    """The list of findings.

    ``silent`` are those without a result for this archive, ``story`` the one whose documents alone count.
    """

    groups: tuple[FindingGroup, ...]
    silent: tuple[FindingRow, ...]
    story: StoryScope | None = None


def present_findings(found: Sequence[CountedFinding], wrong: Mapping[str, str], story: str = "") -> FindingsContext:
    """Return the context of the list of findings; ``wrong`` has the errors of files, ``story`` limits the documents."""
    in_order = sorted(found, key=lambda one: one.definition.order)
    rows = [(one.definition.subject, finding_row(one, story)) for one in in_order]
    rows += [
        (Subject.OTHER, FindingRow(Link(name, FindingState(name).url), "", trouble=said(trouble)))
        for name, trouble in wrong.items()
    ]
    by_subject: dict[Subject, list[FindingRow]] = {subject: [] for subject in _SUBJECTS}
    for subject, row in rows:
        if row.headline or row.trouble:
            by_subject[subject].append(row)
    groups = (
        FindingGroup(gettext(_SUBJECTS[subject]), str(subject), tuple(of)) for subject, of in by_subject.items() if of
    )
    silent = tuple(row for _, row in rows if not (row.headline or row.trouble))
    return FindingsContext(tuple(groups), silent)


def finding_row(one: CountedFinding, story: str = "") -> FindingRow:
    """Return a finding for a list, counted from all documents or from those of a ``story``."""
    state = FindingState(one.definition.name, story=story)
    return FindingRow(
        Link(said(one.definition.title), state.url),
        said(one.definition.about),
        _headline(one.sentences, state),
        tuple(sentence_parts(sentence, state) for sentence in one.sentences),
        None if one.trouble is None else said(one.trouble),
    )


def _headline(sentences: Sequence[ToldSentence], state: FindingState) -> Link | None:
    """Return the first amount of money in the sentences, else their first number; None without any."""
    numbers = [number for sentence in sentences for several in sentence.numbers.values() for number in several]
    if not numbers:
        return None
    first = next((number for number in numbers if number.currency), numbers[0])
    short = short_number(first.number) if first.number >= _SHORT else shown_number(first.number)
    url = state.url if first.joining is None else state.number_url(first.joining)
    return Link(short, url, note=first.currency or None)
