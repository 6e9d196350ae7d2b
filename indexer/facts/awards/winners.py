"""Who won, as sentences, lists and forms tell: firms after a cue, or before the verb that gives them a contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from archive.text.folding import ORDINALS
from indexer.facts import firms
from indexer.facts.amounts import RoleContext
from indexer.facts.firms import Firm, end_of, in_field
from indexer.facts.lots import ANY_LOT, LOT_MARK
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.facts.vendors import contracted, parties
from indexer.gazetteer import table

BEFORE = 260
"""Number of characters before a name in which a cue may introduce it as the winner."""

DENIED_WITHIN = 24
"""Number of characters before a cue in which a negation applies to it."""

_SHORT = "din|god|str|tel|ing|inz|tac|rbr|inv|max|min|mat|reg|bul|zgr|kat|tzv|odn|itd|npr|mil|kom|kol"
"""Abbreviations of three letters: their dot ends no sentence."""

SENTENCE_END = re.compile(
    rf"[!?]\s|(?:[a-z)\"”“]{{4,}}|\b(?!{_SHORT})[a-z]{{3}}|\bpdv-\w{{1,2}}\)?)\.\s(?!\n?\d)|\n\W*[-•–]\s"
)
_JOINT = re.compile(
    r"(?:\siz(?:\s\w+){1,2}(?=\s(?:i|te)\s)|,?\s\w+(?=\s\())?(?:[\W]|\b(?:i|te|and|kao|sa?|a|u)\b|\((?![^()]*\d[.,]\d)[^()]{0,40}\)){1,14}(?:[a-z]{3,14}\W{1,3}){0,2}(?:\b(?:i|te|and)\W)?"
)
_AND = re.compile(rf"[,;]|\s[/+]\s|\b(?:i|te|and)\b|{firms.MEMBER}")


BESIDE = re.compile(
    rf"(?:,?\siz(?:\s\w+){{1,2}})?(?:\s\([^()]*\)|,?\s(?:[–—-]\s)?(?:za\s)?{LOT_MARK.pattern}(?=[,;.\n]|\s(?:i|te|a)\s))"
)
"""What stands right behind a winner: its lot, perhaps in brackets or behind its town."""

WHOM, MEANT = "award.whom", "award.meant"
"""The rules of winners to whom a clause behind their name gives the contract, and whom it means by a pronoun."""


@dataclass(frozen=True, slots=True)
class Winner:
    """Firms introduced together as winners, with the rule and its confidence."""

    vendors: tuple[Firm, ...]
    method: str
    confidence: float

    @property
    def is_form(self) -> bool:
        """Whether the name is in a form field, so that its sum may be far away."""
        return self.method == "award.form"

    @property
    def is_told(self) -> bool:
        """Whether it is said to be the winner in whatever list of bids it stands."""
        return self.method in {"award.form", MEANT}


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    words = table("award_lines")
    given, to, chosen, bidder, concluded, with_, label, section, name = (
        any_of(words[key])
        for key in ("given", "to", "chosen", "bidder", "concluded", "with", "label", "section", "name")
    )
    group = r"(?:\W{0,3}\b\w{1,14}){0,4}"
    # The label of a form, whichever case and verb it has: "Privredni subjekt kojem je dodeljen ugovor".
    whom = rf"(?:{to}|{any_of(words['whom'])})\skom?(?:e|u|jem\w?|joj|jima)\s(?:(?:je|se|su)\s)?{given}(?:\sugovor\w?)?"
    return (
        ("award.form", re.compile(rf"(?:{label}|{whom}|(?:{section}|{given}).*{name})\W*$", re.DOTALL), 0.93),
        # A heading ("o dodeli ugovora") gives to the name on its line; a verb, whatever stands between.
        (
            "award.given",
            re.compile(
                rf"(?:(?<!\bo\s){given}(?:\s(?:se|je)|.*(?:{to}{group}|:))?|{given}[^\n]*{to}{group})\W*$",
                re.DOTALL,
            ),
            0.86,
        ),
        (
            "award.won",
            re.compile(
                rf"{any_of(words['what'])}(?:(?!\bc(?:ij)?en|\bponud)[^.;]|\.(?=\d))*{any_of(words['won'])}(?:\s{to})?\W*$"
                rf"|\bugovoren\w+\s[^.;\d]*\d[^;]*{any_of(table('awards')['supplies'])}\sje(?:\s{to})?\W*$"
            ),
            0.88,
        ),
        ("award.chosen", re.compile(rf"{chosen}(?:\ss[eu]|.*{bidder}{group})?\W*$", re.DOTALL), 0.92),
        (
            "award.concluded",
            re.compile(
                rf"{concluded}.*\b(?:sa?|with)\W+(?:{with_}\W+){{0,2}}(?:\w{{2,14}}\W{{1,3}}){{0,4}}$", re.DOTALL
            ),
            0.93,
        ),
        (
            "award.lot",
            re.compile(rf"{ANY_LOT}(?:\W{{1,4}}|\s?\([^()]*\)\W{{1,3}}|.*(?:{to}{group}|[:–—-])\W*)$", re.DOTALL),
            0.88,
        ),
    )


@cache
def words(name: str) -> re.Pattern[str]:
    """Return the pattern of the words listed as ``name`` for lines of awards."""
    return compiled(table("award_lines")[name])


def groups(text: DocumentText, every: Sequence[Firm], *, of_bids: bool = False) -> list[tuple[Firm, ...]]:
    """Return the firms grouped by consortium: those joined by commas or "and"; in lists of bids, also by "with"."""
    found: list[tuple[Firm, ...]] = []
    for firm in every:
        if found:
            last = found[-1][-1]
            between = text.folded[end_of(text, last.last) : text.starts[firm.first]]
            if firm.first <= last.last:
                continue
            is_with = of_bids and last.formed and firm.formed and _WITH.fullmatch(between) is not None
            if is_with or (len(between) < 40 and _are_joined(text, last, between, firm)):
                found[-1] = (*found[-1], firm)
                continue
        found.append((firm,))
    return found


_PLACE = re.compile(rf"\b(?:iznos|rang|mj?est|(?:{'|'.join(ORDINALS)})[aiou]\b)")
"""What is said between two that bid, each of its own: "X (1. mesto) i Y"."""
_WITH = re.compile(r"\ssa?\s")
_PLAIN_JOINT = re.compile(r",?\s(?:(?:i|te|and)\s)?\W?")


def _are_joined(text: DocumentText, last: Firm, between: str, firm: Firm) -> bool:
    """Return whether a comma or "and" joins two firms; a line break alone separates rows of a column, and words or a
    semicolon a name without a legal form from another clause, and a lot whoever won it from the next."""
    if SENTENCE_END.search(between) or _PLACE.search(between) or LOT_MARK.search(between):
        return False
    if not (last.formed and firm.formed):
        end = text.starts[last.last] + len(text.bare[last.last])
        return _PLAIN_JOINT.fullmatch(text.folded, end, text.starts[firm.first]) is not None
    has_joint = text.words[last.last][-1:] in ",;" or _AND.search(between) is not None
    return has_joint and (not between.strip() or _JOINT.fullmatch(between) is not None)


def winners(text: DocumentText, every: Sequence[Firm]) -> list[Winner]:
    """Return the groups of firms introduced as winners, in text order."""
    found: list[Winner] = []
    last_end = 0
    in_order = groups(text, every)
    starts = [text.starts[group[0].first] for group in in_order]
    for group in in_order:
        members = _members(text, group[0].first, every)
        whole = members if len(members) > len(group) else group
        stop = next((start for start in starts if start > text.starts[whole[-1].last]), len(text.folded))
        winner = _winner(text, whole, last_end, stop) or _next_of_lots(text, found, whole)
        if winner is not None and (not found or found[-1].vendors[-1].last < group[0].first):
            found.append(winner)
        last_end = end_of(text, group[-1].last)
    return _with_fields(text, found, every)


def _next_of_lots(text: DocumentText, found: Sequence[Winner], group: tuple[Firm, ...]) -> Winner | None:
    """Return firms as winners that stand right behind another winner and its lot, with a lot of their own: "izabran je
    X za partiju 1, a Y za partiju 2"."""
    end = end_of(text, found[-1].vendors[-1].last) if found else 0
    beside = BESIDE.match(text.folded, end) if found else None
    is_next = beside is not None and _to_next().fullmatch(text.folded, beside.end(), text.inside(group[0].first))
    own = BESIDE.match(text.folded, end_of(text, group[-1].last)) if is_next else None
    is_lot = own is not None and beside is not None and all(LOT_MARK.search(each[0]) for each in (beside, own))
    return replace(found[-1], vendors=group) if is_lot else None


