"""Loading what reading loads when it is first used: word lists, tables of rules, profiles of languages.

Each document is read by a fork of a warm process. What that process has loaded is there for all of them; what a fork
loads is gone with it (the word lists alone take half a second).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from archive.model import Page, Reading, TextSource
from archive.model.words import Word, Words
from indexer.facts.watch.watchlist import Watchlist
from indexer.language import detect
from indexer.layers.plausibility import judge
from indexer.rules import apply_rules

_ANY_TEXT = """
Република Србија Градска управа града Брезовца Број: 404-2/2021 Датум: 12.3.2021. године ОДЛУКА О ДОДЕЛИ УГОВОРА
у поступку јавне набавке добара - набавка камера за видео надзор. Уговор се додељује понуђачу Сигнал д.о.о. Брезовац,
ПИБ 100000008, матични број 10000003, понуђена цена 1.250.000,00 динара без ПДВ, примљене су три понуде, рок 30 дана.
UGOVOR o nabavci opreme za video nadzor, zaključen između Opštine Brezovac i Signal d.o.o. Član 1. Predmet ugovora je
isporuka 24 kamere. Član 2. Ugovorena vrednost iznosi 1.500.000,00 RSD sa PDV-om, slovima: milion petsto hiljada dinara.
Zahtev za slobodan pristup informacijama od javnog značaja. Član 3. Prodavac plaća ugovornu kaznu od 2 promila.
"""
"""Enough of what documents say to have every rule load its tables."""

_BARE_YEAR = "Izveštaj o radu u 2019. godini"
"""What has no whole date is looked at by rules of its own."""


def warm_up(watchlist: Watchlist) -> None:
    """Read texts as documents are read, and forget them."""
    detect(_ANY_TEXT)
    for text in (_ANY_TEXT, _BARE_YEAR):
        words = Words.of(map(Word, text.split()))
        page = Page(1, 0, len(words), 0, 0, TextSource.TEXT)
        reading = Reading("0" * 64, 1, datetime.now(UTC), {}, None, (page,))
        apply_rules(reading.document, reading, [words], watchlist)


@cache
def load_word_lists() -> None:
    """Judge a text as the layer of a page is judged. The lists take most of what there is to load."""
    judge(_ANY_TEXT.split())
