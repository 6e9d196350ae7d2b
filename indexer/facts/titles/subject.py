"""The subject of a procurement: its name as printed, found by several patterns.

The name is in quotation marks, after a label or the number of the procedure, in the heading or the sentence of a
contract, or after "nabavka" and what is bought.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archive.model import Fact
from indexer.facts.calendar import month_names
from indexer.facts.firms import form_at
from indexer.facts.text import DocumentText, any_of, compiled
from indexer.gazetteer import kinds_with, table

PAGES = 3
"""The subject is stated on the first pages."""

MOST_WORDS = 40
"""A longer text is a description."""

LEAST_LETTERS = 4
"""A word up to this length may be an abbreviation, whose full stop ends no sentence."""

CPV_DIGITS = 8

_BEGUN = frozenset({"row", "cover", "after_number"})
"""Rules whose names begin with a capital, or follow the kind of goods: "dobra – kamere"."""

_GOODS_BEFORE = re.compile(r"\w\s?[–—:;-]\s$")
_PUBLIC = re.compile(r"javn[aeo] nabav")
_ITEM = re.compile(r"[ivx]+\.\d")

_PROCUREMENT = re.compile(
    r"\b(?:nabav|jn|404-|opstin\w*\suprav|gradsk\w*\suprav|opstina\s|grad\s|(?:predskolsk|javn)\w*\sustanov)"
)
"""A contract "o radu", "o poverljivosti" between others buys nothing."""

_YEAR = re.compile(r"(?:19|20)\d\d(?:[/-]\d{2,4})?")

_OPENING, _CLOSING = "„“”\"«»'‘", "”“\"«»'’"

_RULES = {
    "form": 0.95,
    "quoted": 0.93,
    "label": 0.9,
    "row": 0.9,
    "numbered": 0.88,
    "dash": 0.85,
    "cover": 0.85,
    "sentence": 0.85,
    "heading": 0.79,
    "after_number": 0.78,
    "before_number": 0.75,
    "bought": 0.7,
}
"""Confidence by rule, in order of precedence. A heading has the name in another case ("o nabavci kamera"): that of
another paper of the procedure comes first."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = table("subjects")
    goods = any_of((*words["kinds_of_goods"], *words["kinds_of_procedure"]))
    label, verbs, acts = any_of(words["labels"]), any_of(words["verbs"]), any_of(words["acts"])
    kind = rf"(?:{goods}\s?[:;,–—-]\s)?"
    more = rf"(?:,?\s(?:i\s)?{any_of(words['more_acts'])})*"
    # "radova na sanaciji krova" is about "sanaciji krova", but "radova na putevima" about works.
    no_place = r"(?!\sna\s(?!\w+(?:[jc]i|nju)\b))"
    kinds = rf"(?:\s{goods}{no_place})*(?:\sna(?=\s\w+(?:[jc]i|nju)\b))?"
    bought = rf"{any_of(words['bought'])}{no_place}{more}{kinds}\s"
    item = r"(?:(?:clan(?:ak)?\s)?(?:\d+\.|[ivx]+|[a-z])[\d.]*\)?\s){0,2}"
    ending = rf"(?:,?\s{any_of(words['labels_end'])})?"
    # A number of a procedure, of which one part has digits.
    number = r"(?:(?!clan)[a-z-]{1,6}\s)?(?:br(?:oj)?\.?\s)?[\w-]*\d[\w./-]*"
    procurement = r"\b(?:javn\w+\s)?nabav(?:k[aeu]|ci|[aeu])\b"
    contract = r"(?:ugovora?|okvirn\w+\ssporazum\w*|u\sg\so\sv\so\sr|o\sk\sv\si\sr\sn\si\ss\sp\so\sr\sa\sz\su\sm)"
    return {
        "form": re.compile(r"\bii\.?1(?:\.1)?\)?\s(?:naziv|title|\w+\s?:)\s?:?\s?(?=\w)"),
        "quoted": re.compile(
            rf"(?:{procurement}|\bpredmet\w*|\b{goods})(?:\s{goods})*(?:,?\s{number},?)?\s?[:–—-]?\s(?:(?=[{_OPENING}]\w)|,,(?=\w))"
        ),
        # A pattern that begins with a set of characters is tried at these alone.
        "label": re.compile(
            rf"[\n;,.(–—·](?:(?<=\n){item}|(?<!\n)\s?){label}{ending}\s?[:–—]\s?"
            rf"(?:{number},?\s(?:[–—]\s)?)?{kind}(?:\d{{1,3}}\.?\s)?(?=\S)"
        ),
        "row": re.compile(rf"(?<=\n){item}{any_of(words['rows'])}{ending}\s{kind}(?=\w)"),
        "numbered": re.compile(rf"(?:{procurement}|\bpostup\w+|\bjn\w*):?\s{number}\s?[–—]\s{kind}(?=\w)"),
        "dash": re.compile(rf"{procurement}(?:\s{goods})*(?:\s?[–—-]\s|:\x20|:\n(?![^\n]*[:,]\n))(?=\S)"),
        "cover": re.compile(
            rf"\n(?:konkursn\w+\sdokumentacij\w+(?:\n(?:za\s)?javn[au]\snabavk[au]\s{goods})?|javna\snabavka\s{goods})"
            r"(?:\s[–—-]?\s?otvoreni[^\n]*)?\n(?=\w)"
        ),
        "heading": re.compile(rf"\b{contract}(?:\s{number},?)?\s(?:o|za)\s(?:{acts}{more})?{kinds}\s?[–—-]?\s?(?=\w)"),
        "sentence": re.compile(
            rf"[\n:. (](?:(?:(?<=\n){item}|(?<=[:.])\s){label}(?:\s{number})?(?:\s{verbs})+|ciji\sje\spredmet|"
            r"predmet(?:\sugovora|\ssporazuma)?[.)]?\n(?:clan\s\d+\.\s)?|(?<=\n)\d\.\spredmet\.|kupac\skupuje)\s?(?=\w)"
        ),
        "after_number": re.compile(
            rf"(?:{procurement}:?\s{number}\n|(?:{procurement}|\bpostup\w+|\bjn\w*):?\s{number}(?:,\s|/\s?))(?=[a-z]{{3}})"
        ),
        "before_number": re.compile(rf"\n(?=(\w[^\n\d:]{{7,100}}?)\s?[,(–]\s?(?:postupak|jn\w*|nabavka)\s{number})"),
        "bought": re.compile(
            rf"\b(?:(?<!rok\s)za|o|od|postup\w+|povodom|predmet|dokumentacij\w+|izved\w+|izvod\w+)\s{bought}(?=\w)|"
            rf"\b(?:{contract}|ponud[aeu]?|postup\w+|ugovori|tender\w*|nadmetanj\w+|poziv\w*)\sza\s(?=\w)"
        ),
    }