@cache
def _to_next() -> re.Pattern[str]:
    return re.compile(
        rf"[,;.]?\s(?:\d{{1,2}}[.)]\s|[-–•]\s)?(?:(?:i|a|te|dok)\s)?(?:{any_of(table('award_lines')['to'])}\s)?\W?"
    )


GROUP_WITHIN = 60
"""Characters before a name in which it is said to be the first of a group."""


def _members(text: DocumentText, first: int, every: Sequence[Firm]) -> tuple[Firm, ...]:
    """Return the members of a group that is announced before a name, each perhaps with its address and numbers, of
    which one of ``every`` firm may have no legal form."""
    start = text.starts[first]
    before = text.folded[max(0, start - GROUP_WITHIN) : start]
    is_group = re.search(rf"{firms.named_group()}\W*$", before)
    named = list(firms.in_a_row(text, first, of_group=True)) if is_group else []
    for firm in every if named else ():
        end = end_of(text, named[-1].last) - (not text.words[named[-1].last][-1].isalnum())
        if firm.first > named[-1].last and firms.DESCRIBED.fullmatch(text.folded, end, text.starts[firm.first]):
            named.append(firm)
    return tuple(named)


def _winner(text: DocumentText, group: tuple[Firm, ...], last_end: int, stop: int) -> Winner | None:
    start = text.starts[group[0].first]
    low = max(start - BEFORE, last_end)
    low = max([low, *(match.end() for match in SENTENCE_END.finditer(text.folded, low, start))])
    before = _FIRST_ITEM.sub("", text.folded[low:start])
    is_gazette = not group[0].formed and _GAZETTE.match(group[0].core)
    if is_gazette or contracted.is_just_proposed(text, group[0].first):
        return None
    for method, pattern, confidence in _cues():
        if not _says(pattern, before):
            continue
        if method == "award.given" and _bids_came_in().search(before):
            continue
        if method in _OF_LOSERS and contracted.is_turned_down(text, group[0].first):
            continue
        if method == "award.lot" and not _is_awarding(text, start):
            continue
        return Winner(group, method, confidence)
    told = _given_to(text, start, end_of(text, group[-1].last), stop)
    return Winner(group, told, 0.88) if told else None


