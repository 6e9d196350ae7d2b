"""Names of firms: where a name that begins at a given word ends, and its canonical form.

A name ends with its legal form and the town after it („Primer” d.o.o. Ruma), with its closing quote and the town, or,
after a descriptive word (preduzeće, agencija), before the address. Callers give the word at which a name may begin, and
decide the role of the firm (bidder, vendor).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from archive.model.words import Break
from archive.text.folding import fold
from archive.text.known_words import SERBIAN, is_folded_word
from indexer.facts.places import place_at
from indexer.facts.text import DocumentText, any_of, compiled, phrase
from indexer.gazetteer import municipalities, table

QUOTES = '"“”„»«‟'
_TOKEN_OPENS = re.compile(rf"^\W*(?:[{QUOTES}]|,,|'')")
_TOKEN_CLOSES = re.compile(rf"\w\W*?(?:[{QUOTES}]|'')")


_PREPOSITIONS = frozenset({"s.a", "o.d"})
"""Legal forms that need their dots: a heading in capitals says "SA" and "OD", too."""


@cache
def legal_forms() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns for folded text: legal forms, two-letter forms (which need capitals), misread forms."""
    entries = table("legal_forms")
    abbreviated = [fold(form) for form in entries["abbreviated"]]
    # OCR reads "o" as a zero.
    spread = {form: r"\W{0,2}".join(re.findall(r"\w+", form)).replace("o", "[o0]") for form in abbreviated}
    short = [form for form in abbreviated if len(re.sub(r"\W", "", form)) == 2]
    long = "|".join(spread[form] for form in abbreviated if form not in short)
    dotted = "|".join(r"\.\s?".join(form.split(".")) for form in short)
    spelled = "|".join(map(phrase, (*entries["spelled"], *entries["capitalised"])))
    misread = "|".join(map(re.escape, map(fold, entries["misread"])))
    capitals = "|".join(
        map(
            re.escape,
            (
                *map(fold, entries["in_capitals"]),
                *(form.replace(".", "") for form in short if form not in _PREPOSITIONS),
            ),
        )
    )
    return (
        re.compile(rf"(?<!\w)(?:{long}|{dotted}|{spelled}|{misread})(?!\w)"),
        re.compile(rf"(?:{capitals})(?!\w)"),
        re.compile(misread),
    )


