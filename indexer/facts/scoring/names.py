"""Every firm and public body of a document as a candidate, with features of its description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from archive.model import Fact
from archive.model.words import Break
from archive.text.folding import fold
from archive.text.known_words import SERBIAN, is_folded_word
from indexer import gazetteer
from indexer.facts import buyer, firms
from indexer.facts.bodies import bodies
from indexer.facts.firms import CLAUSE_ENDS, GLUED, Firm, canonical, closes_quote, opens_quote
from indexer.facts.lots import LOT_MARK
from indexer.facts.scoring.candidates import MENTIONS, Mentions, Proposal, Rules, ranges
from indexer.facts.scoring.context import TextSurroundings, code, mixed
from indexer.facts.text import DocumentText, any_of, letters
from indexer.facts.vendors import parties


def _first_adjective(text: DocumentText, word: int) -> int:
    """Return the first of the adjectives directly before a word, or the word itself."""
    while word and _describes(text, word - 1) and not text.begins_line(word):
        word -= 1
    return word


def _describes(text: DocumentText, word: int) -> bool:
    """Return whether a word is an adjective of a descriptive name: "Građevinsko preduzeće"."""
    return (
        text.is_capitalised(word)
        and text.words[word].isalpha()
        and text.bare[word].endswith(("sko", "cko", "ska", "cka", "no", "na"))
    )


def _ends_another(text: DocumentText, word: int) -> bool:
    """Return whether a word ends something before the name: a legal form, "PDV", a town before "i"."""
    bare = text.bare[word].replace(".", "")
    is_joint = bare in {"i", "and", "dhe", "in", "und"} and word > 1
    if is_joint and any(firms.form_at(text, word - back) is not None for back in (1, 2, 3) if word >= back):
        return True
    return bare in {"doo", "ad", "dd", "pdv", "pr"} or (bare == "i" and word > 0 and firms.is_town(text, word - 1))


LONGEST_NAME = 10
"""Maximum number of words of a name before its legal form."""

SMALL_WORDS = 2
"""Maximum number of words in lower case at the end of a name, before its legal form."""

_CONNECTORS = frozenset({"i", "&", "-", "–", "and", "of", "+", "co"})


def all_firms(context: TextSurroundings) -> list[Firm]:
    """Return every recognizable firm, each place once: before a legal form, after one, or in quotes."""
    if "firms" not in context.kept:
        context.kept["firms"] = [_within_cell(context, firm) for firm in _firms(context.text)]
    return list(context.kept["firms"])


def within_cells(context: TextSurroundings, facts: Iterable[Fact]) -> list[Fact]:
    """Return bidders; the name of one that begins in another cell than it ends, without what it has of the former."""
    ending = {firm.last: firm for firm in all_firms(context)}
    return [_within_cells(context, fact, ending) for fact in facts]


def _within_cells(context: TextSurroundings, fact: Fact, ending: Mapping[int, Firm]) -> Fact:
    span = fact.span
    firm = None if span is None else ending.get(span.last)
    if span is None or firm is None or firm.first <= span.first:
        return fact
    layout, start = context.layout_of(firm.first)
    if layout.cell(firm.first - start) is layout.cell(span.first - start):
        return fact
    return replace(fact, value=firm.name, span=replace(span, first=firm.first))


def _within_cell(context: TextSurroundings, firm: Firm) -> Firm:
    """Return a firm whose name does not begin in another cell than it ends: lines of words run over cells."""
    if not context.has_pages:
        return firm
    layout, start = context.layout_of(firm.last)
    if firm.first < start or layout.cell(firm.last - start) is None:
        return firm
    cell, last = layout.cell(firm.first - start), layout.cell(firm.last - start)
    if last is None or cell is last:
        return firm
    first = min((word for word in last.words if start + word > firm.first), default=None)
    inner = None if first is None else firms.read(context.text, start + first)
    return firm if inner is None or inner.last != firm.last else inner


def _firms(text: DocumentText) -> list[Firm]:
    found: dict[int, Firm] = {}
    for start in sorted(_starts(text)):
        firm = firms.read(text, start)
        # What a contract calls a party is no name: ("Customer").
        if firm is not None and not _roles().fullmatch(_NO_WORD.sub(" ", fold(firm.name)).strip()):
            known = found.get(firm.last)
            if known is None or firm.first < known.first:
                found[firm.last] = firm
    return _with_shops(text, sorted(found.values(), key=lambda firm: firm.first))


_NO_WORD = re.compile(r"\W+")


@cache
def _roles() -> re.Pattern[str]:
    roles = gazetteer.table("roles")
    return re.compile(any_of([*roles["customer"], *roles["supplier"], *roles["bidder"]]))


_OF_PERSON = re.compile(r"[^„]+\bPR", re.IGNORECASE)
_TO_SHOP = re.compile(r",\s(?:[a-z]+\s){0,4}|\s(?:[a-z]+ ){0,4}")


def _with_shops(text: DocumentText, found: Sequence[Firm]) -> list[Firm]:
    """Return the firms with a sole trader and the shop joined: "Petar Petrović PR, zanatska radnja „Primer”"."""
    joined: list[Firm] = []
    for firm in found:
        person = joined[-1] if joined else None
        # A name in quotes with a legal form is another firm.
        is_shop = "„" in firm.name and not (firm.formed and firm.name.startswith("„"))
        if person is not None and is_shop and _OF_PERSON.fullmatch(person.name) and person.last < firm.first:
            gap = text.folded[text.starts[person.last] : text.starts[firm.first]].removeprefix("pr")
            if _TO_SHOP.fullmatch(gap) and ("," in gap or "\n" not in gap):
                name = canonical(text.in_latin(person.first, firm.last))
                joined[-1] = replace(firm, name=name, first=person.first, formed=True)
                continue
        joined.append(firm)
    return joined


def _starts(text: DocumentText) -> Iterator[int]:
    """Yield the words at which the name of a firm may begin."""
    forms, capitals, _ = firms.legal_forms()
    before = firms.words_of_names()[2]
    for match in _anywhere(forms.pattern).finditer(text.folded):
        yield from _starts_before(text, text.word_at(match.start()))
    for match in firms.spelled_before().finditer(text.folded):
        if text.is_capitalised(word := text.word_at(match.start())):
            yield word
    for pattern in (capitals, before):
        for match in _anywhere(pattern.pattern).finditer(text.folded):
            word = text.word_at(match.start())
            if firms.may_be_form(text, word):
                if pattern is before or not _ends_name(text, word):
                    yield word
                yield from _starts_before(text, word)
    for word, printed in enumerate(text.words):
        if not printed[0].isalnum() and opens_quote(printed) and (text.is_capitalised(word) or len(printed) < 3):
            yield word - _is_sign(text, word - 1)


def _ends_name(text: DocumentText, word: int) -> bool:
    """Return whether a legal form ends the name before it and does not begin one: "EKO TERRA PR „Primer” d.o.o."."""
    if word == 0 or text.begins_line(word):
        return False
    return closes_quote(text.words[word - 1]) or (
        text.is_capitalised(word - 1) and text.bare[word - 1] not in _role_words()
    )


def _is_sign(text: DocumentText, word: int) -> bool:
    """Return whether a word is an abbreviation at the beginning of a name, before its quotes: GP, S.U.R."""
    if word < 0 or text.begins_line(word + 1) or not text.words[word].replace(".", "").isalpha():
        return False
    if not text.words[word].isupper() or _ends_name(text, word) or text.words[word][-1] in CLAUSE_ENDS:
        return False
    bare = text.bare[word].replace(".", "")
    return 1 < len(bare) <= LONGEST_SIGN and bare not in _NO_SIGNS and not is_folded_word(bare, SERBIAN)


LONGEST_SIGN = 5
_NO_SIGNS = frozenset(
    {"pdv", "rsd", "eur", "bam", "km", "din", "pib", "jib", "oib", "mb", "br", "jn", "jnmv", "cpv", "doo", "ad"}
)


@cache
def _anywhere(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})")


_ITEM = re.compile(r"\(?\d{1,2}[.)]{1,2}")
"""The number of an item, whatever the line before it ends in."""


def _starts_before(text: DocumentText, form: int) -> Iterator[int]:
    """Yield the first word of the name that ends in the legal form at word ``form``, and that of its description."""
    descriptive = firms.words_of_names()[1]
    word, capital = form, None
    in_quotes = form > 0 and closes_quote(text.words[form - 1])
    while word > max(0, form - LONGEST_NAME):
        before = word - 1
        printed = text.words[before]
        if in_quotes:
            word = before
            if opens_quote(printed) or _holds_quotation(printed):
                break
            continue
        # "Mitrović copy d.o.o.", "Primer inženjering NS d.o.o.": a word in no dictionary may be in lower case.
        is_small = form - before <= SMALL_WORDS or (len(printed) > 3 and not is_folded_word(text.bare[before], SERBIAN))
        is_name = text.is_capitalised(before) or printed in _CONNECTORS or printed[:1].isdigit() or is_small
        if not is_name or _is_outside(text, before, form) or text.breaks[word] == Break.BLOCK:
            break
        word = before
        capital = word if text.is_capitalised(word) else capital
        if GLUED.match(printed):
            break
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


def _is_outside(text: DocumentText, word: int, form: int) -> bool:
    """Return whether a word before a legal form is none of the name that ends in it, but of what stands before."""
    printed = text.words[word]
    if word < form - 1 and ((printed[-1:] in ",;:.)" and len(printed) > 3) or _ends_another(text, word)):
        return True
    if printed[-1:] in ":;" or text.bare[word] in _role_words():
        return True
    # A number that sticks to a name is that of its item; one in front of it breaks it, as the title of a lot does.
    is_break = firms.breaks_name(text, word) and not GLUED.match(printed)
    is_item = text.begins_line(word) and _ITEM.fullmatch(printed) is not None
    ends = (firms.words_of_names()[0], LOT_MARK)
    return is_break or is_item or any(each.match(text.folded, text.starts[word]) for each in ends)


def _holds_quotation(printed: str) -> bool:
    """Return whether a quotation begins and ends within a word: D.T.U.T.“Primer“."""
    return len(re.findall(f"[{firms.QUOTES}]", printed)) > 1


@cache
def _role_words() -> frozenset[str]:
    """Return the folded words that precede a name and never belong to it."""
    return frozenset(map(fold, gazetteer.table("roles")["before_name"]))


def firm_candidates(context: TextSurroundings, every: Sequence[Firm], rules: Rules) -> list[Proposal]:
    """Return every firm as a candidate, with all mentions of one name."""
    text = context.text
    found = Mentions()
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
                letters(fact.value),
            )
            candidate = found.add(key, fact.value, None, first, last)
            candidate.about |= {f"{name}-rule", f"{name}-rule:{fact.method}"}
            candidate.facts.setdefault(name, fact)
            if candidate.source is None:
                candidate.source = firms.read(text, first)
    return found.listed()


ROLE_WITHIN = 45
"""Maximum distance in words between a party and its role, after address and numbers."""


_ROLE, _FOLLOWING = 300, 310


@cache
def _called() -> frozenset[int]:
    return frozenset(map(code, ("tekstu", "hereinafter", "dalje")))


def _role_after(context: TextSurroundings, last: int) -> Iterator[int]:
    """Yield the features of a party's role after its name, and of the words of its description."""
    codes = context.codes[last + 1 : last + 1 + ROLE_WITHIN]
    for at, each in enumerate(codes):
        if each in _called():
            yield from (mixed(_ROLE, word) for word in codes[at + 1 : at + 5])
    yield from (mixed(_FOLLOWING, each) for each in codes[6:30] if each)