_GAZETTE = re.compile(r"sluzben\w{0,3}(?:glasni|list|novin)|narodn\w{0,3}novin")

_FIRST_ITEM = re.compile(r"\n1[.)]\s$")
"""The number of the first item of a list of winners: what stands above speaks of it."""

_OF_LOSERS = frozenset({"award.lot", "award.won"})
"""Cues that also stand before who lost: "U partiji 2 najniža cena pripada ponuđaču X"."""


def is_just_chosen(text: DocumentText, first: int) -> bool:
    """Return whether the words right before a name on its line choose it, or give it a contract: "izabran je X",
    "povereno je firmi X"."""
    start = text.starts[first]
    line = text.folded[max(0, start - JUST_WITHIN) : start].rpartition("\n")[2]
    return _says(_just_chosen(), line)


JUST_WITHIN = 60
"""Characters before a name in which the verb that chooses it stands."""


@cache
def _just_chosen() -> re.Pattern[str]:
    chosen = rf"\b(?:izabran|odabran)\w?\sje(?:\s(?:ponud[au]|{any_of(table('roles')['bidder'])}|firm\w)){{0,3}}"
    given = rf"(?:{any_of(table('award_lines')['given'])}(?:\s(?:je|se))?|\bide)\s{any_of(table('award_lines')['to'])}"
    return re.compile(rf"(?:{chosen}|{given})\W*$")


