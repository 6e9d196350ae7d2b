"""Phone numbers and mail addresses in texts in plain Latin letters (:mod:`archive.masking.places`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.masking.numbers import DIGIT

_PHONE_LABEL = re.compile(
    r"(?<!\w)(?:tel(?:efon[a-z]*|efaks[a-z]*|efax[a-z]*)?|fa(?:x|ks)[a-z]*|mob(?:il[a-z]*)?|gsm|phone|ph|cell|viber"
    r"|centrala|lokal|kontakt|fiksni|[tfm](?=: ?[+(0]))(?!\w)",
    re.IGNORECASE,
)
_SIGNS = r"[ ./()\-\\]{0,3}"
_AFTER_PHONE = re.compile(
    rf"(?: ?[0-9] ?[:.)])?[^0-9+(]{{0,30}}?(?<!\w)(\(?\+?{DIGIT}(?:{_SIGNS}{DIGIT}){{4,14}})(?!\w)"
)
_AND_PHONE = re.compile(
    r"(?: ?[,;/|] ?|[ .]| ?- ?)(?:(?:i|ili|fa(?:x|ks)\w*|tel\w*|mob\w*|lok\w*|kuc\w*|posao|poslovni|fiksni"
    r"|privatni)[ .:/]{1,3}){0,2}"
    r"(\(?\+?[0-9](?:[ ./()-]{0,3}[0-9]){4,13})(?!\w)(?!,[0-9]{2}(?![0-9]))"
)
_FOREIGN = re.compile(r"(?<![\w+])(?:\+ ?[1-9]|\(\+[1-9])(?:[ ./()-]{0,3}[0-9]){7,14}(?![0-9])")
_GROUP = (
    r"(?:\(0[1-9][0-9]{1,2}\) ?|0[1-9][0-9]{1,2} ?/ ?|06[0-9] ?[:*.|,=_] ?|0[1-9][0-9]\.(?=[0-9]{3}\.[0-9]{2})"
    r"|0(?:[1-5][0-9]|6[0-9]{1,2}|9[1-9]|[237]?[23789]0|800|700)(?: ?[/\\] ?| ?- ?| ))"
)
_NUMBER = r"(?:[0-9]{1,4}(?:[ ./_-]{1,3}[0-9]{2,4}){1,3}(?:-[0-9])?|[0-9]{5,8})"
_NATIONAL = re.compile(rf"(?<![\w/,-])(?<![0-9]\.){_GROUP}{_NUMBER}(?![0-9])(?![/-][0-9])(?!,[0-9]{{2}})")
_APART = re.compile(r"(?<![\w/.,-])0 [1-9] [0-9](?: ?[/-] ?| )[0-9](?:(?: ?[/-] ?| )[0-9]){4,6}(?![\w/-])")
"""Each digit alone."""

_EXTENSION = re.compile(r",? ?\(?(?:x|ext\.?|lok(?:al)?\.?|pripojak|mellek) ?:? ?[0-9]{1,5}(?![0-9])", re.IGNORECASE)
_MOBILE = re.compile(r"(?<![\w/.,-])(?:06[0-9]{7,8}|00(?:38[1-9]|[1-79][0-9])[0-9]{7,10})(?![\w/-])")
_UNSIGNED = re.compile(
    r"(?<![\w+/.,-])(?:00[1-9][0-9]{0,2}(?: ?[ /] ?\(?|\()|38[1-79](?: ?[ /-] ?\(?|\())(?:0\) ?)?"
    r"[0-9]{1,3}(?:[ /.)-]{1,2}[0-9]{2,8}){1,4}(?![0-9])"
)
"""A country code without its sign."""

_AMERICAN = re.compile(
    r"(?<![\w/.-])(?:\+?1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[0-9]{3}[ .-][0-9]{4}(?![\w-])"
)
_SPACED = re.compile(
    r"(?<![\w/.,-])(?:(?:\(0[2-8]\)|0[2-8]) [0-9]{4} [0-9]{4}|(?:1[38]00|0[0-9]{2,4}) [0-9]{3} [0-9]{3,4}"
    r"|0[1-9](?: [0-9]{2}){4}|06 [1-9][0-9]? [0-9]{3} [0-9]{3,4})(?![\w-])(?!,[0-9])"
)
"""Groups with spaces between, as in many countries."""

_DATE = re.compile(r"[0-3]?[0-9]\. ?[01]?[0-9]\. ?(?:19|20)[0-9]{2}")
_LEAST_DIGITS, _LEAST_UNLABELLED, _MOST_DIGITS, _MOST_FOREIGN = 5, 8, 12, 15


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Yield phone numbers: with the code of a country or network, or after a label; including lists."""
    listed: set[tuple[int, int]] = set()
    for label in _PHONE_LABEL.finditer(text):
        if number := _AFTER_PHONE.match(text, label.end()):
            yield from _and_more(text, *number.span(1), listed)
    for pattern in (_FOREIGN, _UNSIGNED, _NATIONAL, _APART, _MOBILE, _AMERICAN, _SPACED):
        for found in pattern.finditer(text):
            digits = sum(map(str.isdigit, found[0]))
            if _LEAST_UNLABELLED <= digits <= _MOST_FOREIGN and not _is_of_paper(text, *found.span()):
                yield from _and_more(text, *found.span(), listed)


