"""Writing of values into a generated document, with marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from benchmarks.papers.dialects import in_dialect
from benchmarks.papers.grammar import Family
from benchmarks.papers.hand import Hand
from benchmarks.papers.marks import Marks, latin, plain
from benchmarks.papers.parties import CASES, Party, data, town_case
from benchmarks.papers.spelling import in_words
from benchmarks.papers.world import EURO_IN_KUNA, SCALE, VAT_RATES, World, rounded

_ASCII = str.maketrans("čćšžđ", "ccszd")
_DOMAINS = {"us": "gov", "xk": "com"}


class Writer:
    """Writes amounts, parties, dates, references and counts, in one scope of a document."""

    def __init__(self, random: Random, world: World, family: Family) -> None:
        self.random, self.world, self.family = random, world, family
        self.hand = Hand.drawn(random, world.country, world.currency)
        self.marks = Marks()
        self.used: set[str] = set()
        self.own = family.settings.get("own", "")
        self.scope: dict[str, Any] = dict(world.values)
        if not world.values["many"]:
            self.scope |= {key: world.lots[0][key] for key in ("bids", "members", "group")}
        self._memory: dict[Any, Any] = {}

    def once(self, key: Any, maker: Callable[[], Any]) -> Any:
        """Return a random value that is the same throughout a document."""
        if key not in self._memory:
            self._memory[key] = maker()
        return self._memory[key]

    # Values of the scope.

    def bids(self) -> list[dict[str, Any]]:
        """Return the bids of the lot, or one of each firm over all lots."""
        if "bids" in self.scope:
            return list(self.scope["bids"])
        seen: dict[int, dict[str, Any]] = {}
        for lot in self.world.lots:
            for bid in lot["bids"]:
                seen.setdefault(id(bid["firm"]), bid)
        return list(seen.values())

    def _lot_number(self) -> int | None:
        return self.scope["n"] if "lot" in self.scope and self.scope.get("many") else None

    # Amounts.

    def amount(self, name: str, key: str = "") -> float:
        """Return the value of an amount: of a bid, a lot, the procurement, or a random one."""
        if name in {"low", "high"}:
            lots = [self.scope["lot"]] if "lot" in self.scope else self.world.lots
            prices = [float(bid["price"]) for lot in lots for bid in lot["bids"] if bid["ok"]]
            return float(min(prices) if name == "low" else max(prices))
        if isinstance(self.scope.get(name), float):
            return float(self.scope[name])
        if name in {"offer", "item"}:
            return float(self.scope["bid"]["price"] if name == "offer" else self.scope["item"]["estimate"])
        if name == "total":
            return float(round(sum(item["estimate"] for item in self.world.values["items"]), 2))
        return float(self.once((name, key), lambda: self._drawn(name)))

    def _drawn(self, name: str) -> float:
        """Return a random amount: a higher price, a sum set by law, or one from the range of its name."""
        currency, roles = self.world.currency, data("roles")
        if name == "annex":
            return rounded(self.random, self.scope["award"] * self.random.uniform(1.03, 1.3))
        if name == "fee" or (currency in roles["large"] and name in {"guarantee", "threshold"}):
            return float(self.random.choice(roles["fees" if name == "fee" else "large"][currency]))
        return rounded(self.random, self.random.uniform(*roles["ranges"][name]) * SCALE[currency])

    def money(self, name: str, arguments: list[str]) -> str:
        """Return an amount with its currency.

        ``net``, ``gross`` and ``vat`` select a part of it, ``euro`` converts kuna to euro, ``digits`` leaves out the
        currency, ``thousands`` writes it in thousands, ``words`` may repeat it in words; a number distinguishes amounts
        of one name, ``each`` draws a new one.
        """
        key = str(len(self.marks)) if "each" in arguments else "".join(word for word in arguments if word.isdigit())
        value = self.amount(name, key)
        role, rate = data("roles")["amounts"][name], VAT_RATES[self.world.country] / 100
        if role == "award" and self.family.kind in {"contract", "contract_annex"}:
            role = "contract"
        if "gross" in arguments:
            value = round(value * (1 + rate), 2)
        elif "vat" in arguments:
            value, role = round(value * rate, 2), "VAT part"
        currency = "EUR" if "euro" in arguments else self.world.currency
        value = round(value / EURO_IN_KUNA, 2) if "euro" in arguments else value
        text = self.hand.number(value, self.random)
        more: dict[str, Any] = {
            "vat": "with" if "gross" in arguments else "without" if "net" in arguments else "unknown"
        }
        if "thousands" in arguments:
            value = round(value / 1000) * 1000
            text, more["divisor"] = f"{value / 1000:,.0f}".replace(",", "."), 1000
        alone = not {"digits", "thousands"} & {*arguments}
        if alone and value >= 1e6 and value % 1e5 == 0 and self.random.random() < 0.1:
            millions = f"{value / 1e6:g}".replace(".", ",")
            text, more["divisor"] = f"{millions} {self.random.choice(('miliona', 'miliona', 'mil.'))}", 1_000_000
        more |= {"currency": currency, "lot": self._lot_number()}
        if self.world.values["unit"] and role in {"award", "estimated", "offer"}:
            more["unit"] = True
        marked = self.marks.put(text, "amount", role, value, **more)
        if not alone:
            return marked
        if self.world.currency == "USD":
            return latin(f"${marked}")
        written = f"{marked}{self.random.choice(('', ' ', ' ', ' ', ' ', ' ', ' '))}{self.hand.currency}"
        if "words" in arguments and self.world.country in {"rs", "me", "ba"} and self.random.random() < 0.6:
            written += f" (slovima: {in_words(int(value), self.random.random() < 0.5)} {self.hand.currency})"
        return written

    # Parties.

    def parties(self, name: str) -> list[Party]:
        """Return the firms, or the body, that a template calls by this name."""
        scope, outside = self.scope, self.world.values["outside"]
        if name == "winner":
            return list(scope["members"]) if "members" in scope else [self.world.lots[0]["won"]["firm"]]
        if name in {"bidder", "loser", "awardee"}:
            return list(scope["bid"]["members"])
        if name == "buyer":
            return [self.world.buyer]
        if name == "organ":
            return [self.world.values["others"][0]]
        if name == "complainant" and len(self.bids()) > 1:
            return [self.bids()[-1]["firm"]]
        return [scope[name] if name in scope else outside[data("roles")["outside"][name]]]

    def party(self, name: str, attribute: str) -> str:
        """Return a party by name, in a grammatical case or in short, or an attribute of it."""
        members, role = self.parties(name), data("roles")["parties"][name]
        if name == self.family.settings.get("bystander"):
            role = "none"
        who = members[0]
        if attribute in {"", "short", *CASES}:
            if len(members) == 1:
                return self._name(who, role, attribute or "nom")
            role = "member" if role == "vendor" else role
            return self._group([self._name(member, role, attribute or "nom", group=True) for member in members])
        random = self.random
        made: dict[str, Callable[[], str]] = {
            "address": lambda: latin(who.address) if self.world.country in {"us", "xk"} else who.address,
            "town": lambda: self._town(who, "nom"),
            "town.gen": lambda: self._town(who, "gen"),
            "town.loc": lambda: self._town(who, "loc"),
            "place": lambda: f"{random.choice((who.zip + ' ', who.zip + ' ', ''))}{self._town(who, 'nom')}",
            "ids": lambda: self._ids(who, role),
            "pib": lambda: self._id(who, role, next(iter(who.ids), "")),
            "mb": lambda: self._id(who, role, "MB"),
            "mail": lambda: self._mail(who),
            "phone": lambda: f"0{random.randint(10, 39)}/{random.randint(200, 899)}-{random.randint(100, 9999)}",
            "person": lambda: who.person,
            "officer": lambda: who.officer,
            "zip": lambda: who.zip,
        }
        if attribute not in made:
            raise ValueError(f"{self.family.name}: a party has no {attribute}")
        return made[attribute]()

    def issuer(self, name: str) -> str:
        """Return the court or state body that issued the document."""
        return self.marks.put(name, "firm", "buyer", in_dialect(plain(name), self.hand.dialect), full=True)

    def _group(self, names: list[str]) -> str:
        if self.world.country == "xk":
            return "Grup i Operatorëve Ekonomik: " + "; ".join(names)
        if self.world.country == "us":
            return " and ".join(names)
        joined = self.random.choice((", ", "; ")).join(names[:-1]) + self.random.choice((" i ", ", ")) + names[-1]
        return str(self.random.choice(data("forms")["groups"])).format(joined)

    def _name(self, who: Party, role: str, case: str, group: bool = False) -> str:
        text, full = (who.short, False) if case == "short" else (who.names[CASES.index(case)], True)
        if not who.body and full and self.random.random() < self.hand.short_firms:
            text, full = f"{who.core}{'' if who.form.startswith(',') else ' '}{who.form}", False
        for form in (who.town, town_case(who.town, "gen"), town_case(who.town, "loc")) if who.body else ():
            if form in text:
                text = text.replace(form, self._place(form, who), 1)
                break
        if self.random.random() < self.hand.capital_firms:
            text = text.upper()
        if who.latin and self.random.random() < 0.85:
            text = latin(in_dialect(text, self.hand.dialect))
        value = in_dialect(who.name, self.hand.dialect)
        return self.marks.put(text, "firm", role, value, lot=self._lot_number(), group=group or None, full=full)

    def _town(self, who: Party, case: str) -> str:
        return self._place(who.town if case == "nom" else town_case(who.town, case), who)

    def _place(self, text: str, who: Party) -> str:
        role = "other" if who is not self.world.buyer else "seat" if who.national else "own"
        return self.marks.put(text, "municipality", role, who.town)

    def _id(self, who: Party, role: str, kind: str) -> str:
        number = who.ids.get(kind, "")
        return self.marks.put(number, "id", role, number, kind=kind)

    def _ids(self, who: Party, role: str) -> str:
        forms = data("forms")["ids"]
        kinds = [kind for kind in who.ids if kind == next(iter(who.ids)) or self.random.random() < 0.7]
        if self.random.random() < 0.4:
            kinds.reverse()
        return ", ".join(self.random.choice(forms[kind]).format(self._id(who, role, kind)) for kind in kinds)

    def _mail(self, who: Party) -> str:
        name = re.sub(r"\W+", "", who.short.lower().translate(_ASCII))[:14]
        return latin(f"office@{name}.{_DOMAINS.get(self.world.country, self.world.country)}")

    # Dates, references, counts.

    def dated(self, event: str) -> str:
        """Return the date of an event; ``own`` is the document's own."""
        event = self.own if event == "own" else event
        return self.day(
            self.world.dates[event], "own" if event == self.own else data("roles")["events"].get(event, "act")
        )

    def day(self, when: date, role: str) -> str:
        """Return a date in some role."""
        return self.marks.put(self.hand.day(when, self.random), "date", role, when.isoformat())

    def reference(self, name: str) -> str:
        """Return the number of the document (``own``), the procurement (``proc``) or another act.

        Each name has one number.
        """
        role = {"own": "own", "court": "own", "proc": "procurement"}.get(name, "other")
        country = "court" if name == "court" else self.world.country
        forms = data("forms")["procurements" if name == "proc" else "references"][country]
        style = self.once(("style", role), lambda: self.random.choice(forms))
        random, year = self.random, self.world.values["year"]
        text = self.once(
            ("reference", name),
            lambda: style.format(
                n=random.randint(1, 2999),
                k=random.randint(1, 9),
                p=random.randint(1, 99),
                y=year,
                Y=f"{year % 100:02d}",
                R=random.choice(("I", "II", "III", "IV", "V", "VII")),
            ),
        )
        return self.marks.put(text, "reference", role, None)

    def cpv(self, part: str) -> str:
        """Return the CPV code of the goods, or its name."""
        thing = self.scope.get("item") or self.world.values["thing"]
        if part == "name":
            return str(thing["cpv_name"])
        code = thing["cpv"] if self.random.random() < 0.6 else thing["cpv"][:8]
        return self.marks.put(code, "cpv", "own", code)

    def count(self, way: str) -> str:
        """Return the number of bids in figures (``n``), in a word, or with the noun (``phrase``)."""
        count = len(self.bids())
        word = data("forms")["numbers"]["words"][count]
        ways = {"n": [str(count)], "word": [word]}.get(
            way, [str(count), f"{count} ({word})", word, f"{word} ({count})"]
        )
        marked = self.marks.put(self.random.choice(ways), "bids", "own", count, lot=self._lot_number())
        return f"{marked} {'ponuda' if count == 1 or count > 4 else 'ponude'}" if way == "phrase" else marked
