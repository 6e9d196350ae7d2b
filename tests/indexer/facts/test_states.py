"""Said to be so, asked, denied, or only possible: the state of what a paper names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.facts.mentions.states import state_of
from indexer.facts.text import DocumentText

TextOf = Callable[..., DocumentText]

FACES = ("prepoznavanj", "recogni", "препознавањ", "поређењ")


def states(text: DocumentText, kind: str | None = None) -> list[str]:
    """The state of every place that names the recognition of faces."""
    places = [at for at, word in enumerate(text.words) if word.lower().lstrip("(„").startswith(FACES)]
    return [str(state_of(text, at, at + 1, kind)) for at in places]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sistem ima prepoznavanje lica.", ["asserted"]),
        ("Sistem nema mogućnost prepoznavanja lica.", ["denied"]),
        ("Систем нема могућност препознавања лица.", ["denied"]),
        ("Sustav ne posjeduje funkciju prepoznavanja lica.", ["denied"]),
        ("Prepoznavanje lica nije nabavljeno.", ["denied"]),
        ("Sistem prepoznavanje lica ne sadrži.", ["denied"]),
        ("The system has no facial recognition.", ["denied"]),
        ("The system does not use face recognition software.", ["denied"]),
        ("Does the system recognise faces?", ["asked"]),
        ("Da li sistem ima prepoznavanje lica", ["asked"]),
        ("Ima li sustav prepoznavanje lica?", ["asked"]),
        ("Jeste li nabavili prepoznavanje lica", ["asked"]),
        ("Zahtevamo informaciju o tome da li se koristi prepoznavanje lica.", ["asked"]),
        ("Tražilac je tražio podatke o ceni i prepoznavanju lica.", ["asked"]),
        ("Ako sistem ima prepoznavanje lica, obaveštava se Poverenik.", ["conditional"]),
        ("Ukoliko sistem nema prepoznavanje lica, ponuda je neprihvatljiva.", ["conditional"]),
        ("Softver mora imati prepoznavanje lica.", ["conditional"]),
        ("Planirano je uvođenje prepoznavanja lica.", ["conditional"]),
        ("Face recognition may be added later.", ["conditional"]),
    ],
)
def test_a_sentence(text_of: TextOf, text: str, expected: list[str]) -> None:
    """One sentence, in both scripts, Croatian and English."""
    assert states(text_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pitanje 2. Da li sistem ima prepoznavanje lica? Sistem nema prepoznavanje lica.", ["asked", "denied"]),
        ("Да ли систем има препознавање лица?\nСистем има препознавање лица.", ["asked", "asserted"]),
        ("Na pitanje da li ima prepoznavanje lica: sistem prepoznavanje lica ne sadrži.", ["asked", "denied"]),
        ("Na pitanje 1 – sistem ima prepoznavanje lica.", ["asserted"]),
        ("На питање бр. 2 – систем нема препознавање лица.", ["denied"]),
        ("Na pitanje o prepoznavanju lica odgovorićemo naknadno.", ["asked"]),
        ("Koristi li se prepoznavanje lica? Ne.", ["denied"]),
        ("Koristi li se prepoznavanje lica? Da.", ["asserted"]),
        ("Koristi li se prepoznavanje lica? Nije primjenjivo", ["asked"]),
        ("Koristi li se prepoznavanje lica? Da li se snima zvuk?", ["asked"]),
    ],
)
def test_a_question_and_its_answer(text_of: TextOf, text: str, expected: list[str]) -> None:
    """A reply quotes what it was asked; the answer behind it is what it says."""
    assert states(text_of(text), "foi_reply") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Snimci se ne čuvaju, ali sistem ima prepoznavanje lica.",
        "Kamere nemaju zvuk. Sistem ima prepoznavanje lica.",
        "Isporuka bez naknade, sa prepoznavanjem lica.",
        "Sistem ima ne samo kamere nego i prepoznavanje lica.",
        "Cena ne prelazi procenjenu vrednost i obuhvata prepoznavanje lica.",
        "Sistem nema zvuk; obuhvata prepoznavanje lica.",
        "The price does not include VAT, but face recognition is delivered.",
    ],
)
def test_a_negation_of_something_else(text_of: TextOf, text: str) -> None:
    """A negation reaches over its own clause, and some deny nothing."""
    assert states(text_of(text)) == ["asserted"]


def test_a_negation_may_end_behind_the_words_that_are_looked_at(text_of: TextOf) -> None:
    """ "Bez PDV" is no negation, wherever it stands."""
    for between in range(8, 16):
        words = " ".join(["reč"] * between)
        assert states(text_of(f"Kupuje se prepoznavanje lica {words} bez PDV-a, i isporučuje se.")) == ["asserted"]
    assert states(text_of(f"Kupuje se prepoznavanje lica {' '.join(['reč'] * 8)} bez kamera.")) == ["denied"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nabavljene četiri kamere, po ceni od 214.000 dinara, nisu puštene u rad.", "asserted"),
        ("Ugradnja četiri kamere (nabavka na koju se zakon ne primenjuje).", "asserted"),
        ("Četiri kamere nisu nabavljene.", "denied"),
        ("Četiri kamere nisu ugrađene.", "denied"),
        ("Grad nema četiri kamere.", "denied"),
    ],
)
def test_a_quantity_is_denied_by_what_says_that_it_was_not_got(text_of: TextOf, text: str, expected: str) -> None:
    found = text_of(text)
    at = next(word for word, bare in enumerate(found.bare) if bare == "cetiri")
    assert state_of(found, at, at + 1, None, is_quantity=True) == expected


def test_requests_ask_and_plans_want(text_of: TextOf) -> None:
    """What kind of paper it is decides what its plain sentences do."""
    text = text_of("Spisak kamera i prepoznavanje lica.")
    assert [states(text, kind) for kind in ("foi_request", "foi_appeal", "procurement_plan", "contract")] == [
        ["asked"],
        ["asked"],
        ["conditional"],
        ["asserted"],
    ]


def test_what_a_contract_owes_is_agreed(text_of: TextOf) -> None:
    """ "Must" in a call is a wish, in a contract a duty; "if" leaves it open in both."""
    owed, open_ = (
        text_of("Softver mora imati prepoznavanje lica."),
        text_of("Naručilac može uključiti prepoznavanje lica."),
    )
    assert (states(owed, "tender_documents"), states(owed, "contract")) == (["conditional"], ["asserted"])
    assert states(open_, "contract") == ["conditional"]
