"""Citations of words of which some must not be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from archive.citing.citation import Citation
from archive.citing.locators import Address
from archive.text.personal_numbers import masked_words


@dataclass(frozen=True, slots=True)
class MaskedCitation(Citation):
    """A citation with masked words.

    Its address does not carry the hash of the words: with it a few digits could be found by trying.
    """

    @property
    def address(self) -> Address:
        """The address of the words alone."""
        return Address(self.span)


def as_masked(citation: Citation) -> MaskedCitation:
    """Return the citation, whose words are masked, without their hash."""
    return MaskedCitation(*(getattr(citation, field.name) for field in fields(citation)))


def masked_citation(citation: Citation, mask: Callable[[str], str]) -> Citation:
    """Return the citation without what ``mask`` hides of its words; as it is where that is nothing."""
    words = masked_words(citation.words, mask)
    return citation if words == citation.words else as_masked(replace(citation, words=words))
