"""What was found out about a query before it is asked: the words of its leaves, and what had to be sifted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive.search.evaluating.refining import PAGE_FIELDS
from archive.search.query import And, Carries, Field, Fuzzy, Leaf, Near, Not, Or, Pattern, Phrase, Query, Range, Term


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
    match query:
        case Term(field, text) if field in PAGE_FIELDS:
            yield Term(field, text)
        case Pattern(field) | Fuzzy(field) if field in PAGE_FIELDS:
            yield query
        case Phrase(terms):
            yield from (Term(Field.FORM, term) for term in terms)
        case Near(left, right):
            yield from (*page_leaves(left), *page_leaves(right))
        case And(parts) | Or(parts):
            for part in parts:
                yield from page_leaves(part)
        case Not(part):
            yield from page_leaves(part)
        case _:
            return


def unplaced(query: Query) -> Iterator[Leaf | Range | Carries]:
    """The parts of a query that stand at no word."""
    match query:
        case Term(field) | Pattern(field) | Fuzzy(field):
            if field not in PAGE_FIELDS:
                yield query
        case Range() | Carries():
            yield query
        case Near(left, right):
            yield from (*unplaced(left), *unplaced(right))
        case And(parts) | Or(parts):
            for part in parts:
                yield from unplaced(part)
        case Not(part):
            yield from unplaced(part)
        case _:
            return
