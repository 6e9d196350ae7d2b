"""What could be a fact: readers propose every sum, firm, body, date, number and place, whatever stands around it.

A candidate is one value with all its mentions. Its features are those of its mentions together, what its value looks
like, and which of the rules would take it; :mod:`.decision` chooses.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice, pairwise
from typing import Any
from zlib import crc32

from archive.model import Fact
from archive.model.words import Break
from archive.text.folding import fold
from indexer import gazetteer
from indexer.facts import firms, kind, parties
from indexer.facts.bids import MOST
from indexer.facts.bodies import bodies
from indexer.facts.calendar import any_date, date_of, words_of_date
from indexer.facts.firms import Firm, closes_quote, opens_quote
from indexer.facts.numerals import Separators, counted, read_number
from indexer.facts.places import places
from indexer.facts.scoring.context import TextSurroundings, code, mixed, named
from indexer.facts.sums import Money, currency_in, sums, sums_with_vat, unit_prices_joined
from indexer.facts.text import DocumentText
from indexer.layers.known_words import SERBIAN, is_folded_word

MENTIONS = 6
"""Mentions of one value whose surroundings are looked at."""

HEAD_PAGES = 4
HEAD_WORDS = 1500
TAIL_WORDS = 250
"""Where a document says whose it is, when it was made and what its number is."""


@dataclass(slots=True)
class Proposal:
    """A value that could be a fact.

    ``key`` is equal for mentions of one value; ``source`` is what the reader read (a sum, firm, body, ...), of the
    fullest mention; ``mentions`` are first and last words; ``about`` and ``context`` hold the features of the value
    itself and of what describes it; ``facts`` are what rules made of it, by field.
    """

    key: str
    value: str
    source: Any
    mentions: list[tuple[int, int]] = field(default_factory=list)
    about: set[str] = field(default_factory=set)
    context: set[int] = field(default_factory=set)
    facts: dict[str, Fact] = field(default_factory=dict)

    def features(self, context: TextSurroundings, kind: str | None) -> tuple[set[int], set[int]]:
        """Return the features of the value, and those of the surroundings of all mentions."""
        code = crc32(str(kind).encode())
        around: set[int] = set(self.context)
        for first, last in self.mentions[:MENTIONS]:
            around.update(context.around(first, last, code))
        about = {*self.about, f"times={min(len(self.mentions), 4)}", f"kind={kind}"}
        about |= {
            f"{each}&{kind}" for each in self.about if each.startswith(("cur=", "many=", "case=", "body", "firm"))
        }
        return set(map(named, about)), around


Rules = Mapping[str, Sequence[Fact]]
"""What the rules found, by field."""


def _ranges(text: DocumentText) -> tuple[tuple[int, int], ...]:
    head = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    return (0, head), (max(head, len(text.words) - TAIL_WORDS), len(text.words))


class _Gathering:
    """Candidates by key, in the order in which they are met."""

    def __init__(self) -> None:
        self.by_key: dict[str, Proposal] = {}

    def add(self, key: str, value: str, source: object, first: int, last: int) -> Proposal:
        candidate = self.by_key.setdefault(key, Proposal(key, value, source))
        if (first, last) not in candidate.mentions:
            candidate.mentions.append((first, last))
        return candidate

    def of_rules(self, facts: Iterable[Fact], key: Any = lambda fact: fact.value) -> None:
        """Mark the candidates that rules would take, and add those that no reader proposed."""
        for fact in facts:
            assert fact.span is not None
            candidate = self.add(key(fact), fact.value, None, fact.span.first, fact.span.last)
            candidate.about |= {"rule", f"rule:{fact.method}"}
            candidate.facts.setdefault(fact.field, fact)

    def listed(self) -> list[Proposal]:
        return list(self.by_key.values())


# Sums of money.

_NUMBER = re.compile(
    r"(?<![\w.,/:-])"
    r"(?:\d{1,3}(?:(?:\.\s?| )\d{3})+,\s?\d{2}|\d{1,3}(?:[.,]\s?\d{3})+(?:[.,;]\s?\d{2})?|\d+[.,]\d{2}|\d{4,9})"
    r"(?![\w/%:-])(?![.,;]\d)"
)
_STRAY = re.compile(r"\d[:;!|*]$")
_THOUSANDS = re.compile(r"\b(?:hiljadama|tisucama|hilj|000)\s?(?:din\w*|rsd|kn|eur\w*)\b")
_YEARLIKE = re.compile(r"(?:19|20)\d\d")


UNCLEAR = "currency unclear"
"""Said of a sum without a currency in a paper that prints several, or one of another country."""


def amounts(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every number that can be a sum, with a currency beside it, in its column's head, or of the document."""
    text = context.text
    found = _Gathering()
    monies = all_monies(context)
    printed = [money.currency for money in monies if money.currency]
    local = currency_of(text)
    usual = max(set(printed), key=printed.count) if printed else local
    is_unclear = len(set(printed)) > 1 or usual != local
    largest = max((money.value for money in monies), default=None)
    for money in monies:
        first, last = text.word_at(money.start), text.word_at(max(money.start, money.end - 1))
        if _STRAY.search(text.folded, max(0, money.start - 2), money.start):
            continue
        own, head = money.currency, _head(context, first)
        currency = own or currency_in(head) or usual
        if own is None and _THOUSANDS.search(head):
            money = replace(money, value=money.value * 1000)  # noqa: PLW2901
        candidate = found.add(f"{money.value:.2f} {currency}", f"{money.value}", money, first, last)
        candidate.about |= {f"cur={own or 'no'}", f"size={int(math.log10(money.value)) if money.value >= 1 else -1}"}
        candidate.about |= _looks(text, money)
        if own is None and is_unclear and not currency_in(head):
            candidate.about.add(UNCLEAR)
        if money.value == largest:
            candidate.about.add("largest")
        if own and candidate.source.currency is None:
            candidate.source = money
    for candidate in found.listed():
        candidate.about.add(f"many={len(found.by_key).bit_length()}")
    found.of_rules(rules, lambda fact: f"{float(fact.value):.2f} {fact.details.get('currency')}")
    return found.listed()