@cache
def _dateline() -> re.Pattern[str]:
    """Return the pattern of the foot of a title page: "Vladičin Han, april 2031. godine"."""
    return re.compile(rf"(?:[^\W\d]+ ){{1,3}}(?:\d{{1,2}} )?{month_names()} (?:19|20)\d\d(?: godin\w*)?")


@cache
def _label() -> re.Pattern[str]:
    """Return the pattern of a label of several words, or of one before a colon."""
    labels = table("subjects")["labels"]
    return re.compile(rf"{any_of([one for one in labels if ' ' in one])}|{any_of(labels)}\s?:")


@cache
def _words(name: str) -> re.Pattern[str]:
    return compiled(table("subjects")[name])


def _is_any_of(bare: str, *names: str) -> bool:
    return any(_words(name).fullmatch(bare) for name in names)


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the subject of a procurement document or contract; [] if no rule matches."""
    if kind not in kinds_with("procurement_number") and kind not in kinds_with("contract"):
        return []
    is_procurement = kind not in kinds_with("contract") or _PROCUREMENT.search(text.folded) is not None
    for rule, confidence in _RULES.items():
        if rule in {"heading", "bought"} and not is_procurement:
            continue
        for first, last in _names(text, rule):
            value = text.quote(first, last).strip(f" ,;:.–—-{_OPENING}{_CLOSING}")
            return [text.fact("subject", value, (first, last), f"subject.{rule}", confidence)]
    return []


def _names(text: DocumentText, rule: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last word of each name that a rule finds."""
    for match in text.find(_patterns()[rule], 0, text.words_of_pages(PAGES)):
        first = min(_behind_kind(text, text.word_at(match.match.end())), len(text.words) - 1)
        is_of_goods = _GOODS_BEFORE.search(match.match[0]) or _words("kinds_of_goods").match(text.bare[first])
        if rule in _BEGUN and not (text.is_capitalised(first) or is_of_goods):
            continue
        if rule == "bought" and match.match[0].endswith("javne nabavke\n") and text.is_capitalised(first):
            # "službenik za javne nabavke", and a name
            continue
        last = (_closing if text.words[first][0] in _OPENING else _end)(text, first)
        if rule == "before_number" and last != text.word_at(match.match.end(1) - 1):
            continue
        if last is not None and _is_name(text, first, last):
            yield first, last


