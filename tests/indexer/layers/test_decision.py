"""The rules: which facts of a page call for OCR, what is never asked of it, and which of two readings wins."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from indexer.layers.decision import choose, decide
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
    is_hidden: bool = False

    @property
    def layer(self) -> Plausibility:
        return judge(self.words)


class Sound:
    """A page with a sound layer that may not be asked for what is slow to find out."""

    words = tuple(TEXT.split())
    layer = judge(words)
    has_pictures = False
    band = 0.9

    @property
    def pictures(self) -> float:
        raise AssertionError("this page was asked for its pictures")

    @property
    def outlines(self) -> int:
        raise AssertionError("this page was asked for its outlines")

    @property
    def is_hidden(self) -> bool:
        raise AssertionError("this page was asked for hidden text")


def changed(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """The words of the text with letters replaced."""
    text = TEXT
    for old, new in pairs:
        text = text.replace(old, new)
    return tuple(text.split())


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