EURO_IN_CROATIA = 2023
"""The year in which Croatia took the euro for the kuna."""

_SIGNS = {
    "BA": re.compile(r"\bbih\b|\bbosn[ae] i hercegovin|\bjib\b|\bidb\b|\bkonvertibiln|\brepublik[ae] srpsk"),
    "ME": re.compile(r"\bcrn[ae] gor[ae]\b|\bsl\w*\.? list\w* cg\b"),
    "XK": re.compile(r"\bkomuna\b|\bkosov"),
    "HR": re.compile(r"\boib\b|\burbroj|\bnarodne novine|\brepublik[ae] hrvatsk|\bhrvatske\b"),
    "RS": re.compile(r"\bglasnik rs\b|\brepublik[ae] srbij|\bpib\b|\bvojvodin"),
}
_CURRENCIES = {"BA": "BAM", "ME": "EUR", "XK": "EUR", "RS": "RSD"}
"""Words by which papers of a country are known, and its currency."""

PLACE_WEIGHT = 2
"""The name of a municipality says more of the country than a word."""


@cache
def _countries() -> Mapping[str, str]:
    return {place.name: place.country for place in gazetteer.municipalities()}


def currency_of(text: DocumentText) -> str:
    """Return the currency of the country of a paper that prints none."""
    votes = Counter({country: len(pattern.findall(text.folded)) for country, pattern in _SIGNS.items()})
    for first, end in _ranges(text):
        for place in places(text, first, end):
            votes[_countries()[place.municipality]] += PLACE_WEIGHT
    country, count = votes.most_common(1)[0]
    if country != "HR":
        return _CURRENCIES[country] if count else "RSD"
    years = [int(year) for year in re.findall(r"\b20\d\d\b", text.folded)]
    return "EUR" if years and max(set(years), key=years.count) >= EURO_IN_CROATIA else "HRK"


