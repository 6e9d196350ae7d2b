"""Sentences that state the result of a finding: templates in its definition file.

::

    [[sentence]]
    text = "Only one bid came in {one} of {known} {known|procedure|procedures} whose bids are known."
    needs = ["known"]
    [sentence.numbers]
    one = "One bid"               # the units of a column, or of several joined; "*" for all own columns
    several = "*"
    towns = { count = "municipality", of = "One bid" }   # number of distinct values with such units
    known = { count = "units", of = "*" }                # units, where columns are sums
    top = { top = "One bid" }     # the row with the largest number; {top.name} names it
    money = { money = "*" }       # amounts in every currency

``{known|procedure|procedures}`` is a word in the plural forms of the language, chosen by a number. A sentence is shown
if all its numbers are known, those that it ``needs`` (all, by default) are not 0, and no largest row is tied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from archive.findings.definition import EVERY, GROUPS, Measure, NumberOf, Sentence
from archive.findings.joined import Amount, Joining, amounts, every_column, joined, largest, money_columns
from archive.findings.table import UNITS, Table
from archive.findings.toml_sections import Section

_PLACE = re.compile(r"\{(\w+)(\.name)?(?:\|([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Speech:
    """The formatting of a language: texts, numbers, plural forms and names."""

    said: Callable[[str], str]
    number: Callable[[Decimal], str]
    form: Callable[[int], int]
    name: Callable[[str, str], str]


def _in_english(number: Decimal) -> str:
    return f"{number:,.0f}" if number == number.to_integral_value() else f"{number:,.2f}"


ENGLISH = Speech(str, _in_english, lambda count: int(count != 1), lambda _, value: value)
"""English, for terminals."""


@dataclass(frozen=True, slots=True)
class SentenceNumber:
    """A number of a sentence, with its proofs; None for 0 in a column that no unit has. ``currency`` and ``basis`` are
    of money, ``name`` the group and value of the row with the largest number."""

    number: Decimal
    joining: Joining | None
    currency: str = ""
    basis: str = ""
    name: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SentencePiece:
    """A part of a sentence; ``number`` is the number that it states, if any."""

    text: str
    number: SentenceNumber | None = None


@dataclass(frozen=True, slots=True)
class ToldSentence:
    """A sentence with the numbers of a table."""

    sentence: Sentence
    numbers: Mapping[str, tuple[SentenceNumber, ...]]

    @property
    def text(self) -> str:
        """The sentence in English."""
        return "".join(piece.text for piece in self.pieces(ENGLISH))

    @property
    def every_number(self) -> tuple[SentenceNumber, ...]:
        """Its numbers in the order of the English sentence."""
        return tuple(piece.number for piece in self.pieces(ENGLISH) if piece.number)

    def pieces(self, speech: Speech) -> tuple[SentencePiece, ...]:
        """Return the parts of the sentence in a language."""
        return tuple(self._pieces(speech.said(self.sentence.text), speech))

    def _pieces(self, text: str, speech: Speech) -> Iterator[SentencePiece]:
        at = 0
        for place in _PLACE.finditer(text):
            if place.start() > at:
                yield SentencePiece(text[at : place.start()])
            at = place.end()
            numbers, forms = self.numbers[place[1]], place[3]
            if forms is not None:
                several = forms.split("|")
                yield SentencePiece(several[min(speech.form(int(numbers[0].number)), len(several) - 1)])
            elif place[2]:
                yield SentencePiece(speech.name(*numbers[0].name) if numbers[0].name else "")
            else:
                yield from _listed(numbers, speech)
        if at < len(text):
            yield SentencePiece(text[at:])


def _listed(numbers: tuple[SentenceNumber, ...], speech: Speech) -> Iterator[SentencePiece]:
    for at, number in enumerate(numbers):
        if at:
            yield SentencePiece(f" {speech.said('and')} " if at == len(numbers) - 1 else ", ")
        told = speech.number(number.number)
        yield SentencePiece(f"{told} {number.currency}".rstrip(), number)
        if number.basis:
            yield SentencePiece(f" {speech.said(VAT_BASES[number.basis])}")


VAT_BASES = {"with": "with VAT", "without": "without VAT", "unknown": "VAT unknown"}
"""Labels of the bases of VAT."""


def told(table: Table) -> tuple[ToldSentence, ...]:
    """Return the sentences of a finding whose numbers its table has."""
    found = [_filled(sentence, table) for sentence in table.definition.sentences]
    return tuple(one for one in found if one is not None)


def _filled(sentence: Sentence, table: Table) -> ToldSentence | None:
    numbers = {name: _numbers(wanted, table) for name, wanted in sentence.numbers.items()}
    if not all(numbers.values()) or not all(any(one.number for one in numbers[name]) for name in sentence.needs):
        return None
    return ToldSentence(sentence, numbers)


def _numbers(wanted: NumberOf, table: Table) -> tuple[SentenceNumber, ...]:
    """Return the numbers for a placeholder of a sentence; empty if unknown."""
    if wanted.is_money:
        of_rest = [one for one in money_columns(table) if wanted.columns in ((EVERY,), one.rest)]
        return tuple(_money(one) for money in of_rest for one in amounts(table, table.total, money))
    if wanted.is_top:
        row = largest(table, wanted.columns[0])
        joining = Joining(row.key, wanted.columns) if row else None
    else:
        columns = every_column(table, wanted.columns)
        row, joining = table.total, Joining((), columns, count=wanted.count) if columns else None
    cell = joined(table, joining) if joining else None
    if row is None or joining is None or cell is None:
        # A column without units does not exist, and counts as 0.
        is_count = table.definition.facts.measure is Measure.COUNT and not wanted.is_top
        return (SentenceNumber(Decimal(), None),) if is_count else ()
    if cell.number is None:
        return ()
    name = (table.definition.group[0], row.key[0] or "") if wanted.is_top else None
    return (SentenceNumber(cell.number, joining, name=name),)


def _money(amount: Amount) -> SentenceNumber:
    assert amount.cell.number is not None
    return SentenceNumber(amount.cell.number, amount.joining, amount.currency, amount.basis)


def read_sentences(top: Section) -> tuple[Sentence, ...]:
    """Parse the sentences of a definition file.

    :raises archive.errors.UsageError: a placeholder has no number, or a number has an unknown form.
    """
    return tuple(_sentence(section) for section in top.sections("sentence"))


def _sentence(section: Section) -> Sentence:
    text, given = section.text("text"), section.section("numbers")
    numbers = {name: _number_of(given, name) for name in given.given()}
    given.finish()
    for place in _PLACE.finditer(text):
        if place[1] not in numbers:
            raise section.wrong(
                "text",
                "%(our_where)s: %(our_key)s has a placeholder for an unknown number: %(name)s.",
                name=place[1],
            )
    needs = section.texts("needs", tuple(numbers)) if "needs" in section.given() else tuple(numbers)
    section.finish()
    return Sentence(text, numbers, needs)


def _number_of(given: Section, name: str) -> NumberOf:
    if not given.is_section(name):
        return NumberOf(given.texts(name))
    section = given.section(name)
    if "money" in section.given():
        found = NumberOf(section.texts("money"), is_money=True)
    elif "top" in section.given():
        found = NumberOf((section.text("top"),), is_top=True)
    else:
        found = NumberOf(section.texts("of"), count=section.choice("count", (*GROUPS, UNITS)))
    section.finish()
    return found