def buyers(context: TextSurroundings, every: Sequence[Firm], rules: Sequence[Fact]) -> list[Proposal]:
    """Return every public body and firm of the head and tail as a candidate."""
    text = context.text
    found = Mentions()
    keys: dict[str, str] = {}
    for first, end in ranges(text):
        named = list(bodies(text, first, end))
        for body in named:
            key = _joined(keys, letters(body.name))
            candidate = found.add(key, body.name, body, body.first, body.last)
            candidate.about |= {"body", f"case={body.case}", f"local={body.is_local}", f"oversight={body.is_oversight}"}
            candidate.about.add(f"first={fold(body.name).split()[0][:6]}")
            if body.case == "nominative" and candidate.source is not None and candidate.source.case != "nominative":
                candidate.source, candidate.value = body, body.name
            candidate.context.update(_role_after(context, body.last))
        for firm in every:
            is_part = any(body.first < firm.first and firm.last <= body.last for body in named)
            if first <= firm.first < end and not is_part:
                key = _joined(keys, firm.core)
                candidate = found.add(key, firm.name, firm, firm.first, firm.last)
                candidate.about.add("firm")
                candidate.about |= {f"id={name}" for name in parties.ids_after(text, firm.last)}
                candidate.context.update(_role_after(context, firm.last))
    found.of_rules(rules, lambda fact: _joined(keys, letters(fact.value)))
    listed = found.listed()
    domains = " ".join(match.match[1] for match in text.find(_DOMAIN))
    for number, candidate in enumerate(listed):
        candidate.about.add(f"order={min(number, 4)}")
        rank = sum(min(other.mentions) < min(candidate.mentions) for other in listed)
        signs = (*_signs_of_own(context, candidate, domains), f"of={min(len(listed), 4)}", f"rank={min(rank, 3)}")
        candidate.about |= {f"{_sort(candidate)}-{each}" for each in signs}
        candidate.about.add(f"{_sort(candidate)}-after-{_sort(min(listed, key=lambda each: min(each.mentions)))}")
    return listed