def all_monies(context: TextSurroundings) -> list[Money]:
    """Return every number that can be a sum, with its currency if one is printed beside it."""
    if "monies" not in context.kept:
        context.kept["monies"] = _monies(context.text)
    return list(context.kept["monies"])


def _monies(text: DocumentText) -> list[Money]:
    separators = Separators.of(text.folded)
    monies = unit_prices_joined(text, sums(text, separators))
    taken = sorted((money.start, money.end) for money in monies)
    for money in sums_with_vat(text, separators):
        if not _overlaps(taken, money.start, money.end):
            monies.append(money)
    taken = sorted((money.start, money.end) for money in monies)
    for match in _NUMBER.finditer(text.folded):
        if _YEARLIKE.fullmatch(match[0]) or _overlaps(taken, match.start(), match.end()):
            continue
        value = read_number(match[0], separators)
        if value is not None:
            monies.append(Money(value, None, match.start(), match.end()))
    return sorted(monies, key=lambda money: money.start)


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch overlaps one of those taken, which are in order and do not overlap each other."""
    place = bisect_left(taken, (end, 0)) - 1
    return place >= 0 and taken[place][1] > start


def _looks(text: DocumentText, money: Money) -> set[str]:
    printed = text.folded[money.start : money.end]
    looks = {
        f"cents={bool(re.search(r'[.,;] ?[0-9]{2}(?![0-9])', printed))}",
        f"groups={printed.count('.') + printed.count(',')}",
    }
    if money.is_unit_price:
        looks.add("unit")
    if money.in_words is not None:
        looks.add(f"words={int(money.in_words) == int(money.value)}")
    return looks


def _head(context: TextSurroundings, word: int) -> str:
    """Return the head of a word's column, folded."""
    layout, start = context.layout_of(word)
    return " ".join(context.text.bare[start + each] for each in layout.column_head(word - start))


# Firms.


def _first_adjective(text: DocumentText, word: int) -> int:
    """Return the first of the adjectives right before a word, or the word."""
    while word and _describes(text, word - 1) and not text.begins_line(word):
        word -= 1
    return word


def _describes(text: DocumentText, word: int) -> bool:
    """Whether a word is an adjective of the description that follows: "Građevinsko preduzeće"."""
    return (
        text.is_capitalised(word)
        and text.words[word].isalpha()
        and text.bare[word].endswith(("sko", "cko", "ska", "cka", "no", "na"))
    )


def _ends_another(text: DocumentText, word: int) -> bool:
    """Whether a word is the end of what is no part of the name: a legal form, "PDV", a town before "i"."""
    bare = text.bare[word].replace(".", "")
    return bare in {"doo", "ad", "dd", "pdv", "pr"} or (bare == "i" and word > 0 and firms.is_town(text, word - 1))


LONGEST_NAME = 10
"""Words before a legal form in which its name is looked for."""

SMALL_WORDS = 2
"""Words in small letters that may end a name before its legal form."""

_CONNECTORS = frozenset({"i", "&", "-", "–", "and", "of", "+", "co"})


def all_firms(context: TextSurroundings) -> list[Firm]:
    """Return every firm that can be read at all, each place once: before a legal form, after one, or in quotes."""
    if "firms" not in context.kept:
        context.kept["firms"] = _firms(context.text)
    return list(context.kept["firms"])


def _firms(text: DocumentText) -> list[Firm]:
    found: dict[int, Firm] = {}
    for start in sorted(_starts(text)):
        firm = firms.read(text, start)
        if firm is not None:
            known = found.get(firm.last)
            if known is None or firm.first < known.first:
                found[firm.last] = firm
    return sorted(found.values(), key=lambda firm: firm.first)


