"""What is pasted for verification may be anything: it is answered, or refused in a sentence."""

from __future__ import annotations

import json

import pytest

from archive.citing.annotation import address_in
from archive.citing.claims import claim_in
from archive.errors import UsageError


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a": ' + "1" * 5_000 + "}"])
def test_json_that_no_reader_can_take_is_a_text_like_any_other(text: str) -> None:
    """Either it is looked for as a quotation, or it is refused; it never ends with another error."""
    try:
        claim = claim_in(text)
    except UsageError:
        return
    assert claim.address is None


@pytest.mark.parametrize("reading", ["Infinity", '"1"', "[]", "null"])
def test_an_annotation_with_values_of_the_wrong_kind_is_refused(reading: str) -> None:
    told = {"dosije:words": [0, 1], "dosije:document": "a" * 64, "dosije:quoteSha256": "b" * 64, "target": []}
    annotation = told | {"dosije:reading": json.loads(reading)}
    if reading == '"1"':
        assert address_in(annotation)[0].span.reading == 1
    else:
        with pytest.raises(UsageError, match="does not say which words"):
            address_in(annotation)
