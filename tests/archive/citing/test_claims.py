"""What people have in hand, read as claims."""

from __future__ import annotations

import json

import pytest

from archive.citing.claims import MOST_WORDS, claim_in
from archive.citing.formats import FORMATS
from archive.citing.styles import CitationStyle
from archive.errors import UsageError
from tests.archive.citing.conftest import Contract


@pytest.mark.parametrize("style", list(CitationStyle))
@pytest.mark.parametrize("form", ["text", "markdown", "annotation"])
@pytest.mark.parametrize("words", [(20, 28), (6, 13), (0, 28)])
def test_our_citations_give_back_address_and_quotation(
    contract: Contract, form: str, style: CitationStyle, words: tuple[int, int]
) -> None:
    citation = contract.citation(*words)
    claim = claim_in(FORMATS[form](citation, style))
    assert claim.address is not None
    assert claim.address.span == citation.span
    assert citation.quote_sha256.startswith(claim.address.quote or "-")
    assert claim.agrees(citation.words)
    assert claim.quotation


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json"])
def test_references_give_back_the_address(contract: Contract, form: str) -> None:
    citation = contract.citation()
    claim = claim_in(FORMATS[form](citation, CitationStyle.SR_LONG))
    assert (claim.address, claim.quotation) == (citation.address, None)


def test_a_quotation_beside_a_permalink_is_part_of_the_claim(contract: Contract) -> None:
    citation = contract.citation()
    claim = claim_in(f"„{citation.quote}”\n{citation.permalink}\n")
    assert (claim.address, claim.words) == (citation.address, citation.words)


def test_a_quotation_with_its_middle_left_out_agrees_at_both_ends(contract: Contract) -> None:
    contract.read_again(" ".join(f"reč{number}" for number in range(200)))
    citation = contract.citation(0, 199, reading=2)
    claim = claim_in(FORMATS["text"](citation, CitationStyle.SR_LONG))
    assert claim.agrees(citation.words)
    assert not claim.agrees(("x", *citation.words[1:]))
    assert not claim.agrees((*citation.words[:-1], "x"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no word to look for"),
        (" — „”", "There is no word to look for"),
        ("https://primer.example/stranica", "is not a permalink"),
        ("reč " * (MOST_WORDS + 1), "are allowed"),
        ("[…] … „...”", "There is no word to look for"),
        (f"/cite/{'a' * 64}/1/3-5", "nothing to compare"),
        (f"/cite/{'a' * 64}/1/3-5?quote={'b' * 32} /cite/{'a' * 64}/1/4-5?quote={'b' * 32}", "2 citations"),
        (f"/cite/{'a' * 64}/1/3-5 " * 31, "31 citations"),
        ('{"type": "Annotation"}', "does not say which words"),
        (json.dumps({"type": "Annotation", "dosije:words": [5, 3]}), "does not say which words"),
        ('[{"type": "document"}]', "no permalinks"),
    ],
)
def test_what_makes_no_claim_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        claim_in(text)


def test_a_text_that_begins_like_json_is_a_quotation() -> None:
    assert claim_in("[sic] reč").words == ("[sic]", "reč")


def test_rtf_is_no_text() -> None:
    with pytest.raises(UsageError, match="This is RTF"):
        claim_in(r"{\rtf1\ansi Isporu\u269?ilac}")
