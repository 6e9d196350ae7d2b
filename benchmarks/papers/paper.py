"""What a template asks of one paper: its values, written in the hand of the paper and marked where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from benchmarks.papers.dialects import in_dialect
from benchmarks.papers.grammar import Family
from benchmarks.papers.marks import Marks, latin
from benchmarks.papers.spelling import in_words
from benchmarks.papers.world import VAT_RATES, Party, World, data, person, rounded, town_case

PARTIES = {
    "buyer": "buyer", "winner": "vendor", "bidder": "bidder", "loser": "bidder", "invited": "invited",
    "complainant": "complainant", "sub": "subcontractor", "other": "none", "organ": "none", "client": "customer",
    "supplier": "vendor", "candidate": "invited", "debtor": "none",
}  # fmt: skip
"""The names by which templates call parties, and the part each plays."""

MONEY = {
    "award": "award", "estimate": "estimated", "offer": "offer", "low": "offer", "high": "offer", "unit": "unit price",
    "penalty": "penalty", "fee": "fee", "guarantee": "guarantee", "threshold": "threshold", "budget": "budget",
    "sum": "sum", "spent": "spent", "none": "none", "advance": "none", "item": "estimated", "row": "contract",
    "annex": "contract", "total": "estimated", "line": "none", "rent": "contract", "salary": "none",
}  # fmt: skip
"""The names by which templates call amounts, and the role of each. What no bid or lot gives is drawn."""

DRAWN = {
    "unit": (0.05, 90), "penalty": (5, 800), "guarantee": (20, 900), "threshold": (300, 90000), "budget": (9000, 900000),
    "sum": (8, 4000), "spent": (50, 20000), "none": (1, 4000), "advance": (30, 3000), "rent": (15, 300), "salary": (40, 160),
}  # fmt: skip
"""Ranges of amounts that are drawn, in thousands of dinars."""

FEES = {"RSD": (60000, 120000, 250000, 40000, 80000, 390, 15000), "BAM": (20, 50, 30, 750, 10000), "HRK": (5000, 70, 10000, 2000), "EUR": (100, 20, 500, 8000, 1360), "USD": (25, 50, 100)}  # fmt: skip

EVENTS = {
    "deadline": "deadline", "new_deadline": "deadline", "opening": "session", "session": "session", "contract": "contract",
}  # fmt: skip
"""The roles of dates that are not the paper's own; any other event is another act's date."""


@dataclass(slots=True)
class Hand:
    """The habits of the one who wrote a paper."""

    dialect: str
    script: str
    language: str
    dates: list[str]
    number: str
    currency: str
    firm_form: float
    caps: float

    @classmethod
    def drawn(cls, random: Random, world: World, family: Family) -> Hand:
        """The hand of a paper of this country."""
        forms = data("forms")
        country = world.country
        dialect, script = {
            "rs": ("ekavian", "Cyrl" if random.random() < 0.55 else "Latn"),
            "ba": (
                ("ijekavian", random.choice(("Cyrl", "Latn")))
                if random.random() < 0.4
                else (random.choice(("bosnian", "bosnian", "croatian")), "Latn")
            ),
            "hr": ("croatian", "Latn"),
            "me": ("ijekavian", "Latn" if random.random() < 0.85 else "Cyrl"),
        }.get(country, ("none", "Latn"))
        language = family.settings.get("language", {"hr": "hr", "xk": "sq", "us": "en"}.get(country, "sr"))
        ways = [random.choice(forms["dates"][language]) for _ in range(2)]
        number = random.choices(("de2", "de", "plain", "space", "en", "dash", "odd"), (66, 9, 4, 4, 7, 2, 3))[0]
        if country == "us":
            number = "en"
        return cls(
            dialect, script, language, [ways[0]] * 4 + [ways[1]], number, random.choice(forms["currencies"][world.currency]),
            random.choice((0, 0.1, 0.5)), random.choice((0, 0, 0.05, 0.5)),
        )  # fmt: skip


class Paper:
    """One paper while it is written. A paper seen from a loop shares all but its scope."""

    def __init__(self, random: Random, world: World, family: Family) -> None:
        self.random, self.world, self.family = random, world, family
        self.hand = Hand.drawn(random, world, family)
        self.marks = Marks()
        self._memory: dict[Any, Any] = {}
        self._scope: dict[str, Any] = {**world.values, "buyer": world.buyer}
        self.own = family.settings.get("own", "")
        if not world.values["many"]:
            self._scope |= {key: world.lots[0][key] for key in ("bids", "won", "members", "group")}

    def inside(self, scope: dict[str, Any]) -> Paper:
        """The same paper seen from one turn of a loop."""
        other = Paper.__new__(Paper)
        other.__dict__ = {**self.__dict__, "_scope": {**self._scope, **scope}}
        return other

    def flag(self, name: str) -> bool:
        """Tell whether the world, the turn of a loop, or the hand has a property."""
        match name:
            case "cyr":
                return self.hand.script == "Cyrl"
            case "single":
                return not self._scope["many"]
            case "new":
                return self.world.values["year"] >= 2020
            case "ids":
                return bool(self.world.buyer.ids)
            case "national":
                return self.world.buyer.national
            case "rs" | "ba" | "hr" | "me":
                return self.world.country == name
            case "goods" | "services" | "works":
                return bool(self.world.values["thing"]["sort"] == name[0].replace("g", "g"))
            case "won":
                return "bid" in self._scope and self._scope["bid"].get("rank") == 1
        return bool(self._look(name))

    def loop(self, name: str) -> Iterable[dict[str, Any]]:
        """The scopes of a loop over lots, bids, items …; ``3-6`` repeats a line so often."""
        if "-" in name:
            low, high = map(int, name.split("-"))
            return [{"turn": turn} for turn in range(1, self.random.randint(low, high) + 1)]
        match name:
            case "lot":
                return [lot | {"lot": lot} for lot in self.world.lots]
            case "bid":
                return [{"bid": bid} for bid in self._bids()]
            case "okbid":
                return sorted(({"bid": bid} for bid in self._bids() if bid["ok"]), key=lambda turn: turn["bid"]["rank"])
            case "badbid":
                return [{"bid": bid} for bid in self._bids() if not bid["ok"]]
            case "firm":
                return [{"bid": bid} for bid in self.all_bids()]
            case "invited":
                return [{"invited": who} for who in self.world.values["outside"][: self.random.randint(1, 3)]]
            case "item":
                return self._remembered("items", self._items)
            case "row":
                return self._remembered("rows", self._rows)
            case "line":
                return self._remembered("lines", self._lines)
        raise ValueError(f"no loop is named {name}")

    def _bids(self) -> list[dict[str, Any]]:
        return list(self._scope["bids"]) if "bids" in self._scope else self.all_bids()

    def all_bids(self) -> list[dict[str, Any]]:
        """One bid of each firm, over all lots."""
        seen: dict[int, dict[str, Any]] = {}
        for lot in self.world.lots:
            for bid in lot["bids"]:
                seen.setdefault(id(bid["firm"]), bid)
        return list(seen.values())

    def _items(self) -> list[dict[str, Any]]:
        return [{"item": item, "turn": turn} for turn, item in enumerate(self.world.values["items"], start=1)]

    def _rows(self) -> list[dict[str, Any]]:
        """Rows of a register of contracts: each its own firm, subject, sum and date."""
        firms = [bid["firm"] for bid in self.all_bids()] + self.world.values["outside"]
        rows = []
        for turn, item in enumerate(self.world.values["items"], start=1):
            when = date(self.world.values["year"], self.random.randint(1, 12), self.random.randint(1, 28))
            rows.append(
                {
                    "turn": turn,
                    "item": item,
                    "supplier": self.random.choice(firms),
                    "row": item["estimate"],
                    "when": when,
                }
            )
        return rows

    def _lines(self) -> list[dict[str, Any]]:
        """Lines of an invoice: pieces, the price of one, the sum; the sums make the award."""
        left, lines = self.amount("award"), []
        count = self.random.randint(1, 6)
        for turn in range(1, count + 1):
            pieces = self.random.choice((1, 1, 2, 5, 10, 24))
            share = left if turn == count else round(left * self.random.uniform(0.1, 0.6), 2)
            left = round(left - share, 2)
            lines.append(
                {
                    "turn": turn,
                    "pieces": pieces,
                    "unit": round(share / pieces, 2),
                    "line": share,
                    "item": self.random.choice(self.world.values["items"]),
                }
            )
        return lines

    def _remembered(self, key: Any, maker: Any) -> Any:
        if key not in self._memory:
            self._memory[key] = maker()
        return self._memory[key]

    def _look(self, path: str) -> Any:
        value: Any = self._scope
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else getattr(value, step, None)
        return value

    def slot(self, name: str, arguments: list[str]) -> str:
        """The text of a slot."""
        if name.startswith("$"):
            return self._money(name[1:], arguments)
        head, _, attribute = name.partition(".")
        if head in PARTIES:
            return self._party(head, attribute)
        match head:
            case "date":
                return self._date(arguments[0] if arguments else "other")
            case "day":
                return self._day(
                    self._look(arguments[0]), EVENTS.get(arguments[1], "act") if arguments[1:] else "contract"
                )
            case "ref":
                return self._reference(arguments[0])
            case "cpv":
                return self._cpv(self._look("item") or self.world.values["thing"], attribute)
            case "subject":
                return str((self._look("item") or self.world.values["thing"])["name"])
            case "bids":
                return self._count(attribute)
            case "bidders":
                names = [self.inside({"bid": bid}).slot("bidder", []) for bid in self._bids()]
                return f"{', '.join(names[:-1])} i {names[-1]}" if names[1:] else names[0]
            case "person":
                return self._remembered(("person", *arguments), lambda: person(self.random))
            case "year":
                return str(self.world.values["year"] + int(attribute or 0))
            case "currency":
                return self.hand.currency
            case "n" if arguments or "n" not in self._scope:
                low, high = map(int, (arguments[0] if arguments else "1-99").split("-"))
                return str(self.random.randint(low, high))
            case "latin":
                return latin(" ".join(arguments))
            case "blank":
                return "_" * self.random.randint(4, 24)
            case "roman":
                return self.random.choice(("I", "II", "III", "IV", "V", "VI"))
        value = self._look(name)
        if value is None:
            raise ValueError(f"{self.family.name}: nothing fills the slot <{name}>")
        return str(value)

    # Amounts.

    def amount(self, name: str, key: str = "") -> float:
        """The value of an amount: a bid's, a lot's, the procurement's, or one that is drawn once."""
        scope = self._scope
        match name:
            case "offer":
                return float(scope["bid"]["price"])
            case "low" | "high":
                prices = [bid["price"] for lot in self._lots() for bid in lot["bids"] if bid["ok"]]
                return float(min(prices) if name == "low" else max(prices))
            case "item":
                return float(scope["item"]["estimate"])
            case "total":
                return round(sum(item["estimate"] for item in self.world.values["items"]), 2)
            case "estimate" | "award" | "row" | "line":
                return float(scope[name])
            case "unit" if "unit" in scope and not isinstance(scope["unit"], bool):
                return float(scope["unit"])
            case "fee":
                return float(self._remembered(("fee", key), lambda: self.random.choice(FEES[self.world.currency])))
            case "annex":
                return float(
                    self._remembered(
                        "annex", lambda: rounded(self.random, scope["award"] * self.random.uniform(1.03, 1.3))
                    )
                )
        low, high = DRAWN[name]
        from_scale = {"RSD": 1000.0, "BAM": 17.0, "HRK": 65.0}.get(self.world.currency, 9.0)
        return float(
            self._remembered((name, key), lambda: rounded(self.random, self.random.uniform(low, high) * from_scale))
        )

    def _lots(self) -> list[dict[str, Any]]:
        return [self._scope["lot"]] if "lot" in self._scope else self.world.lots

    def _money(self, name: str, arguments: list[str]) -> str:
        key = next((word for word in arguments if word.isdigit()), "")
        value = self.amount(name, key)
        role, vat = MONEY[name], "unknown"
        if name == "award" and self.family.kind in {"contract", "contract_annex"}:
            role = "contract"
        rate = VAT_RATES[self.world.country]
        if "gross" in arguments:
            value, vat = round(value * (1 + rate / 100), 2), "with"
        elif "net" in arguments:
            vat = "without"
        elif "vat" in arguments:
            value, role = round(value * rate / 100, 2), "VAT part"
        divisor = 1000 if "thousands" in arguments else 1
        text = self.number(round(value) / divisor if divisor > 1 else value, whole=divisor > 1)
        unit = bool(self._scope["unit"]) if isinstance(self._scope["unit"], bool) else False
        marked = self.marks.put(
            text, "amount", role, round(value / 1000) * 1000 if divisor > 1 else value, currency=self.world.currency, vat=vat,
            lot=self._lot_number(), unit=True if unit and role in {"award", "estimated", "offer"} else None, divisor=divisor if divisor > 1 else None,
        )  # fmt: skip
        if "digits" in arguments or divisor > 1:
            return marked
        if self.world.currency == "USD":
            return latin(f"${marked}")
        glue = self.random.choice(("", " ", " ", " ", " ", " ", " "))
        written = marked + glue + self.hand.currency
        if "words" in arguments and self.world.country in {"rs", "me", "ba"} and self.random.random() < 0.6:
            written += f" (slovima: {in_words(int(value), self.random.random() < 0.5)} {self.hand.currency})"
        return written

    def _lot_number(self) -> int | None:
        return self._scope["n"] if "lot" in self._scope and self._scope.get("many") else None

    def number(self, value: float, whole: bool = False) -> str:
        """An amount in figures, as this hand writes them."""
        english = f"{value:,.2f}"
        german = english.translate(str.maketrans(",.", ".,"))
        style = self.hand.number if self.random.random() < 0.95 else "de2"
        if whole:
            return german[:-3]
        match style:
            case "de" if german.endswith(",00"):
                return german[:-3]
            case "plain":
                return german.replace(".", "")
            case "space":
                return german.replace(".", " ")
            case "en":
                return english
            case "dash" if german.endswith(",00"):
                return german[:-2] + self.random.choice(("-", "oo"))
            case "odd":
                head, dot, rest = german.partition(".")
                return f"{head}{dot} {rest.replace('.', ' ')}" if dot else german
        return german

    # Parties.

    def party_of(self, name: str) -> list[Party]:
        """The firms or the body that a template calls by this name."""
        scope = self._scope
        match name:
            case "winner":
                return list(scope["members"]) if "members" in scope else [self.world.lots[0]["won"]["firm"]]
            case "bidder" | "loser":
                return list(scope["bid"]["members"])
            case "invited" | "supplier":
                found = scope.get(name)
                return [found or self.world.values["outside"][-1]]
            case "buyer":
                return [self.world.buyer]
            case "organ":
                return [self.world.values["others"][0]]
        order = {"complainant": 0, "sub": 1, "other": 2, "client": 3, "candidate": -2, "debtor": 1}
        if name == "complainant" and len(self.all_bids()) > 1:
            return [self.all_bids()[-1]["firm"]]
        return [self.world.values["outside"][order[name] % len(self.world.values["outside"])]]

    def _party(self, name: str, attribute: str) -> str:
        members = self.party_of(name)
        role = PARTIES[name]
        if attribute in {"", "gen", "dat", "ins", "short"} and len(members) > 1:
            role = "member" if role == "vendor" else role
            listed = [self._name(who, role, attribute or "nom", group=True) for who in members]
            return self._group(listed)
        who = members[0]
        match attribute:
            case "" | "gen" | "dat" | "ins" | "short":
                return self._name(who, role, attribute or "nom")
            case "address":
                return f"{latin(who.address) if self.world.country in {'us', 'xk'} else who.address}"
            case "town" | "town.gen" | "town.loc":
                return self._town(who, attribute.removeprefix("town").removeprefix(".") or "nom")
            case "place":
                return self.random.choice(
                    (
                        f"{who.zip} {self._town(who, 'nom')}",
                        self._town(who, "nom"),
                        f"{who.zip} {self._town(who, 'nom')}",
                    )
                )
            case "ids":
                return self._ids(who, role)
            case "pib" | "mb":
                return self._id(who, role, {"pib": next(iter(who.ids), ""), "mb": "MB"}[attribute])
            case "person" | "officer" | "zip":
                return str(getattr(who, attribute))
            case "mail":
                return latin(
                    "office@"
                    + re.sub(r"\W+", "", who.short.lower().translate(str.maketrans("čćšžđ", "ccszd")))[:14]
                    + ".rs"
                )
            case "phone":
                return (
                    f"0{self.random.randint(10, 39)}/{self.random.randint(200, 899)}-{self.random.randint(100, 9999)}"
                )
        raise ValueError(f"a party has no {attribute}")

    def _group(self, listed: list[str]) -> str:
        joined = (
            self.random.choice((", ", "; ", ", ")).join(listed[:-1])
            + self.random.choice((" i ", " i ", ", "))
            + listed[-1]
        )
        if self.world.country == "xk":
            return "Grup i Operatorëve Ekonomik: " + "; ".join(listed)
        if self.world.country == "us":
            return " and ".join(listed)
        return self.random.choice(
            (
                "grupa ponuđača: {}",
                "Grupa ponuđača {}",
                "konzorcijum {}",
                "grupa ponuđača koju čine {}",
                "{}",
                "zajednička ponuda: {}",
                "konzorcijum ponuđača: {}",
            )
        ).format(joined)

    def _name(self, who: Party, role: str, case: str, group: bool = False) -> str:
        index = {"nom": 0, "gen": 1, "dat": 2, "ins": 3}.get(case)
        text, full = (who.short, False) if index is None else (who.names[index], True)
        if not who.body and index is not None and self.random.random() < self.hand.firm_form:
            text, full = f"{who.core}{'' if who.form.startswith(',') else ' '}{who.form}", False
        if self.random.random() < self.hand.caps:
            text = text.upper()
        home = "own" if role == "buyer" else "other"
        for form in (who.town, town_case(who.town, "gen"), town_case(who.town, "loc")):
            if form in text and who.body:
                text = text.replace(
                    form, self.marks.put(form, "municipality", "seat" if who.national else home, who.town), 1
                )
                break
        stays = who.latin and not who.body and self.random.random() < 0.85
        value = in_dialect(who.name, self.hand.dialect)
        marked = self.marks.put(
            latin(text) if stays else text, "firm", role, value, lot=self._lot_number(), group=group or None, full=full
        )
        return marked

    def _town(self, who: Party, case: str) -> str:
        text = who.town if case == "nom" else town_case(who.town, case)
        role = "own" if who is self.world.buyer else "other"
        return self.marks.put(text, "municipality", "seat" if role == "own" and who.national else role, who.town)

    def _id(self, who: Party, role: str, kind: str) -> str:
        number = who.ids.get(kind, "")
        return self.marks.put(number, "id", role, number, kind=kind) if number else ""

    def _ids(self, who: Party, role: str) -> str:
        forms = data("forms")["ids"]
        kinds = [kind for kind in who.ids if kind == next(iter(who.ids)) or self.random.random() < 0.7]
        if self.random.random() < 0.4:
            kinds.reverse()
        return ", ".join(self.random.choice(forms[kind]).format(self._id(who, role, kind)) for kind in kinds)

    # Dates, references, counts.

    def _date(self, event: str) -> str:
        role = "own" if event in {"own", self.own} else EVENTS.get(event, "act")
        when = self.world.dates[self.own if event == "own" else event]
        return self._day(when, role)

    def _day(self, when: date, role: str) -> str:
        language = self.hand.language
        months = data("forms")["months"][
            "hr" if self.hand.dialect == "croatian" else language if language in {"sr", "en", "hr"} else "sr"
        ]
        suffix = {1: "st", 2: "nd", 3: "rd"}.get(when.day % 10 if when.day not in {11, 12, 13} else 0, "th")
        text = self.random.choice(self.hand.dates).format(
            d=when.day, m=when.month, y=when.year, D=f"{when.day:02d}", M=f"{when.month:02d}", Y=f"{when.year % 100:02d}",
            month=months[when.month - 1], th=f"{when.day}{suffix}",
        )  # fmt: skip
        return self.marks.put(text, "date", role, when.isoformat())

    def _reference(self, name: str) -> str:
        """A number by which an act or a procurement is known; the same each time, ``other1`` and so on of other acts."""
        role = name if name in {"own", "proc"} else "other"

        def drawn() -> str:
            forms = data("forms")["procurements" if name == "proc" else "references"][self.world.country]
            style = self._remembered(("style", role), lambda: self.random.choice(forms))
            year = self.world.values["year"]
            return str(style).format(
                n=self.random.randint(1, 2999), k=self.random.randint(1, 9), p=self.random.randint(1, 99),
                y=year, Y=f"{year % 100:02d}", R=self.random.choice(("I", "II", "III", "IV", "V", "VII")),
            )  # fmt: skip

        text = self._remembered(("reference", name), drawn)
        return self.marks.put(text, "reference", {"proc": "procurement"}.get(role, role), None)

    def _cpv(self, thing: dict[str, Any], attribute: str) -> str:
        code = thing["cpv"] if self.random.random() < 0.6 else thing["cpv"][:8]
        if attribute == "name":
            return str(thing["cpv_name"])
        return self.marks.put(code, "cpv", "own", code)

    def _count(self, attribute: str) -> str:
        count = len(self._bids())
        word = data("forms")["numbers"]["words"][count]
        text = {"n": str(count), "word": word}.get(attribute) or self.random.choice(
            (str(count), f"{count} ({word})", word, f"{word} ({count})")
        )
        noun = ""
        if attribute == "phrase":
            noun = " " + ("ponuda" if count == 1 or count > 4 else "ponude")
        return self.marks.put(text, "bids", "own", count, lot=self._lot_number()) + noun