def _starts(text: DocumentText) -> Iterator[int]:
    """Yield the words at which the name of a firm may begin."""
    forms, capitals, _ = firms.legal_forms()
    before = firms.words_of_names()[2]
    for match in _anywhere(forms.pattern).finditer(text.folded):
        yield from _starts_before(text, text.word_at(match.start()))
    for pattern in (capitals, before):
        for match in _anywhere(pattern.pattern).finditer(text.folded):
            word = text.word_at(match.start())
            if text.words[word].isupper():
                yield word
                yield from _starts_before(text, word)
    for word, printed in enumerate(text.words):
        if opens_quote(printed) and (text.is_capitalised(word) or len(printed) < 3):
            yield word


@cache
def _anywhere(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})")


def _starts_before(text: DocumentText, form: int) -> Iterator[int]:
    """Yield the first word of the name that a legal form at word ``form`` ends, and the first of its description."""
    stops, descriptive, _ = firms.words_of_names()
    word, capital = form, None
    in_quotes = form > 0 and closes_quote(text.words[form - 1])
    while word > max(0, form - LONGEST_NAME):
        before = word - 1
        printed = text.words[before]
        if in_quotes:
            word = before
            if opens_quote(printed):
                break
            continue
        is_end = before < form - 1 and ((printed[-1:] in ",;:.)" and len(printed) > 3) or _ends_another(text, before))
        # "Mitrović copy d.o.o.", "Primer inženjering NS d.o.o.": a word that no dictionary has may be small.
        is_small = form - before <= SMALL_WORDS or (len(printed) > 3 and not is_folded_word(text.bare[before], SERBIAN))
        is_name = text.is_capitalised(before) or printed in _CONNECTORS or printed[:1].isdigit() or is_small
        if is_end or printed[-1:] in ":;" or not is_name or text.bare[before] in _role_words():
            break
        if stops.match(text.folded, text.starts[before]) or text.breaks[word] == Break.BLOCK:
            break
        word = before
        capital = word if text.is_capitalised(word) else capital
    if in_quotes:
        yield word
    elif capital is not None:
        yield capital
    for first in range(form - 1, max(-1, form - firms.MAX_DESCRIBED_WORDS), -1):
        begins = text.is_capitalised(first) or (first > 0 and _describes(text, first - 1))
        if begins and descriptive.match(text.folded, firms.inside(text, first)):
            yield _first_adjective(text, first)
            return
        if text.words[first][-1:] in ":;":
            return


@cache
def _role_words() -> frozenset[str]:
    """The folded words before which no name goes on: who is named by them follows."""
    return frozenset(map(fold, gazetteer.table("roles")["before_name"]))


def firm_candidates(context: TextSurroundings, every: Sequence[Firm], rules: Rules) -> list[Proposal]:
    """Propose every firm, mentions of one name together."""
    text = context.text
    found = _Gathering()
    by_value: dict[str, str] = {}
    for firm in every:
        candidate = found.add(firm.core, firm.name, firm, firm.first, firm.last)
        if (firm.formed, bool(firm.town)) > (candidate.source.formed, bool(candidate.source.town)):
            candidate.source, candidate.value = firm, firm.name
        candidate.about |= {f"formed={firm.formed}", f"town={bool(firm.town)}"}
        if parties.is_public_body(text, firm):
            candidate.about.add("public")
        ids = parties.ids_after(text, firm.last)
        candidate.about |= {f"id={name}" for name in ids}
        candidate.context.update(_role_after(context, firm.last))
        by_value[firm.name] = firm.core
    for name in ("vendor", "bidder"):
        for fact in rules.get(name, ()):
            assert fact.span is not None
            first, last = fact.span.first, fact.span.last
            key = by_value.get(fact.value) or next(
                (
                    core
                    for core, each in found.by_key.items()
                    if any(one <= last and first <= two for one, two in each.mentions)
                ),
                re.sub(r"\W", "", fold(fact.value)),
            )
            candidate = found.add(key, fact.value, None, first, last)
            candidate.about |= {f"{name}-rule", f"{name}-rule:{fact.method}"}
            candidate.facts.setdefault(name, fact)
            if candidate.source is None:
                candidate.source = firms.read(text, first)
    return found.listed()


