"""What is changed behind the archive's back is noticed by name: a byte, a word, an event."""

from __future__ import annotations

import json

import pytest
from pysqlite3 import dbapi2 as sqlite

from archive.citing.claims import claim_in
from archive.citing.formats import FORMATS
from archive.citing.styles import CitationStyle
from archive.citing.verdicts import Bytes, Verdict
from archive.errors import CatalogError
from archive.model.words import Words
from archive.store.sql.wordpack import pack, unpack
from tests.archive.citing.conftest import Contract


def test_one_byte_of_an_original(contract: Contract) -> None:
    text = FORMATS["annotation"](contract.citation(), CitationStyle.EN)
    path = contract.archive.originals.local(contract.id)
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    answer = contract.verifier.verify(claim_in(text))
    assert (answer.verdict, answer.original) == (Verdict.CHANGED, Bytes.CHANGED)
    assert f"The original {contract.id} has changed" in answer.reason
    path.unlink()
    gone = contract.verifier.verify(claim_in(contract.citation().quote))
    assert (gone.verdict, gone.original) == (Verdict.MISSING, Bytes.MISSING)
    assert f"The original {contract.id} is missing" in gone.reason


def test_one_word_of_a_reading(contract: Contract) -> None:
    text = FORMATS["annotation"](contract.citation(), CitationStyle.EN)
    with sqlite.connect(contract.archive.home / "catalog.sqlite") as connection:
        where = "WHERE document = ? AND reading = 1 AND page = 1"
        (packed,) = connection.execute(f"SELECT packed FROM page_words {where}", [contract.id]).fetchone()
        words = unpack(packed)
        changed = tuple("42" if word == "24" else word for word in words.texts)
        assert changed != words.texts
        forged = pack(Words(changed, words.boxes, words.confidences, words.breaks))
        connection.execute(f"UPDATE page_words SET packed = ? {where}", [forged, contract.id])
    answer = contract.verifier.verify(claim_in(text))
    assert answer.verdict is Verdict.CHANGED
    assert [(one.quoted, one.archived) for one in answer.differences] == [("24", "42")]
    by_hash = contract.verifier.verify(claim_in(json.loads(text)["id"]))
    assert (by_hash.verdict, "hash" in by_hash.reason) == (Verdict.CHANGED, True)


def test_one_event(contract: Contract) -> None:
    assert contract.archive.catalog.events.verify() == 4
    with sqlite.connect(contract.archive.home / "catalog.sqlite") as connection:
        connection.execute("UPDATE events SET detail = replace(detail, 'ugovor', 'Ugovor') WHERE seq = 1")
    with pytest.raises(CatalogError, match="broken at event 1"):
        contract.archive.catalog.events.verify()
