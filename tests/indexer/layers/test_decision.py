"""The rules: which facts of a page call for OCR, what is never asked of it, and which of two readings wins."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from indexer.layers.decision import choose, decide, letters_of
from indexer.layers.plausibility import Plausibility, judge

TEXT = (
    "Na osnovu člana 107. Zakona o javnim nabavkama i Odluke o pokretanju postupka, predsednik opštine donosi odluku "
    "o dodeli ugovora za nabavku računarske opreme, a ugovor se zaključuje sa ponuđačem čija je ponuda ocenjena kao "
    "najpovoljnija, u skladu sa uslovima iz konkursne dokumentacije i izveštajem komisije o stručnoj oceni ponuda. "
    "Naručilac će u roku od osam dana objaviti obaveštenje o zaključenom ugovoru, a nezadovoljni učesnici mogu podneti "
    "zahtev za zaštitu prava u roku od deset dana od dana prijema odluke."
)


@dataclass(frozen=True)
class Facts:
    """A page of which everything is known."""

    words: tuple[str, ...] = tuple(TEXT.split())
    has_pictures: bool = False
    band: float = 0.9
    pictures: float = 0.0
    outlines: int = 0
    draws_text: bool = False
    is_hidden: bool = False

    @property
    def layer(self) -> Plausibility:
        return judge(self.words)

    @property
    def alone(self) -> int:
        return sum(len(letters_of(word)) == 1 for word in self.words)


class Sound:
    """A page with a sound layer that may not be asked for what is slow to find out."""

    words = tuple(TEXT.split())
    layer = judge(words)
    alone = 2
    has_pictures = False
    band = 0.9

    @property
    def pictures(self) -> float:
        raise AssertionError("this page was asked for its pictures")

    @property
    def outlines(self) -> int:
        raise AssertionError("this page was asked for its outlines")

    @property
    def draws_text(self) -> bool:
        raise AssertionError("this page was asked for its glyphs")

    @property
    def is_hidden(self) -> bool:
        raise AssertionError("this page was asked for hidden text")


def parted(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


def changed(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """The words of the text with letters replaced."""
    text = TEXT
    for old, new in pairs:
        text = text.replace(old, new)
    return tuple(text.split())


def every_other_letter(text: str) -> tuple[str, ...]:
    """What is left of a text whose every second letter is a space to the reader."""
    return parted("".join(sign if number % 2 else " " for number, sign in enumerate(text)))


FOOTER = ("Digitally", "signed", "by", "Petar", "Petrović")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (Facts(words=(), pictures=1), "an image without a text layer"),
        (Facts(words=("1",), pictures=0.1), "only a stamp or a footer"),
        (Facts(words=FOOTER * 3, pictures=1), "only a stamp or a footer"),
        (Facts(has_pictures=True, pictures=1, band=0.1), "covers only a band"),
        (Facts(words=FOOTER, outlines=400), "outlines"),
        (Facts(words=changed(("č", "\ufffd"))), "does not say what"),
        (Facts(words=changed(("n", "§"))), "reads like no language"),
        (Facts(words=changed(("č", ""), ("ć", ""), ("đ", ""))), "lost letters"),
        (Facts(words=changed(("ugo", "u6o")), is_hidden=True), "hidden text layer"),
        (Facts(words=(), draws_text=True), "no word of it"),
        (Facts(words=every_other_letter(TEXT)), "are a single letter"),
        (Facts(words=changed(("n", ""), ("N", ""))), "not one n"),
        (Facts(words=changed(("r", " "), ("R", " "))), "not one r"),
    ],
)
def test_reasons_to_try_ocr(facts: Facts, reason: str) -> None:
    choice = decide(facts)
    assert choice.ocr
    assert reason in choice.reason


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(has_pictures=True, pictures=1, band=0.8),
        Facts(is_hidden=True, has_pictures=True, pictures=1),
        Facts(words=FOOTER, is_hidden=True, pictures=1),
        Facts(words=("37",), pictures=0.01),
        Facts(words=changed(("č", "c"))),
        Facts(words=parted("O D L U K A o dodeli ugovora za nabavku opreme") + tuple(TEXT.split())),
        Facts(words=parted("1 2 3 4 5 6 7 8 9 10 11 12 13 a) b) v) stavka cena ukupno")),
        Facts(words=parted("DA NE a b c d e f")),
    ],
)
def test_a_sound_layer_is_kept_and_says_so(facts: Facts) -> None:
    choice = decide(facts)
    assert not choice.ocr
    assert choice.reason.startswith("The text layer is")


def test_a_sound_page_is_never_asked_what_costs_time() -> None:
    assert not decide(Sound()).ocr


def test_the_reading_that_makes_more_sense_wins() -> None:
    layer, scanned = judge(changed(("č", "\ufffd"))), judge(TEXT.split())
    assert choose(layer, scanned, "Doubt.").ocr
    assert not choose(scanned, layer, "Doubt.").ocr


def test_of_two_equal_readings_the_text_layer_wins() -> None:
    judged = judge(TEXT.split())
    assert not choose(judged, judged, "Doubt.").ocr


def test_ocr_that_reads_like_no_language_proves_nothing() -> None:
    noise = judge(["wqrtz", "xkcdf", "gbhjk"] * 300)
    assert not choose(judge(["lan"]), noise, "Doubt.").ocr


NAMES = ["Ščepan", "Grbčić", "Vrhbreg", "Trhljić", "Strmbač", "Krgbić", "Grnčvar", "Prndelj", "Hrvstić", "Brkljač"]


def test_a_near_tie_keeps_the_layer_and_numbers_are_no_evidence() -> None:
    """A list of names and personal numbers: OCR took two names for words, and read the numbers as well as the layer."""
    rows = parted(" ".join(f"{name} 010199071000{at}" for at, name in enumerate(NAMES)))
    heading = "Spisak lica koja su primila naknadu i njihovi matični brojevi"
    layer = judge([*parted(heading), *rows])
    scanned = judge(
        [
            *parted(heading),
            "po",
            *rows,
            "0101990710006",
        ]
    )
    assert not choose(layer, scanned, "Doubt.", 1.06).ocr
    assert not choose(layer, judge([*rows, *("0101990710006",) * 40]), "Doubt.", 1.06).ocr


def test_words_of_one_letter_are_no_evidence_either() -> None:
    layer, scanned = judge(every_other_letter(TEXT)), judge(TEXT.split())
    assert choose(layer, scanned, "Doubt.").ocr


def test_how_clearly_ocr_must_win_depends_on_what_is_wrong() -> None:
    certain = decide(Facts(words=changed(("č", "\ufffd"))))
    by_words = decide(Facts(words=changed(("n", "§"))))
    assert certain.advantage < by_words.advantage
