"""The style of a writer: dialect, script, formats of numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from benchmarks.papers.parties import data

NUMBERS = {"de2": 66, "de": 9, "plain": 4, "space": 4, "en": 7, "dash": 2, "odd": 3}
"""Formats of amounts, and their weights: 1.500,00; 1.500; 1500,00; 1 500,00; 1,500.00; 1.500,-; 1. 500 000,00."""


@dataclass(frozen=True, slots=True)
class Hand:
    """The style of a writer.

    ``short_firms`` and ``capital_firms`` are the probabilities of a short or capitalised firm name.
    """

    dialect: str
    script: str
    language: str
    dates: tuple[str, ...]
    numbers: str
    currency: str
    short_firms: float
    capital_firms: float

    @classmethod
    def drawn(cls, random: Random, country: str, currency: str) -> Hand:
        """Return a random style for a document of this country."""
        forms = data("forms")
        dialect, script = random.choice(data("forms")["dialects"].get(country, [["none", "Latn"]]))
        language = {"xk": "sq", "us": "en"}.get(country, "hr" if dialect == "croatian" else "sr")
        ways = [random.choice(forms["dates"][language]) for _ in range(2)]
        return cls(
            dialect=dialect,
            script=script,
            language=language,
            dates=(ways[0],) * 4 + (ways[1],),
            numbers="en" if country == "us" else random.choices(list(NUMBERS), list(NUMBERS.values()))[0],
            currency=random.choice(forms["currencies"][currency]),
            short_firms=random.choice((0, 0.1, 0.5)),
            capital_firms=random.choice((0, 0, 0.05, 0.5)),
        )

    def number(self, value: float, random: Random) -> str:
        """Return an amount in figures."""
        english = f"{value:,.2f}"
        german = english.translate(str.maketrans(",.", ".,"))
        whole = german.endswith(",00")
        match self.numbers if random.random() < 0.95 else "de2":
            case "de" if whole:
                german = german[:-3]
            case "plain":
                german = german.replace(".", "")
            case "space":
                german = german.replace(".", " ")
            case "en":
                german = english
            case "dash" if whole:
                german = german[:-2] + random.choice(("-", "oo"))
            case "odd":
                head, _, rest = german.partition(".")
                german = f"{head}. {rest.replace('.', ' ')}" if rest else german
        return german

    def day(self, when: date, random: Random) -> str:
        """Return a date in words or figures."""
        months = data("forms")["months"]
        suffix = "th" if when.day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(when.day % 10, "th")
        return random.choice(self.dates).format(
            d=when.day,
            m=when.month,
            y=when.year,
            D=f"{when.day:02d}",
            M=f"{when.month:02d}",
            Y=f"{when.year % 100:02d}",
            month=months.get(self.language, months["sr"])[when.month - 1],
            th=f"{when.day}{suffix}",
        )