def _behind_kind(text: DocumentText, word: int) -> int:
    """Return the first word of a name without "javne nabavke usluga" before it."""
    if _PUBLIC.match(" ".join(text.bare[word : word + 2])) is None:
        return word
    word += 2
    while word + 1 < len(text.words) and _words("kinds_of_goods").fullmatch(text.bare[word]):
        if text.bare[word + 1] == "na":
            break
        word += 1
    return word


def _closing(text: DocumentText, first: int) -> int | None:
    """Return the word with the closing quotation mark, None if it is too far, or the name is that of a firm."""
    words = range(first, min(first + MOST_WORDS, len(text.words)))
    last = next((word for word in words if text.words[word].rstrip(".,;:)")[-1:] in _CLOSING), None)
    is_of_firm = last is not None and last + 1 < len(text.words) and form_at(text, last + 1) is not None
    return None if is_of_firm else last


def _end(text: DocumentText, first: int) -> int | None:
    """Return the last word of a name: the end of its sentence or line, or the word before other information."""
    is_open = False
    for word in range(first, min(first + MOST_WORDS, len(text.words))):
        printed = text.words[word]
        if word > first and not is_open and (_tells_other(text, word) or _begins_item(text, first, word)):
            return _trimmed(text, first, word - 1)
        is_open = (is_open or printed[0] in _OPENING) and printed.rstrip(".,;:)")[-1:] not in _CLOSING
        is_short = printed[:-1].isdigit() or len(printed) <= LEAST_LETTERS
        # "isporuka i ugradnja: kamere" goes on.
        if printed.endswith((";", ":")) and (printed[-1] == ";" or _is_name(text, first, word)):
            return word
        if printed.endswith(".") and not is_short:
            return word
    return None


def _tells_other(text: DocumentText, word: int) -> bool:
    bare, printed = text.fold_of(word), text.words[word]
    if printed[0] in "([":
        # 16 (šesnaest) kamera
        return not text.fold_of(word - 1).isdigit()
    is_cpv = bare[:CPV_DIGITS].isdigit() and len(bare) >= CPV_DIGITS
    return _words("stops").fullmatch(bare) is not None or is_cpv


def _begins_item(text: DocumentText, first: int, word: int) -> bool:
    """Return whether a word begins a line that is another item or label.

    Such a line begins with a number, a dash or, unless all is in capitals, with a capital.
    """
    printed = text.words[word]
    if not text.begins_line(word):
        return False
    if printed[0].isdigit() or printed[0] in "-–—•":
        return True
    is_in_capitals = text.quote(first, word - 1).isupper() and printed.isupper()
    # "ulica Kneza Miloša, Boška / Buhe"
    is_of_name = (
        text.continues_block(word) and word - 1 > first and text.is_capitalised(word - 1) and text.bare[word].isalpha()
    )
    return printed[0].isupper() and not (is_in_capitals or is_of_name)


def _trimmed(text: DocumentText, first: int, last: int) -> int:
    """Return the last word of a name that was cut; what only led to the next words is left out: function words,
    numbers that are no year, "na dve godine", ", dobra"."""
    while last > first:
        bare, before = text.fold_of(last), text.fold_of(last - 1)
        is_number = _words("numbers").fullmatch(bare) or not any(map(str.isalpha, bare))
        is_goods = text.words[last - 1].endswith(",") and _words("kinds_of_goods").fullmatch(bare)
        if re.match("godin|mesec", bare) and _words("numbers").fullmatch(before):
            last -= 2
        elif is_goods or _is_any_of(bare, "leading", "trailing") or (is_number and not _YEAR.fullmatch(bare)):
            last -= 1
        else:
            break
    return last


def _is_name(text: DocumentText, first: int, last: int) -> bool:
    bare = [text.fold_of(word) for word in range(first, last + 1)]
    if not bare[0][:1].isalpha() or _ITEM.match(bare[0]) or text.match(_label(), text.inside(first)):
        return False
    if _is_any_of(bare[0], "stops", "leading", "others") or _dateline().fullmatch(" ".join(bare)):
        return False
    if any(form_at(text, word) is not None for word in range(first, last + 1)):
        return False
    return any(len(word) >= LEAST_LETTERS and word.isalpha() and not _words("empty").fullmatch(word) for word in bare)
