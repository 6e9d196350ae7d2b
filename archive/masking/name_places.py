"""What looks like a name and is none of a person: streets, schools, firms and prizes that are named after somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.masking.listed_names import NameToken
from archive.masking.name_words import any_of, given_names, given_of, is_sure, is_titled

_BEFORE_PLACE = re.compile(f"(?:{any_of('places')})[a-z]*|{any_of('whole_places')}")
_BETWEEN = re.compile(r"[ \n„“”\"»«'_-]*(?:(?i:dr|др|prof|проф|mr|мр|sv|св)\. ?)?[ \n„“”\"»«'_-]*")
"""Between the word of a place and a name. A number or a full stop ends what is called."""

_NUMBERED = r",? ?(?:br\.?|nr\.?|broj|бр\.?|број) ?"
_SURE_HOUSE = re.compile(
    rf"{_NUMBERED}[0-9]{{1,4}}(?![0-9-])|,? ?[0-9]{{1,3}}[a-z]?, [0-9]{{5}}(?![0-9])", re.IGNORECASE
)
_HOUSE = re.compile(
    rf"(?:{_NUMBERED}|,? ?)[1-9][0-9]{{0,2}}[a-zа-ш]?(?![0-9:]|[.,][0-9])(?-i:(?!\. [a-zа-ш]))(?!\w|-[0-9]{{3}})"
    r"|,? ?(?:bb|бб)\b",
    re.IGNORECASE,
)
_SUM = re.compile(" [0-9.]+,[0-9]{2}")
_AND_SONS = r"(?: (?:i|и|&|and) (?:[^\W\d_][\w-]*))?"
_LEGAL = r"(?:d\. ?o\. ?o|doo\b|a\. ?d\.|ad\b|д\. ?о\. ?о|доо\b|а\. ?д\.|llc\b|ltd\b|gmbh\b|kft\b|inc\b|sons\b)"
_FIRM = rf"[“”\"»]?,? ?(?<!\w){_LEGAL}"
_OF_FIRM = re.compile(rf"{_AND_SONS}{_FIRM}", re.IGNORECASE)
_CALLED_FIRM = re.compile(rf"(?: (?:[^\W\d_][\w-]*|&)){{0,2}}{_FIRM}", re.IGNORECASE)
_CALLED_STREET = re.compile(
    r" (?:utca|tér|út|street|road|avenue|ulica|sokak|trg|put|park|kej|venac|vijenac|prilaz|bulevar|spomenik"
    r"|споменик|венац|булевар|трг|пут|парк|кеј|улица"
    r"|museum|foundation|temple|airport|school|university|radio|film|iskola)(?!\w)",
    re.IGNORECASE,
)
_POST_CODE = re.compile(r"(?<![0-9])[0-9]{5} {1,2}$")

_QUOTED = re.compile(
    r"„([^„“”\"\n]{2,60})[“”\"]|\"([^\"\n]{2,60})\"|“([^“”\n]{2,60})”"
    r"|»([^»«\n]{2,60})«|«([^«»\n]{2,60})»|‘([^‘’\n]{2,60})’"
)
_SAID = re.compile(r"(?:potpis|потпис|zvan|зван|nadim|надим|ime|име|alias|tzv|тзв)\w*\.?[: ]{1,3}$", re.IGNORECASE)
_LOWER_WORD = re.compile(r"(?<!\w)[^\W\d_A-Z]{2,}")
_MOST_LOWER = 1
"""Lower-case words in a quoted name of a firm; more are a quoted sentence."""


def quoted_titles(text: str) -> Iterator[tuple[int, int]]:
    """Yield names of firms, schools and prizes in quotation marks; not what somebody said, and no nickname."""
    for found in _QUOTED.finditer(text):
        words = found[found.lastindex or 0]
        lower = [word for word in _LOWER_WORD.findall(words) if word[0].islower()]
        if len(lower) <= _MOST_LOWER and not _SAID.search(text[max(0, found.start() - 20) : found.start()]):
            yield found.span()


def is_place_word(token: NameToken) -> bool:
    """Return whether a word is that of a street, school or firm."""
    return _BEFORE_PLACE.fullmatch(token.form) is not None and not (given_of(token.form) or is_titled(token))


def goes_on_with_places(text: str, tokens: Sequence[NameToken], at: int, end: int, placed: int) -> bool:
    """Return whether an apparent name in the genitive stands in a list after one of a street, which ends at offset
    ``placed``: Ulica Petra Kočića, Vuka Karadžića i Jovana Cvijića."""
    listed = placed >= 0 and _LISTED.fullmatch(text, placed, tokens[at].begin)
    return bool(listed) and not _is_nominative(tokens[at], tokens[end - 1])


_LISTED = re.compile(r", | (?:i|и) ")


def is_place(text: str, tokens: Sequence[NameToken], at: int, end: int) -> bool:
    """Return whether an apparent name of tokens ``at`` to before ``end`` is that of a street, school or firm. Street
    names are in the genitive."""
    last = tokens[end - 1].end
    firm = _CALLED_FIRM if end == at + 1 else _OF_FIRM
    if _CALLED_STREET.match(text, last) or firm.match(text, last) or _SURE_HOUSE.match(text, last):
        return True
    if _POST_CODE.search(text, max(0, tokens[at].begin - 8), tokens[at].begin):
        return True
    return is_street(text, tokens, at, end) or _is_called(text, tokens, at)


def is_street(text: str, tokens: Sequence[NameToken], at: int, end: int) -> bool:
    """Return whether the number of a house stands after an apparent name that is not in the nominative."""
    last = tokens[end - 1].end
    house = _HOUSE.match(text, last)
    if house is None or is_whole_row(text, tokens[at].begin, last) or _is_nominative(tokens[at], tokens[end - 1]):
        return False
    return is_oblique(tokens[end - 1]) or _SUM.match(text, house.end()) is None


def _is_nominative(given: NameToken, surname: NameToken) -> bool:
    """Return whether a name is in the nominative. "Sime" may be of Sima; the surname decides."""
    first, last = given.form, surname.form
    if is_oblique(surname):
        return False
    if is_sure(given) and last in given_names():
        # The surname first.
        return not is_oblique(given)
    others = {first[:-1] + ending for ending in ("", "a", "o", "e")} - {first}
    if first.endswith("ra"):
        others.add(f"{first[:-2]}ar")
    is_told = first[-1] not in _VOWELS or last[-1] not in _VOWELS or given_names().isdisjoint(others)
    return first in given_names() and is_told


def is_whole_row(text: str, begin: int, end: int) -> bool:
    """Return whether the number of a row stands before a place of a text, and the next number after it."""
    row = ROW.search(text, max(0, begin - _LONGEST_ROW), begin)
    return (
        row is not None and re.match(rf"[.,;]? {int(row[1]) + 1}(?![0-9])", text[end : end + _LONGEST_ROW]) is not None
    )


ROW = re.compile(r"(?<![\w.,/-])([0-9]{1,3})[.)]? $")
_LONGEST_ROW = 6


def is_oblique(token: NameToken) -> bool:
    """Return whether a surname is certainly in another case than the nominative."""
    return _OBLIQUE.search(token.text) is not None


_VOWELS = "aeiou"
_OBLIQUE = re.compile("[ćћ](?:a|u|em|а|у|ем)$", re.IGNORECASE)


def _is_called(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether the word of a place stands before a name, or one word further."""
    right = tokens[at].begin
    for number in range(at - 1, max(-1, at - 3), -1):
        gap = text[tokens[number].end : right]
        if not _BETWEEN.fullmatch(gap.removeprefix(".") if len(tokens[number].form) < _SHORTEST_TITLE else gap):
            return False
        if is_place_word(tokens[number]) and not (number < at - 1 and tokens[number].form.startswith("adres")):
            # The headmistress of a school, and her name; a school teacher.
            is_attribute = number < at - 1 and _ATTRIBUTE.fullmatch(tokens[number].form) and is_titled(tokens[at - 1])
            is_head = number and text[tokens[number - 1].end : tokens[number].begin] == " "
            return not (is_attribute or (is_head and is_titled(tokens[number - 1])))
        if len(tokens[number].form) < _SHORTEST_TITLE and tokens[number].form not in _DOCTORS:
            return False
        right = tokens[number].begin
    return False


_ATTRIBUTE = re.compile(r"[a-z]+[sc]k(?:i|a|o|e|u|og|om|im|ih|oj)")
_DOCTORS = frozenset(["dr", "mr", "sv"])
_SHORTEST_TITLE = 4
"""Letters of a word between, such as "kralja" in "trg kralja Petra". Shorter ones are verbs and prepositions."""