def _sort(candidate: Proposal) -> str:
    return "firm" if "firm" in candidate.about else "body"


_DOMAIN = re.compile(r"(?:@|www\.)([\w.-]{4,})")

DOMAIN_LETTERS = 4
"""Minimum length of a word of a name that is matched with an internet domain."""

CLOSING_WORDS = 60


def _signs_of_own(context: TextSurroundings, candidate: Proposal, domains: str) -> Iterator[str]:
    """Yield features of the author of a document: the position of the name, its internet domain."""
    text = context.text
    first, last = min(candidate.mentions)
    layout, start = context.layout_of(first)
    yield f"opens={min(first // 3, 5) if first < 60 else 6}"
    yield f"zone={layout.zone(first - start)}{min(context.page_index(first), 1)}"
    yield f"times={min(len(candidate.mentions), 6)}"
    if text.begins_line(first):
        yield f"line={text.line_end(first) <= last}"
    if max(candidate.mentions)[0] >= len(text.words) - CLOSING_WORDS:
        yield "closes"
    if any(buyer.is_labelled(text, one) for one, _ in candidate.mentions[:MENTIONS]):
        yield "labelled"
    if any(buyer.is_called_buyer(text, two) for _, two in candidate.mentions[:MENTIONS]):
        yield "called"
    words = re.findall(rf"\w{{{DOMAIN_LETTERS},}}", fold(candidate.value))
    if domains:
        yield f"domain={any(word in domains for word in words)}"


def _joined(keys: dict[str, str], key: str) -> str:
    """Return the key of a name; of two with a common prefix, the first one met."""
    for known, kept in keys.items():
        if len(key) > 5 and len(known) > 5 and (known.startswith(key) or key.startswith(known)):
            return kept
    keys[key] = key
    return key