@cache
def words_of_names() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of words that end a name, of descriptive words, and of forms that precede a name."""
    before = "|".join(re.escape(fold(form)) for form in table("legal_forms")["before"])
    return (
        compiled(table("roles")["name_stop"]),
        compiled(table("legal_forms")["descriptive"]),
        re.compile(rf"(?:{before})(?!\w)"),
    )


@cache
def _towns() -> frozenset[str]:
    """Return the folded words of municipality names, in the nominative; of neighbours' towns those of one word, since
    parts of others are words ("Novo mesto", "Kisela Voda")."""
    named = (place.name.split() for place in municipalities() if place.is_near or " " not in place.name)
    return frozenset(fold(word) for words in named for word in words)


def inside(text: DocumentText, word: int) -> int:
    """Return the offset of the first letter of a word in the folded text."""
    return text.inside(word)


def form_at(text: DocumentText, word: int) -> int | None:
    """Return the last word of the legal form that begins in ``word``, perhaps after a closing quote; else None."""
    token = text.folded[text.starts[word] : end_of(text, word)]
    quote = max((token.rfind(mark) for mark in QUOTES), default=-1)
    after_quote = 0 < quote < len(token) - 1 and token[quote + 1 :].strip(".,;:)") != ""
    offset = text.starts[word] + quote + 1 if after_quote else inside(text, word)
    forms, capitals, _ = legal_forms()
    match = forms.match(text.folded, offset)
    if match and match[0] in table("legal_forms")["capitalised"] and not text.is_capitalised(word):
        match = None
    if match is None and (may_be_form(text, word) or (word and closes_quote(text.words[word - 1]))):
        match = capitals.match(text.folded, offset)
    return text.word_at(match.end() - 1) if match else None


def may_be_form(text: DocumentText, word: int) -> bool:
    """Return whether a word is in capitals, or "pr" between the name of a shop and that of its owner."""
    is_within = 0 < word < len(text.words) - 1 and text.fold_of(word) == "pr" and not text.begins_line(word)
    beside = (word - 1, word + 1) if is_within else ()
    return text.words[word].isupper() or (is_within and all(map(text.is_capitalised, beside)))


def opens_quote(word: str) -> bool:
    """Return whether a printed word begins with an opening quote of any kind."""
    return _TOKEN_OPENS.match(word) is not None


def closes_quote(word: str) -> bool:
    """Return whether a printed word has a closing quote of any kind after a letter."""
    return _TOKEN_CLOSES.search(word) is not None


def breaks_name(text: DocumentText, word: int) -> bool:
    """Return whether a word cannot be part of a name: a row number, an amount, the opening quote of another cell, the
    role of a party over its signature."""
    printed = text.words[word]
    is_alone = text.begins_line(word) and text.line_end(word) == word
    if is_alone and printed.isupper() and _roles_of_parties().fullmatch(text.bare[word]):
        return True
    if printed[:1].isdigit():
        is_row = text.begins_line(word) and not _ends_before_form(text, word)
        return is_row or len(printed) > LONGEST_NUMBER or not printed.isdigit()
    return not any(char.isalpha() for char in printed) and printed not in "-–—&+|"


LONGEST_NUMBER = 4
"""Maximum number of digits of a number within a name; right before the legal form it may also begin or end a line."""


def _ends_before_form(text: DocumentText, word: int) -> bool:
    return word + 1 < len(text.words) and form_at(text, word + 1) is not None


@cache
def _roles_of_parties() -> re.Pattern[str]:
    roles = table("roles")
    return compiled(name for side in ("supplier", "customer", "takes", "gives") for name in roles[side])


def is_town(text: DocumentText, word: int) -> bool:
    """Return whether a word is a capitalized word of a municipality name."""
    return text.is_capitalised(word) and text.fold_of(word) in _towns()


def end_of(text: DocumentText, word: int) -> int:
    """Return the offset in the folded text after the last character of a word."""
    return text.starts[word + 1] - 1 if word + 1 < len(text.starts) else len(text.folded)


MAX_WORDS = 14
MAX_DESCRIBED_WORDS = 26
MAX_GAP_TO_FORM = 3
"""Maximum number of words between a closing quote and the legal form: „Primer” inženjering d.o.o."""

MOST_SMALL = 3
"""Maximum number of words in small letters in a row within a name; more are a sentence that ends with a firm."""

CLAUSE_ENDS = (",", ";", ")", ":")

Ending = tuple[int | None, int]
"""The word at which the legal form begins (None without one), and the last word of the name."""


def ending(text: DocumentText, first: int) -> Ending | None:
    """Return the ending of the name that begins at word ``first``, None if it is not a name."""
    stops, descriptive, before = words_of_names()
    described = descriptive.match(text.folded, inside(text, first)) is not None
    if text.words[first].isupper() and before.match(text.folded, inside(text, first)):
        enterprise = _ending_of_enterprise(text, first)
        if enterprise is not None:
            return enterprise
    in_quotes = False
    for word in range(first, _limit(text, first, described=described)):
        printed = text.words[word]
        form_end = form_at(text, word)
        if form_end is not None and (word > first or closes_quote(printed)):
            return word, form_end
        in_quotes = in_quotes or opens_quote(printed)
        if word > first and not in_quotes and (stops.match(text.folded, inside(text, word)) or breaks_name(text, word)):
            return _described_end(text, first, word - 1) if described else None
        if closes_quote(printed):
            return _form_after_quote(text, word) or (None, word)
        if not in_quotes and _ends_clause(text, word, described=described):
            return _described_end(text, first, word) if described else None
    return None


def _limit(text: DocumentText, first: int, *, described: bool) -> int:
    """Return the word before which a name ends at the latest."""
    limit = min(first + (MAX_DESCRIBED_WORDS if described else MAX_WORDS), len(text.words))
    small = 0
    for word in () if described else range(first, limit):
        printed = text.words[word]
        if opens_quote(printed):
            break
        is_last = printed[:1].isdigit() and word + 1 < limit and text.begins_line(word + 1)
        if is_last and not _ends_before_form(text, word):
            return word
        small = small + 1 if printed.isalpha() and printed.islower() and text.fold_of(word) != "za" else 0
        if small > MOST_SMALL:
            return word
    return limit


def _ends_clause(text: DocumentText, word: int, *, described: bool) -> bool:
    """Return whether a name cannot continue after a word; a comma ends it unless the legal form follows.

    A name that begins with a descriptive word also continues in lower case ("Preduzeće za proizvodnju, promet i
    usluge").
    """
    printed = text.words[word]
    if printed.endswith((";", ")", ":")):
        return True
    if not printed.endswith(",") or word + 1 >= len(text.words) or (opens_quote(printed) and len(printed) < 3):
        return False
    if form_at(text, word + 1) is not None:
        return False
    return not described or text.is_capitalised(word + 1) or text.words[word + 1][:1].isdigit()


def _described_end(text: DocumentText, first: int, last: int) -> Ending | None:
    """Return the ending of a descriptive name without a legal form, None if it has no capitalized proper name."""
    form_end = form_at(text, first)
    proper = any(text.is_capitalised(word) for word in range((form_end or first) + 1, last + 1))
    return (None, last) if proper and last > first else None


def _ending_of_enterprise(text: DocumentText, first: int) -> Ending | None:
    """Return the ending of a name whose form comes first: "JP EPS Beograd", "JKP „Vodovod” Ruma"."""
    last = first
    for word in range(first + 1, min(first + MAX_WORDS, len(text.words))):
        printed = text.words[word]
        if opens_quote(printed) or closes_quote(printed):
            closing = (at for at in range(word, min(word + MAX_WORDS, len(text.words))) if closes_quote(text.words[at]))
            last = next(closing, first)
            return _form_after_quote(text, last) or (None, last)
        if not text.is_capitalised(word) or text.begins_line(word):
            break
        last = word
        if printed.endswith(CLAUSE_ENDS):
            break
    return (None, last) if last > first else None


def _form_after_quote(text: DocumentText, word: int) -> tuple[int, int] | None:
    """Return the legal form after a closing quote: at once, after two words, or after a description of the firm."""
    if text.words[word].endswith((";", ")", ":")):
        return None
    stops, descriptive, _ = words_of_names()
    limit = MAX_GAP_TO_FORM
    if word + 1 < len(text.words) and descriptive.match(text.folded, inside(text, word + 1)):
        limit = MAX_WORDS
    for after in range(word + 1, min(word + 1 + limit, len(text.words))):
        form_end = form_at(text, after)
        if form_end is not None:
            return after, form_end
        printed = text.words[after]
        ends = printed.endswith(CLAUSE_ENDS) or text.words[word].endswith(",")
        if ends or opens_quote(printed) or breaks_name(text, after):
            return None
        if stops.match(text.folded, inside(text, after)) or (limit < MAX_WORDS and not text.is_capitalised(after)):
            return None
    return None


MAX_LABEL_WORDS = 4
MAX_FIELD_WORDS = 30

_ANY_QUOTE = re.compile(rf"[{QUOTES}]|,,|''|‘‘|’’")
MEMBER = (
    r"(?:\b(?:sa?|a|i|te)\s(?:kao\s)?clan\w{0,4}\b(?:\s(?:grupe|konzorcij\w*|ponudaca))*"
    r"|\bu\sgrupi\ssa?\b|\bzajedno\ssa?\b)"
)
"""What stands before the next member of a group: "sa članom grupe", "a član", "zajedno sa"."""
_JOINT = re.compile(
    r"\W{0,3}(?:(?:[a-z]{3,}\W{1,2}){0,2}\([^()]{1,40}\)\W{0,2})?"
    rf"(?:[,;]\W|[^\w\n]{{0,3}}\n|{MEMBER}|\b(?:i|te|and|in|dhe|und|kao\si)\b)(?:\W|\b(?:i|te|and)\b){{0,6}}"
)
"""Separators in a list of names: a comma, "and", a new line; brackets may state the share of a member, or its
price, after a village that no list has."""
_PRICED = re.compile(
    r"\W{0,2}\s(?:(?:na\siznos|sa?\scenom|s\scijenom|u\siznosu|po\sceni|za)\s(?:od\s)?|[-–—:]\s)\d[\d.,\s]*\d"
    r"(?:\s?(?:rsd|din\w*\.?|km|eur\w*|kn|€))?(?:\s(?:bez|sa?)\spdv\S*)?(?:\W{0,2}\s(?:i|te|and)|[,;])\s|\s[-–—+/]\s"
)
"""What stands between two that bid: the price of the first and "and", or a dash or plus between members of a group."""
_DOTTED = frozenset({"inc", "ltd", "corp", "co"})
"""Abbreviations whose dot is part of the name, even at the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Firm:
    """The name of a firm in Latin script with „…” as quotes, and its words.

    ``formed`` says that a legal form is printed, ``town`` is the town printed or empty. ``core`` identifies the firm
    across mentions: the folded letters of the quoted part, or of everything before the legal form.
    """

    name: str
    first: int
    last: int
    core: str
    formed: bool
    town: str


@cache
def _introductions() -> re.Pattern[str]:
    """Return the pattern of words before a name: an item number, "grupa ponuđača:", "ponuđač", "preduzeću"."""
    bidder, described = any_of(table("roles")["bidder"]), any_of(table("legal_forms")["introduction"])
    joint = rf"{any_of(table('awards')['joint'])}\s?:"
    group = rf"{named_group()}[:\s]*"
    described = rf"{described}\s(?!za\s|sa?\s)"
    return re.compile(rf"(?:[-–—•·|]\s|\(?\d{{1,2}}[.)]{{1,2}}\s|{group}|{joint}\s|{bidder}[:\s]+|{described})+")


def group_of_bidders() -> str:
    """Return the regular expression for words that announce a group of firms."""
    return rf"(?:{any_of(table('roles')['group'])})"


def named_group() -> str:
    """Return the regular expression for what announces members: "grupi ponuđača koju čine", "konzorcij čiji je
    nosilac"."""
    bearer = any_of(["nosi*", "vodeć*", "predvodni*"])
    whose = rf"cij\w\s(?:je\s)?{bearer}(?:\s(?:posla|grupe|clan\w*|partner\w*|ponude))?(?:\sje)?"
    return rf"{group_of_bidders()}(?:\W{{1,2}}(?:koj[aeiu]\scine|{whose}|na\scelu\ssa|koj[aeiu]\s(?:pred)?vodi))?"


def read(text: DocumentText, first: int) -> Firm | None:
    """Return the firm whose name begins at word ``first``, introductory words skipped; None if there is none."""
    first = _skip_introduction(text, first)
    if first >= len(text.words) or not _may_begin(text, first):
        return None
    found = ending(text, first)
    if found is None:
        return None
    form_first, last = found
    while last + 1 < len(text.words) and (more := _belonging(text, last)) is not None:
        last = more
    return _firm(text, first, form_first, last)


MAX_BARE_WORDS, LEAST_BARE = 5, 4
"""Maximum number of words of a name without a legal form; minimum length of a word that identifies it."""


def read_bare(text: DocumentText, first: int) -> Firm | None:
    """Return a name without a legal form: several capitalized words, or one that is in no dictionary."""
    first = _skip_introduction(text, first)
    stops, _, _ = words_of_names()
    last = first - 1
    for word in range(first, min(first + MAX_BARE_WORDS, len(text.words))):
        is_stop = stops.match(text.folded, inside(text, word)) is not None or breaks_name(text, word)
        if is_stop or not text.is_capitalised(word) or opens_quote(text.words[word]):
            break
        last = word
        if text.words[word].endswith((*CLAUSE_ENDS, ".")):
            break
    else:
        return None
    own = [bare for word in range(first, last + 1) if len(bare := text.fold_of(word)) >= LEAST_BARE and bare.isalpha()]
    if not own or (last == first and is_folded_word(own[0], SERBIAN)):
        return None
    more = _SMALL_END.match(text.folded, end_of(text, last))
    return _firm(text, first, None, last if more is None else last + 1)


_SMALL_END = re.compile(r"\s\w{3,13}[^l\W][aeiou]?(?=\siz\s|,?\s\(?(?:pib|jib|oib)\W)")
"""The last word of a name in small letters, which what follows shows to be part of it: "Primer sistemi iz Niša"."""


DESCRIBED = re.compile(
    r"\.?[^\w.;:]{0,3},?\s(?:[^.;:]|\b(?:ul|bul|br|mat)\.|(?<=\d)\.(?=\d)|(?<=pib):|(?<=mb):|(?<=broj):){4,140}?[\s,]"
    rf"(?:{MEMBER}|(?:i|te|and))\s\W?"
)
"""What stands between members of a group: the address and numbers of the first, and "and"."""


def in_a_row(text: DocumentText, first: int, *, of_group: bool = False) -> Iterator[Firm]:
    """Yield the firm at a word, and those joined to it by commas or "and": "A (nosilac posla), B i C"; members of a
    group may each be followed by its address and numbers."""
    firm = read(text, first)
    while firm is not None:
        yield firm
        printed = text.words[firm.last]
        end = end_of(text, firm.last) - (not printed[-1].isalnum())
        joint = _JOINT.match(text.folded, end)
        ends_sentence = firm.town != "" and printed.endswith(".")
        after = read(text, text.word_at(joint.end())) if joint and not ends_sentence else None
        described = DESCRIBED.match(text.folded, end) if of_group and after is None else None
        if described is not None and not any(char in described[0] for char in "€%") and "partij" not in described[0]:
            member = read(text, text.word_at(described.end()))
            after = member if member is not None and member.formed else None
        firm = after or (None if ends_sentence else _after_price(text, firm.last))


def _after_price(text: DocumentText, last: int) -> Firm | None:
    """Return the firm that follows the price of another, or a dash between members: "A – 100,00 KM i B d.o.o."."""
    joint = _PRICED.match(text.folded, end_of(text, last) - (not text.words[last][-1].isalnum()))
    firm = read(text, text.word_at(joint.end())) if joint else None
    return firm if firm is not None and firm.formed else None


def in_field(text: DocumentText, first: int) -> list[Firm]:
    """Return the names in a form field from word ``first`` to the next label; semicolons separate group members."""
    stop = first
    while stop < min(first + MAX_FIELD_WORDS, len(text.words)) and not _begins_label(text, stop):
        stop += 1
    if stop == first:
        return []
    first = _skip_introduction(text, first)
    ends = [word for word in range(first, stop) if text.words[word].endswith(";")]
    starts = [first, *(word + 1 for word in ends)]
    pieces = zip(starts, [*ends, stop - 1], strict=True)
    return [firm for start, end in pieces if start <= end for firm in _in_piece(text, start, end)]


def _in_piece(text: DocumentText, first: int, last: int) -> list[Firm]:
    """Return the members of a group between ``first`` and ``last`` if each is recognized, else them as one name."""
    members = list(in_a_row(text, first))
    if len(members) > 1 and all(firm.formed for firm in members) and members[-1].last <= last:
        return members
    whole = _whole(text, first, last)
    return [] if whole is None else [whole]


def _begins_label(text: DocumentText, word: int) -> bool:
    """Return whether a line begins with the label of another field, or a new page begins."""
    if not text.begins_line(word):
        return False
    line = range(word, min(word + MAX_LABEL_WORDS, text.line_end(word) + 1))
    return text.page_of(word) != text.page_of(word - 1) or any(text.words[at].endswith(":") for at in line)


def _whole(text: DocumentText, first: int, last: int) -> Firm | None:
    """Return the words ``first`` to ``last`` as one name, with or without a legal form."""
    form_first = next((word for word in range(first + 1, last + 1) if form_at(text, word) is not None), None)
    return _firm(text, first, form_first, last) if _may_begin(text, first) else None


def with_word(text: DocumentText, firm: Firm, word: int) -> Firm:
    """Return the same firm with a town that is printed apart from its name, as in the next line of a table's cell."""
    town = text.in_latin(word, word).strip(" ,.;:")
    return replace(firm, name=f"{firm.name} {town}", last=word, town=fold(town))


def _skip_introduction(text: DocumentText, first: int) -> int:
    """Return the first word after those that introduce a name."""
    if first >= len(text.words):
        return first
    match = _introductions().match(text.folded, text.starts[first])
    return text.word_at(match.end()) if match else first


def _may_begin(text: DocumentText, first: int) -> bool:
    """Return whether a name may begin here: with a capital, quote, abbreviation ("d.t.u.t.") or descriptive word."""
    stops, descriptive, _ = words_of_names()
    if not opens_quote(text.words[first]) and stops.match(text.folded, inside(text, first)):
        return False
    word = "".join(text.words[first : first + 2]) if opens_quote(text.words[first]) else text.words[first]
    described = descriptive.match(text.folded, inside(text, first)) is not None
    starts_well = text.is_capitalised(first) or opens_quote(text.words[first])
    return bool(starts_well or described or "." in word[:-1]) and any(char.isalpha() for char in word)


def _belonging(text: DocumentText, last: int) -> int | None:
    """Return the last word of an addition to a name: another legal form, activities, or a town; None without one."""
    more = _owner_or_shop(text, last)
    if more is not None or text.words[last].endswith(CLAUSE_ENDS):
        return more
    form_end = form_at(text, last + 1)
    if form_end is not None:
        return form_end
    if text.fold_of(last + 1) == "za":
        return _activities_end(text, last)
    if not is_town(text, last + 1) or _begins_date_line(text, last + 1):
        return None
    place = place_at(text, last + 1)
    return last + 1 if place is None else place.last


def _owner_or_shop(text: DocumentText, last: int) -> int | None:
    """Return the last word of a sole trader's other name: "Petra Primer PR agencija „Sjaj”", "SZR „Sjaj”, Petra Primer
    pr"."""
    if text.words[last].endswith(",") and closes_quote(text.words[last]):
        owner = range(last + 1, min(last + 4, len(text.words)))
        is_person = len(owner) == 3 and all(map(text.is_capitalised, owner[:2]))
        return owner[-1] if is_person and text.fold_of(owner[-1]) in {"pr", "preduzetnik"} else None
    if text.fold_of(last) == "pr" and words_of_names()[1].match(text.folded, inside(text, last + 1)):
        shop = ending(text, last + 1)
        return None if shop is None else shop[1]
    return _quoted_shop(text, last) if text.fold_of(last) in _traders() else None


@cache
def _traders() -> frozenset[str]:
    """Return the folded legal forms of sole traders."""
    return frozenset(map(fold, table("legal_forms")["in_capitals"]))


SHOP_WORDS = 2
"""Maximum number of words between the form of a sole trader and the name of the shop in quotes."""


def _quoted_shop(text: DocumentText, last: int) -> int | None:
    """Return the last word of a shop's name that follows its owner's: "Petra Primer pr Elektroservis „Munja“"; a name
    with a legal form is that of another firm."""
    for word in range(last + 1, min(last + 2 + SHOP_WORDS, len(text.words))):
        if text.breaks[word] == Break.BLOCK or not text.is_capitalised(word):
            return None
        if opens_quote(text.words[word]):
            closing = next(
                (at for at in range(word, min(word + MAX_WORDS, len(text.words))) if closes_quote(text.words[at])), None
            )
            return None if closing is None or _form_after_quote(text, closing) or form_at(text, closing) else closing
        if text.words[word].endswith(CLAUSE_ENDS) or is_town(text, word):
            return None
    return None


MAX_ACTIVITY_WORDS, ACTIVITY_WITHIN = 9, 3
"""Maximum number of words in all activities, and between two: "za građevinske radove i prijevoz"."""


@cache
def _activities() -> re.Pattern[str]:
    return compiled(table("legal_forms")["activities"])


def _activities_end(text: DocumentText, form: int) -> int | None:
    """Return the end of the activities after a legal form: "d.o.o. za proizvodnju i usluge", "obrt za prijevoz".

    The subject of a contract follows in the same way, so there must be two activities, or one and nothing else.
    """
    end, told = None, 0
    for word in range(form + 2, min(form + 2 + MAX_ACTIVITY_WORDS, len(text.words))):
        in_capitals = text.words[form + 1].isupper() and text.words[word].isupper()
        is_far = word - (end or form) > ACTIVITY_WITHIN
        if is_far or (text.is_capitalised(word) and not in_capitals) or text.words[word][:1].isdigit():
            break
        if _activities().match(text.folded, inside(text, word)):
            end, told = word, told + 1
        if text.words[word].endswith((".", ";", ")", ":")):
            break
    if end is None:
        return None
    alone = end == form + 2 and (
        text.words[end][-1] in ",.;)" or end + 1 == len(text.words) or text.begins_line(end + 1)
    )
    return end if told > 1 or alone or (text.fold_of(form) == "obrt" and told) else None


def _begins_date_line(text: DocumentText, word: int) -> bool:
    """Return whether a town begins a new paragraph, or the line "Ruma, 6. april 2031." below a firm."""
    if not text.begins_line(word):
        return False
    followed = text.words[word + 1 : word + 2]
    dated = text.words[word].endswith(",") and followed != () and followed[0][:1].isdigit()
    return text.breaks[word] == Break.BLOCK or dated


def _firm(text: DocumentText, first: int, form_first: int | None, last: int) -> Firm | None:
    """Return the name made of words ``first`` to ``last``, whose legal form begins at ``form_first``."""
    name = canonical(text.in_latin(first, last))
    if name.endswith(".") and "." not in text.fold_of(last) and text.fold_of(last) not in _DOTTED:
        name = name[:-1]
    for wrong, right in table("legal_forms")["misread"].items():
        name = re.sub(rf"(?<!\w){re.escape(wrong)}\.?(?!\w)", right, name, flags=re.IGNORECASE)
    town = text.fold_of(last) if last > first and is_town(text, last) else ""
    core = _core(text, name, (first, last - bool(town) if form_first is None else form_first))
    is_formed = form_first is not None or spelled_before().match(text.folded, inside(text, first)) is not None
    return Firm(name, first, last, core, is_formed, town) if core else None


_WITH_ZERO = re.compile(r"(?<!\w)[djk]\.?\s?(?:[do0]\.?\s?)?[o0]\.?\s?[o0]\b", re.IGNORECASE)
"""A legal form in which OCR may have read a zero."""


@cache
def spelled_before() -> re.Pattern[str]:
    return compiled(table("legal_forms")["spelled_before"])


def _core(text: DocumentText, name: str, words: tuple[int, int]) -> str:
    """Return the folded letters of the quoted part of a name, or of its ``words`` without a legal form."""
    quoted = re.search("„([^”]+)”", name)
    whole = fold(GLUED.sub("", text.in_latin(*words)))
    return re.sub(r"\W", "", fold(quoted[1]) if quoted else legal_forms()[0].sub(" ", whole))


GLUED = re.compile(r"^\W*\d{1,2}\)(?=\w)")
"""The number of an item to which a name sticks: "1)Primer d.o.o."."""


def canonical(name: str) -> str:
    """Return a name with „…” as quotes; an unpaired quote is removed, and the number of an item.

    >>> canonical('D.T.U.T.“Primer“d.o.o,')
    'D.T.U.T. „Primer” d.o.o'
    """
    parts = _ANY_QUOTE.split(GLUED.sub("", name))
    if len(parts) % 2:
        pieces = (f" „{part.strip()}” " if at % 2 else part for at, part in enumerate(parts))
    else:
        pieces = (f"{part} " for part in parts)
    spaced = re.sub(r"\s+(?=[,;]|\.(?!\w)|$)|(?<=\s)\s+", "", "".join(pieces))
    spaced = _WITH_ZERO.sub(lambda form: form[0].replace("0", "o" if form[0].islower() else "O"), spaced)
    named = spaced.strip(" ,;:(–-|·").lstrip(".").strip()
    return named if "(" in named else re.sub(r"\)\.?", "", named)


def distinct(firms: Iterator[Firm]) -> list[Firm]:
    """Return each firm once, in its fullest mention: with a legal form first, then with a town, then in text order.

    Mentions are of one firm if their cores agree (or are anagrams, a common typing error) and their towns do not
    differ.
    """
    fullest: list[Firm] = []
    for firm in firms:
        at = next((at for at, known in enumerate(fullest) if _same(known, firm)), None)
        if at is None:
            fullest.append(firm)
        elif (firm.formed, bool(firm.town)) > (fullest[at].formed, bool(fullest[at].town)):
            fullest[at] = firm
    return fullest


def _same(one: Firm, other: Firm) -> bool:
    if one.town and other.town and one.town != other.town:
        return False
    return one.core == other.core or (len(one.core) >= 8 and sorted(one.core) == sorted(other.core))
