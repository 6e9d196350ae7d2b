"""Generated documents: short documents of procurements and of information requests, each determined by its number.

Towns and words are real, firms and statements are invented. Each fact has its words, so that all evidence is valid; the
other words are random. Five documents are one procurement (notice, documents, minutes, award with two lots, contract
with three articles); every eighth procurement is a request with its reply instead.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from archive.findings.municipalities import POPULATION
from archive.model import Clause, ClauseLevel, Fact, FactStatus, Span
from benchmarks.search.words import word_lists

STEPS = ("tender_notice", "tender_documents", "minutes", "award_decision", "contract")
HEADINGS = {
    "tender_notice": "Poziv za podnošenje ponuda",
    "tender_documents": "Konkursna dokumentacija",
    "minutes": "Zapisnik o otvaranju ponuda",
    "award_decision": "Odluka o dodeli ugovora",
    "contract": "Ugovor o javnoj nabavci",
    "foi_request": "Zahtev za pristup informacijama",
    "foi_reply": "Odgovor na zahtev",
}
ARTICLES = (("price", "Cena"), ("penalty", "Ugovorna kazna"), ("term", "Rok isporuke"))
EXCHANGES = 8
"""One of this many procurements is an information request instead."""

_LETTERS = "bdfgklmnprstvz"
_SYLLABLES = [f"{letter}{vowel}" for letter in _LETTERS for vowel in "aeio"]
_SEATS = ("Beograd", "Novi Sad", "Niš", "Kragujevac", "Ruma", "Zrenjanin", "Čačak", "Valjevo", "Bor", "Užice")
_FORMS = ("d.o.o.", "DOO", "a.d.", "PR", "JKP")
_FIRST_DAY, _DAYS = date(2013, 1, 1), 4000
_BODY = 40

Details = Mapping[str, str]
_NONE: Details = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented firm: its printed names, and its tax number if it is printed anywhere."""

    names: Sequence[str]
    pib: str | None

    @classmethod
    def of(cls, number: int) -> Firm:
        """Return firm ``number``."""
        chance = random.Random(number)
        word = "".join(chance.choices(_SYLLABLES, k=4)).capitalize()
        form, seat = chance.choice(_FORMS), chance.choice(_SEATS)
        names = (f"„{word}” {form} {seat}", f"{word} {form} {seat}", f"{word} {form}".upper())
        return cls(names[: chance.choice((1, 1, 2, 3))], f"{100000000 + number}" if chance.random() < 0.7 else None)


def mention(chance: random.Random, firms: int) -> tuple[str, Details]:
    """Return a random firm, with a skewed distribution, as a printed name with details."""
    firm = Firm.of(int(firms * chance.random() ** 2.5))
    return chance.choice(firm.names), {"pib": firm.pib} if firm.pib and chance.random() < 0.5 else _NONE


@dataclass(slots=True)
class MadePaper:
    """A generated document.

    ``told`` are its facts (field, value, details, first and last word), ``articles`` its articles (topic, heading,
    first and last word).
    """

    kind: str
    words: list[str] = field(default_factory=list)
    told: list[tuple[str, str, Details, int, int]] = field(default_factory=list)
    articles: list[tuple[str, str, int, int]] = field(default_factory=list)

    def say(self, name: str, value: str, printed: str, details: Details = _NONE) -> None:
        """Append printed words, and record the fact that they state."""
        first = len(self.words)
        self.words += printed.split()
        self.told.append((name, value, details, first, len(self.words) - 1))

    def facts(self, document: str) -> list[Fact]:
        """Return its facts, as if extracted."""
        return [
            Fact(name, value, Span(document, 1, first, last), f"{name}.made", 0.95, FactStatus.EXTRACTED, details)
            for name, value, details, first, last in self.told
        ]

    def clauses(self, document: str) -> list[Clause]:
        """Return its articles."""
        return [
            Clause(f"art_{at}", f"Član {at}.", heading, topic, None, Span(document, 1, first, last),
                   ClauseLevel.ARTICLE, 0.95)
            for at, (topic, heading, first, last) in enumerate(self.articles, 1)
        ]  # fmt: skip


@cache
def _towns() -> Sequence[str]:
    return sorted(POPULATION)