ROLE_WITHIN = 45
"""Words after a party's name in which its role is given: address and numbers stand between."""


_ROLE, _FOLLOWING = 300, 310


@cache
def _called() -> frozenset[int]:
    return frozenset(map(code, ("tekstu", "hereinafter", "dalje")))


def _role_after(context: TextSurroundings, last: int) -> Iterator[int]:
    """Yield the role that a party is given after its name, and the words of its description."""
    codes = context.codes[last + 1 : last + 1 + ROLE_WITHIN]
    for at, each in enumerate(codes):
        if each in _called():
            yield from (mixed(_ROLE, word) for word in codes[at + 1 : at + 5])
    yield from (mixed(_FOLLOWING, each) for each in codes[6:30] if each)


# Public bodies, and firms that buy.


def buyers(context: TextSurroundings, every: Sequence[Firm], rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every public body and every firm of the head and the end."""
    text = context.text
    found = _Gathering()
    keys: dict[str, str] = {}
    for first, end in _ranges(text):
        for body in bodies(text, first, end):
            key = _joined(keys, re.sub(r"\W", "", fold(body.name)))
            candidate = found.add(key, body.name, body, body.first, body.last)
            candidate.about |= {"body", f"case={body.case}", f"local={body.is_local}", f"oversight={body.is_oversight}"}
            candidate.about.add(f"first={fold(body.name).split()[0][:6]}")
            if body.case == "nominative" and candidate.source is not None and candidate.source.case != "nominative":
                candidate.source, candidate.value = body, body.name
            candidate.context.update(_role_after(context, body.last))
        for firm in every:
            if first <= firm.first < end:
                key = _joined(keys, firm.core)
                candidate = found.add(key, firm.name, firm, firm.first, firm.last)
                candidate.about.add("firm")
                candidate.about |= {f"id={name}" for name in parties.ids_after(text, firm.last)}
                candidate.context.update(_role_after(context, firm.last))
    found.of_rules(rules, lambda fact: _joined(keys, re.sub(r"\W", "", fold(fact.value))))
    for number, candidate in enumerate(found.listed()):
        candidate.about.add(f"order={min(number, 4)}")
    return found.listed()


def _joined(keys: dict[str, str], key: str) -> str:
    """Return the key under which a name is kept: of two that begin alike, the one met first."""
    for known, kept in keys.items():
        if len(key) > 5 and len(known) > 5 and (known.startswith(key) or key.startswith(known)):
            return kept
    keys[key] = key
    return key


# Dates, numbers, places, counts.


def dates(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every date."""
    text = context.text
    found = _Gathering()
    for match in text.find(any_date()):
        day = date_of(match)
        if day is not None:
            candidate = found.add(day.isoformat(), day.isoformat(), day, *words_of_date(text, match))
            start = words_of_date(text, match)[0]
            if text.begins_line(start):
                candidate.about.add("line-start")
            if text.line_end(start) <= start + 3:
                candidate.about.add("line-alone")
    listed = found.listed()
    for number, candidate in enumerate(listed):
        candidate.about.add(f"order={min(number, 4)}")
        candidate.about.add(f"left={min(len(listed) - 1 - number, 4)}")
    days = sorted(candidate.key for candidate in listed)
    for candidate in listed:
        if candidate.key == days[-1]:
            candidate.about.add("latest")
        if candidate.key == days[0]:
            candidate.about.add("earliest")
        if len(days) == 1:
            candidate.about.add("single")
    found.of_rules(rules)
    return found.listed()


_REFERENCE = re.compile(
    r"(?<![\w/.,-])(?!(?:br|broj|tel|god|fax|mob|clan|st|cl)\b)(?:[a-z]{1,6}\s?[-–/.]\s?)?(?:[ivx]{1,5}\s?[-–/]\s?)*[a-z]{0,4}\d[\d.]*[a-z]?"
    r"(?:\s?[-–/]\s?[a-z]{0,6}\d[\d.]*[a-z]{0,6}|[-–/][a-z]{1,6}(?!\w))+(?!\w)"
)
_PLAIN = re.compile(r"(?:\bbr(?:oj)?|\bno|\bnumber|\bnr)\s?[.:]{0,2}\s?(?P<number>\d{2,8})(?![\w.,/-])")
_DATE_LIKE = re.compile(r"\d{1,2}\s?([./-])\s?\d{1,2}\s?\1\s?(?:19|20)?\d\d\.?|(?:19|20)\d\d[./-](?:19|20)?\d\d\.?")


def references(context: TextSurroundings, rules: Sequence[Fact], key: Any) -> list[Proposal]:
    """Propose every number of the head and the end that can be a reference."""
    text = context.text
    found = _Gathering()
    for first, end in _ranges(text):
        for pattern, group in ((_REFERENCE, 0), (_PLAIN, "number")):
            for match in text.find(pattern, first, end):
                printed = match.match[group].strip(" .,-/")
                if _DATE_LIKE.fullmatch(printed) or sum(map(str.isdigit, printed)) < 2:
                    continue
                one, two = text.word_at(match.match.start(group)), text.word_at(match.match.end(group) - 1)
                offset = match.match.start(group) - text.starts[one]
                value = text.quote(one, two)[offset : offset + len(printed)].strip(" .,-/")
                candidate = found.add(key(value), value, value, one, two)
                candidate.about |= {
                    f"shape={re.sub('[0-9]+', '0', re.sub('[a-z]+', 'a', printed))[:12]}",
                    f"len={min(len(printed), 20) // 3}",
                }
    found.of_rules(rules, lambda fact: key(fact.value))
    for number, candidate in enumerate(found.listed()):
        candidate.about.add(f"order={min(number, 4)}")
    return found.listed()


def municipalities(context: TextSurroundings, buyer: Proposal | None, rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every place of the head and the end; ``buyer`` is the body that was chosen."""
    text = context.text
    found = _Gathering()
    spans = buyer.mentions if buyer else []
    for first, end in _ranges(text):
        for place in places(text, first, end):
            candidate = found.add(place.municipality, place.municipality, place, place.first, place.last)
            candidate.about.add(f"settlement={place.is_settlement}")
            for one, two in spans:
                if one <= place.first <= two:
                    candidate.about.add("in-buyer")
                elif 0 < place.first - two <= 12:
                    candidate.about.add("after-buyer")
            if place.municipality == "Beograd":
                candidate.about.add("capital")
    found.of_rules(rules)
    listed = found.listed()
    for number, candidate in enumerate(listed):
        candidate.about.add(f"order={min(number, 4)}")
        candidate.about.add(f"places={min(len(listed), 4)}")
    return listed


BID_WITHIN = 8
"""Words between a number and the word "ponuda"."""

_BIDS = ("ponud", "bids", "tender", "offers", "ofert")


def counts(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every small number near the word for a bid."""
    text = context.text
    found = _Gathering()
    near: set[int] = set()
    for word, each in enumerate(text.bare):
        if each.startswith(_BIDS):
            near.update(range(max(0, word - BID_WITHIN), min(len(text.bare), word + BID_WITHIN + 1)))
    for word in sorted(near):
        bare = text.bare[word]
        if not bare or (bare[0].isdigit() and not bare.isdecimal()):
            continue
        number = counted(bare) if len(bare) <= 12 else None
        if number is None and bare.startswith(("nijedn", "nijedna")):
            number = 0
        if number is not None and number <= MOST:
            candidate = found.add(str(number), str(number), number, word, word)
            candidate.about.add(f"n={min(number, 6)}")
            candidate.about.add(f"figures={bare.isdecimal()}")
    found.of_rules(rules)
    return found.listed()


def years(context: TextSurroundings, rules: Sequence[Fact]) -> list[Proposal]:
    """Propose every year of the head and of dates, for documents that print no full date of their own."""
    text = context.text
    found = _Gathering()
    end = _ranges(text)[0][1]
    for word in range(end):
        match = re.fullmatch(r"(?:[a-z]+/)?((?:19|20)\d\d)", text.bare[word])
        if match:
            found.add(match[1], match[1], match[1], word, word)
    for dated in text.find(any_date()):
        day = date_of(dated)
        if day is not None:
            found.add(str(day.year), str(day.year), None, *words_of_date(text, dated)).about.add("of-date")
    found.of_rules(rules)
    listed = found.listed()
    total = sum(len(candidate.mentions) for candidate in listed)
    for number, candidate in enumerate(listed):
        candidate.about.add(f"order={min(number, 4)}")
        candidate.about.add(f"share={int(4 * len(candidate.mentions) / total)}")
    return listed


_WORD, _TWO, _TITLE, _TITLE_TWO, _FIRST = range(400, 450, 10)
HEAD_OF_KIND = 200
"""Words of the first page by which the kind is told."""

HEADING_LINES = 40
"""Lines of a document in which its title is looked for."""


def kind_features(context: TextSurroundings, rules: Sequence[Fact]) -> tuple[set[int], set[int]]:
    """Return the features of the whole document by which its kind is told."""
    text, codes = context.text, context.codes
    about = {f"rule:{fact.value}" for fact in rules} | {f"rule-by:{fact.method}" for fact in rules} or {"no-rule"}
    for number, (name, heading) in enumerate(islice(kind.headings(text), 6)):
        capitals = text.quote(heading.first, heading.last).isupper()
        about |= {f"heading{min(number, 2)}:{name}", f"any:{name}", f"heading{min(number, 2)}:{name}:{capitals}"}
    head = text.words_of_pages(1, HEAD_OF_KIND)
    found = {mixed(_WORD, each) for each in codes[:head]}
    found.update(mixed(_TWO, one * 31 + two) for one, two in pairwise(codes[:head]))
    for line in range(min(HEADING_LINES, context.line_count)):
        words = context.line_words(line)
        letters = "".join(text.words[words.start : words.stop])
        if letters.isupper() and sum(map(str.isalpha, letters)) > 4:
            found.update(title_features(context, words))
        if line < 12:
            found.add(mixed(_FIRST, codes[words.start]))
    pages, blanks = len(text.page_ends), sum(1 for word in text.words[:800] if len(word) > 5 and not word.strip("_.…"))
    about |= {f"pages={min(pages, 4) if pages < 10 else 10}", f"blanks={min(blanks, 6)}"}
    return set(map(named, about)), found


def title_features(context: TextSurroundings, words: range) -> list[int]:
    """Return the features of a line as a title."""
    codes = context.codes
    single = [mixed(_TITLE, codes[word]) for word in words[:10]]
    return single + [mixed(_TITLE_TWO, codes[one] * 31 + codes[one + 1]) for one in words[:9] if one + 1 < words.stop]


_VAT_HEAD = re.compile(
    r"\b(?P<without>bez|excluding|excl|net)\b|\b(?P<with>sa?|including|incl)(?=\s+(?:pdv|vat|obracun|uracun))"
)


def vat_in_head(context: TextSurroundings, word: int) -> str:
    """Return how the amounts of a word's column stand to VAT, as its head says: without, with, unknown."""
    match = _VAT_HEAD.search(_head(context, word))
    return (match.lastgroup or "unknown") if match else "unknown"