def _and_more(text: str, begin: int, end: int, listed: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield a phone number and those that are listed after it, up to one that was ``listed``."""
    while (begin, end) not in listed and (size := _size(text[begin:end])):
        listed.add((begin, end))
        extension = _EXTENSION.match(text, begin + size)
        last = extension.end() if extension else begin + size
        yield begin, last
        more = _AND_PHONE.match(text, last)
        if more is None:
            return
        begin, end = more.span(1)


def _is_of_paper(text: str, begin: int, end: int) -> bool:
    """Return whether a number is the reference number of a paper: 031-404-2020, 064-211/21, or "br. 065-2023-41"."""
    printed = text[begin:end]
    if re.search(r"[+(\\]|^[0-9]+ ?/|^00[1-9]", printed):
        return False
    if re.search(r"[ -](?:19|20)[0-9]{2}(?:-|$)", printed) or ("/" in printed and "-" in printed.partition("/")[0]):
        return True
    return " " not in printed.replace(" - ", "-") and _is_named_paper(text[max(0, begin - _BEFORE_PAPER) : begin])


def _is_named_paper(before: str) -> bool:
    return _OF_PAPER.search(before) is not None and _CALLED.search(before) is None


_OF_PAPER = re.compile(
    r"(?:br(?:oj\w*)?|sifr\w*|reg|resenj\w*|rjesenj\w*|pravilnik\w*|evidencij\w*|zapisnik\w*|presud\w*|osud\w*|predmet\w*"
    r"|fakt\w*|racun\w*|ponud\w*|licenc\w*|no|ref|klasa|urbroj|ugovor\w*|klj\w*|sn|spis\w*|p|k|iks|odluk\w*)"
    r"[.:]? {0,2}(?:br(?:oj)?[.:]? ?)?$",
    re.IGNORECASE,
)
"""Words before a reference number."""

_BEFORE_PAPER = 30
_CALLED = re.compile(
    r"(?:tel|mob|fa(?:ks|x)|gsm|kontakt|pozv|pozov|zva[tl]|zove|jav[il]|viber)\w*[^0-9]{0,30}$", re.IGNORECASE
)


def _size(printed: str) -> int:
    """Return the number of characters that are a phone number; 0 if none."""
    most = _MOST_FOREIGN if printed.lstrip("(").startswith(("+", "00")) else _MOST_DIGITS
    digits = [at for at, letter in enumerate(printed) if letter.isdigit()]
    end = digits[most - 1] + 1 if len(digits) > most else len(printed)
    while end < len(printed) and printed[end].isdigit():
        end += 1
    is_phone = len(digits) >= _LEAST_DIGITS and not _DATE.search(printed[:end])
    return end if is_phone else 0


_TOP = "rs|srb|com|org|net|info|eu|me|ba|hr|mk|si|hu|ro|bg|gr|al|xk|de|at|ch|it|uk|fr|us|biz|co|edu|gov|tv|io"
_HOST = (
    r"\w[\w-]*(?:(?<=-) \w[\w-]*)?"
    r"(?:(?: ?\.|\. (?=[\w-]{2,30}\.)| ?[(\[](?:dot|tacka|tocka)[)\]] ?)[\w-]+){0,4}"
)
_MAIL = re.compile(
    rf"(?<![\w@])[\w.+-]{{0,60}}\w ?(?:@|[(\[{{] ?(?:at|et|majmun) ?[)\]}}]) ?{_HOST}(?:\. ?(?:{_TOP})(?!\w))?",
    re.IGNORECASE,
)
_MISREAD_MAIL = re.compile(
    rf"(?<![\w@])[\w.+-]{{0,60}}\w ?[©®] ?\w[\w-]*(?: ?\. ?[\w-]+){{0,3}}? ?[.,] ?(?:{_TOP})(?!\w)", re.IGNORECASE
)
_MAIL_LABEL = re.compile(
    r"(?<!\w)(?:e ?-? ?(?:mail|posta|mejl|adres)\w*|mail|elektronsk\w+ (?:post\w|adres\w+)|i?mejl\w*)(?!\w)",
    re.IGNORECASE,
)
_AFTER_MAIL = re.compile(
    r"[^\w]{0,6}(?:adres\w+|za \w+)?[^\w]{0,4}"
    rf"([\w.+-]{{1,60}}(?: ?[@©®.,-] ?[\w+-]+){{0,5}} ?[.,] ?(?:{_TOP}))(?!\w)",
    re.IGNORECASE,
)


def mails(text: str) -> Iterator[tuple[int, int]]:
    """Yield mail addresses; after a label also those with a misread @."""
    for pattern in (_MAIL, _MISREAD_MAIL):
        yield from (found.span() for found in pattern.finditer(text))
    for label in _MAIL_LABEL.finditer(text):
        if (found := _AFTER_MAIL.match(text, label.end())) and not found[1].lower().startswith(("www", "http")):
            yield found.span(1)