@cache
def _lexicon() -> tuple[Sequence[str], Sequence[float]]:
    """Return the 30,000 most frequent Serbian words with their cumulative shares."""
    most = 30_000
    words = word_lists()["sr-Latn"]
    return words.words[:most].tolist(), words.cumulative[:most].tolist()


def paper(number: int, of: int) -> MadePaper:
    """Return document ``number`` of an archive of ``of`` documents."""
    group, step = divmod(number, len(STEPS))
    shared, own = random.Random(group), random.Random(f"{number}")
    town, begin = shared.choice(_towns()), _FIRST_DAY + timedelta(days=shared.randrange(_DAYS))
    if group % EXCHANGES == 0:
        return _exchange(number, step, town, begin, own)
    kind, firms = STEPS[step], 20 + of // 20
    made = _begun(kind, f"404-{group}/{begin.year}", "procurement", town, begin + timedelta(days=10 * step))
    won, price = [mention(shared, firms) for _ in range(2)], shared.randrange(300_000, 30_000_000)
    if kind == "minutes":
        made.say("bids", str(own.randint(1, 4)), "ponuda")
        for name, details in (won[0], mention(own, firms)):
            made.say("bidder", name, name, details)
    elif kind == "award_decision":
        _award(made, won, price)
    elif kind == "contract":
        _contract(made, won[0], price, own)
    _fill(made, own)
    return made


def _exchange(number: int, step: int, town: str, begin: date, own: random.Random) -> MadePaper:
    """Return a request or its reply; later documents of an exchange are replies to other requests."""
    kind = "foi_request" if step % 2 == 0 else "foi_reply"
    made = _begun(kind, f"031-{number // 2}/{begin.year}", "own", town, begin + timedelta(days=12 * (step % 2)))
    if kind == "foi_reply":
        outcome = own.choice(("granted", "partly", "refused"))
        made.say("foi_outcome", outcome, "usvaja se")
    _fill(made, own)
    return made


def _begun(kind: str, reference: str, role: str, town: str, day: date) -> MadePaper:
    """Return a document with the facts that all documents have."""
    made = MadePaper(kind)
    made.say("kind", kind, HEADINGS[kind])
    made.say("reference", reference, reference, {"role": role})
    made.told.append(("title", f"{HEADINGS[kind]} {reference}", _NONE, 0, len(made.words) - 1))
    made.say("municipality", town, f"Opština {town}")
    made.told.append(("buyer", f"Opština {town}", _NONE, made.told[-1][3], len(made.words) - 1))
    made.say("date", day.isoformat(), f"{day.day}.{day.month}.{day.year}.")
    return made


def _award(made: MadePaper, won: Sequence[tuple[str, Details]], price: int) -> None:
    for lot, ((name, details), share) in enumerate(zip(won, (60, 40), strict=True), 1):
        amount = price * share // 100
        made.say("vendor", name, name, details)
        line = {"lot": str(lot), "vendor": name, "amount": f"{amount}.00", "currency": "RSD", "vat": "without"}
        made.say("award", name, f"{name} {_printed(amount)} dinara", line)


def _contract(made: MadePaper, won: tuple[str, Details], price: int, own: random.Random) -> None:
    name, details = won
    made.say("vendor", name, name, details)
    for vat, share in (("without", 100), ("with", 120)):
        amount = price * share // 100
        of_it = {"currency": "RSD", "vat": vat, "role": "contract"}
        made.say("amount", f"{amount}.00", f"{_printed(amount)} dinara", of_it)
    made.say("quantity", str(own.randint(2, 60)), "kamera", {"what": "cameras"})
    made.say("watch", "video surveillance", "video nadzor", {"group": "capability"})
    for at, (topic, heading) in enumerate(ARTICLES, 1):
        first = len(made.words)
        made.words += [*f"Član {at}. {heading}".split(), *_chosen(own, 8)]
        made.articles.append((topic, heading, first, len(made.words) - 1))


def _fill(made: MadePaper, own: random.Random) -> None:
    made.words += _chosen(own, max(8, _BODY - len(made.words)))


def _chosen(own: random.Random, count: int) -> list[str]:
    words, shares = _lexicon()
    return own.choices(words, cum_weights=shares, k=count)


def _printed(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + ",00"
