"""The words of firms' names: legal forms, self-descriptions, quotes, towns; and the words that no name holds."""

from __future__ import annotations

import re
from functools import cache

from archive.text.folding import fold
from indexer.facts.phrases import compiled, phrase
from indexer.facts.text import DocumentText
from indexer.gazetteer import municipalities, table

QUOTES = '"“”„»«‟'
_TOKEN_OPENS = re.compile(rf"^\W*(?:[{QUOTES}]|,,|'')")
_TOKEN_CLOSES = re.compile(rf"\w\W*?(?:[{QUOTES}]|'')")


@cache
def legal_forms() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Legal forms in any print, those of two letters that need capitals, and the misread ones, over folded text."""
    entries = table("legal_forms")
    abbreviated = [fold(form) for form in entries["abbreviated"]]
    spread = {form: r"\W{0,2}".join(map(re.escape, re.findall(r"\w+", form))) for form in abbreviated}
    short = [form for form in abbreviated if len(re.sub(r"\W", "", form)) == 2]
    long = "|".join(spread[form] for form in abbreviated if form not in short)
    dotted = "|".join(r"\.\s?".join(form.split(".")) for form in short)
    spelled = "|".join(map(phrase, entries["spelled"]))
    misread = "|".join(map(re.escape, map(fold, entries["misread"])))
    capitals = "|".join(
        map(re.escape, (*map(fold, entries["in_capitals"]), *(form.replace(".", "") for form in short)))
    )
    return (
        re.compile(rf"(?:{long}|{dotted}|{spelled}|{misread})(?!\w)"),
        re.compile(rf"(?:{capitals})(?!\w)"),
        re.compile(misread),
    )


@cache
def words_of_names() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What no name holds, the words by which firms describe themselves, and the forms that stand before a name."""
    before = "|".join(re.escape(fold(form)) for form in table("legal_forms")["before"])
    return (
        compiled(table("roles")["name_stop"]),
        compiled(table("legal_forms")["descriptive"]),
        re.compile(rf"(?:{before})(?!\w)"),
    )


@cache
def _towns() -> frozenset[str]:
    """The folded words that names of municipalities are made of, in the nominative."""
    return frozenset(fold(word) for place in municipalities() for word in place.name.split())


def inside(text: DocumentText, word: int) -> int:
    """The offset of a word's first letter in the folded text."""
    offset = text.starts[word]
    end = end_of(text, word)
    while offset < end - 1 and not text.folded[offset].isalnum():
        offset += 1
    return offset


def form_at(text: DocumentText, word: int) -> int | None:
    """The last word of the legal form that begins in ``word`` (it may follow a closing quote there), or None."""
    token = text.folded[text.starts[word] : end_of(text, word)]
    quote = max((token.rfind(mark) for mark in QUOTES), default=-1)
    after_quote = 0 < quote < len(token) - 1 and token[quote + 1 :].strip(".,;:)") != ""
    offset = text.starts[word] + quote + 1 if after_quote else inside(text, word)
    forms, capitals, _ = legal_forms()
    match = forms.match(text.folded, offset)
    if match is None and (text.words[word].isupper() or (word and closes_quote(text.words[word - 1]))):
        match = capitals.match(text.folded, offset)
    return text.word_at(match.end() - 1) if match else None


def opens_quote(word: str) -> bool:
    """Whether a printed word begins with an opening quote, of whatever kind."""
    return _TOKEN_OPENS.match(word) is not None


def closes_quote(word: str) -> bool:
    """Whether a letter of a printed word is followed by a closing quote, of whatever kind."""
    return _TOKEN_CLOSES.search(word) is not None


def breaks_name(text: DocumentText, word: int) -> bool:
    """Whether a word cannot stand in a name: a number of a row, an amount, a quote that opens another cell."""
    printed = text.words[word]
    if printed[:1].isdigit():
        return text.begins_line(word) or len(printed) > 4 or not printed.isdigit()
    return not any(char.isalpha() for char in printed) and printed not in "-–—&+|"


def is_town(text: DocumentText, word: int) -> bool:
    """Whether a word is a capitalised word of a municipality's name."""
    return text.is_capitalised(word) and text.fold_of(word) in _towns()


def end_of(text: DocumentText, word: int) -> int:
    """The offset in the folded text after the last character of a word."""
    return text.starts[word + 1] - 1 if word + 1 < len(text.starts) else len(text.folded)