WHOM_WITHIN = 160
"""Characters after a name in which the contract is said to go to it: "X (100,00 din), kome se dodeljuje ugovor"."""


def _given_to(text: DocumentText, start: int, end: int, stop: int) -> str | None:
    """Return the rule by which words after a name, before the next at ``stop``, give it the contract: "X, kome se
    dodeljuje", "Ponuđaču X dodeljuje se", "X, pa je s njim potpisan ugovor"; None if they do not."""
    whose, dative, given, wins, with_whom, concluded, meant = _whom()
    stop = min(stop, end + WHOM_WITHIN)
    said, rule = whose.match(text.folded, end, stop) or wins.match(text.folded, end, stop), WHOM
    if said is None and dative.search(text.folded, max(0, start - TO_WITHIN), start):
        said = given.match(text.folded, end, stop)
    if said is None and with_whom.search(text.folded, max(0, start - TO_WITHIN), start):
        said = concluded.match(text.folded, end, stop)
    if said is None:
        said, rule = meant.search(text.folded, end, stop), MEANT
    is_other = said is None or words("not").search(said[0]) or firms.legal_forms()[0].search(said[0])
    return None if is_other else rule


TO_WITHIN = 40
"""Characters before a name in which it is said to be in the dative: "Najpovoljnijem ponuđaču"."""


