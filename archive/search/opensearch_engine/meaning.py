"""What was found out about a query before it is asked: the words of its leaves, and what had to be sifted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive.search.evaluating.refining import PAGE_FIELDS
from archive.search.query import Carries, Field, Fuzzy, Leaf, Near, Pattern, Phrase, Query, Range, Term, every_part


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the index, and whether it stands somewhere printed in pieces."""

    text: str
    joined: bool


Sifted = Phrase | Near


@dataclass(frozen=True)
class Meaning:
    """What was found out about a query: the words its leaves stand for, and the documents that were sifted out.

    ``is_crowded`` says that there are too many words in NEAR to ask the servers for them.
    """

    words: Mapping[Leaf, Sequence[Word]]
    sifted: Mapping[Sifted, Sequence[str]] = field(default_factory=dict)
    is_crowded: bool = False

    def of_form(self, form: str) -> Sequence[Word]:
        """The words of an exact form."""
        return self.words[Term(Field.FORM, form)]


def page_leaves(query: Query) -> Iterator[Leaf]:
    """The leaves of the pages, whose words have to be looked up."""
    for part in every_part(query):
        match part:
            case Term(field, text) if field in PAGE_FIELDS:
                yield Term(field, text)
            case Pattern(field) | Fuzzy(field) if field in PAGE_FIELDS:
                yield part
            case Phrase(terms):
                yield from (Term(Field.FORM, term) for term in terms)
            case _:
                pass


def unplaced(query: Query) -> Iterator[Leaf | Range | Carries]:
    """The parts of a query that stand at no word."""
    for part in every_part(query):
        match part:
            case Term(field) | Pattern(field) | Fuzzy(field) if field not in PAGE_FIELDS:
                yield part
            case Range() | Carries():
                yield part
            case _:
                pass