@cache
def _whom() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a clause after a name that gives it the contract, of the dative before a name, of the
    verb that gives, of the verb by which the name, with its town and numbers, wins a lot or contract, of "with" before
    a name, of the verb that concludes a contract, and of a clause in which a pronoun or a role means who was named
    last: "pa je s njim potpisan ugovor"."""
    listed = table("award_lines")
    keys = ("given", "won", "what", "concluded", "chosen")
    given, won, what, concluded, chosen = (any_of(listed[key]) for key in keys)
    # The comma may end the last word of the name.
    comma = r"(?:,|(?<=,))"
    with_whom = rf"{comma}\ssa?\skoj\w{{1,3}}\s(?:(?:je|su)\s)?"
    who = rf"(?:{any_of(listed['with'])}|subjektom)"
    to_whom = any_of([*table("awards")["to_bidder"], *table("awards")["to_other"]])
    with_them = rf"\bsa?\s(?:nj(?:im|om|ima|ime)\b|(?:t|ov|ist|jedin)(?:im|om)\s(?:\w+\s)?{who})"
    to_them = rf"\b(?:njemu|njoj|njima|(?:t|ov|ist)(?:om|oj|im|ome)\s{to_whom})"
    near = r"(?:(?!\bda\s)[^.;,\n]|(?<=\d)\.|\n(?!\n)){0,60}?"
    done = r"\b(?:zaklj|skl[ao]p|potpis)\w+"
    words = r"(?:[^.;\n]|(?<=\d)\.|\n(?!\n))*?"
    dative = any_of([*table("awards")["to_bidder"], *table("awards")["to_other"]])
    return (
        re.compile(
            rf"{words}(?:{comma}\skom?(?:e|u|jem\w?|joj|jima)\s(?:(?:se|je|i|su|stoga|zato|ce|{what})\s){{0,4}}{given}"
            rf"|\s(?:prihvata\sse|(?:se|je|kao)\s{chosen})|{comma}\svr(?:ij)?ednost\sugovora\b"
            rf"|{with_whom}{near}{what}(?:\W[^.;,]{{0,30}}?{concluded})?)"
        ),
        re.compile(rf"(?:{dative}|\b(?:grupi|konzorcijumu|zajednici)\b[^.;]*)\W+$"),
        re.compile(rf"(?:[^.;\w]|\b(?!kome)\w+\W){{1,8}}?(?:se\s)?{given}"),
        re.compile(
            rf"(?:\s?\([^()]*\)|,?\siz(?:\s\w+){{1,2}}?)*\W{{0,2}}\s"
            rf"(?:(?:koj[aei]\s)?{won}\s(?:(?!\bponud)[^.;:]|(?<=\d)\.)*?{what}|(?:po|prema)\sugovoru\b)"
        ),
        re.compile(rf"\bsa?\s{any_of(listed['with'])}\W+$"),
        re.compile(rf"{words}\b(?:zakljucen|potpisan|sklopljen)\w?\W(?:(?!\baneks)[^.;]){{0,30}}?{what}"),
        re.compile(
            rf"(?:\b\w+\s){{0,2}}(?:{with_them}{near}(?:\bugovor(?:en\w*|io|il[aio])\b|{done}{near}{what})|{what}{near}{done}{near}{with_them}|{to_them}{near}{given}"
            rf"|{what}{near}{given}{near}{to_them})"
        ),
    )


@cache
def _bids_came_in() -> re.Pattern[str]:
    """Return the pattern of a sentence that lists who bid: "Do roka su stigle ponude tri ponuđača:"."""
    received = any_of([*table("offers")["received"], "podnel*", "podnijel*", "dostavil*"])
    return re.compile(rf"{received}\W(?:\w+\W+){{0,3}}?ponud[ae]\b[^.]*$|\bponude\W(?:\w+\W+){{0,3}}?{received}[^.]*$")


def _says(pattern: re.Pattern[str], before: str) -> bool:
    """Return whether a cue precedes a name without a negation."""
    match = pattern.search(before)
    while match is not None:
        # "A d.o.o. (izabrana)" says it of the name before.
        is_lot = LOT_MARK.match(before, match.start()) is not None
        is_in_brackets = not is_lot and before.find(")", match.start()) > -1 == before.find("(", match.start())
        is_denied = words("not").search(before, max(0, match.start() - DENIED_WITHIN))
        if not (is_in_brackets or is_denied):
            return True
        match = pattern.search(before, match.start() + 1)
    return False


def _is_awarding(text: DocumentText, start: int) -> bool:
    """Return whether the text above a list of lots awards or selects, and is not that of the reasons."""
    (reasons,) = text.once("reasons", lambda: [RoleContext.of(text, "award_decision").reasons])
    words = table("award_lines")
    awards = compiled([*words["given"], *words["chosen"], *words["won"]])
    return start < reasons and awards.search(text.folded, max(0, start - 900), start) is not None


@cache
def _fields() -> re.Pattern[str]:
    words = table("award_lines")
    return re.compile(rf"{any_of(words['section'])}.{{0,90}}?{any_of(words['name'])}\W{{0,3}}:\s*", re.DOTALL)


def _with_fields(text: DocumentText, found: list[Winner], every: Sequence[Firm]) -> list[Winner]:
    """Return the winners, with those added whose name is in a form field without a legal form."""
    named = list(found)
    for match in text.find(_fields()):
        vendors = tuple(in_field(text, text.word_at(match.match.end())))
        if not vendors:
            continue
        first, last = vendors[0].first, vendors[-1].last
        named = [one for one in named if one.vendors[-1].last < first or one.vendors[0].first > last]
        named.append(Winner(vendors, "award.form", 0.93))
    return sorted([*named, *_by_rules(text, named, every)], key=lambda one: one.vendors[0].first)


def _by_rules(text: DocumentText, named: Sequence[Winner], every: Sequence[Firm]) -> Iterator[Winner]:
    """Yield the winners that only the vendor rules find: a name without a legal form right after its cue."""
    taken = [(one.vendors[0].first, one.vendors[-1].last) for one in named]
    for vendor in (*contracted.awarded(text), *contracted.contracted_with(text)):
        firm = vendor.firm
        if any(first <= firm.last and firm.first <= last for first, last in taken):
            continue
        if contracted.is_just_proposed(text, firm.first):
            continue
        if parties.is_public_body(text, firm):
            continue
        members = _members(text, firm.first, every) or (firm,)
        taken.append((firm.first, members[-1].last))
        yield Winner(members, f"award.{vendor.rule.split('.')[-1]}", vendor.confidence - 0.05)
