"""Extraction of actor and act for a date, from the sentence around it.

There is no grammatical parsing. The act is a verb of ``acts.txt`` between the same commas as the date, or a paper of
``papers.txt`` right before it ("odlukom broj 343/19 od …"). The actor is the nearest name or role in the nominative, or
in the genitive after the paper. What is not found is None; the sentence is always given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from archive.model import Break, Words
from archive.text.folding import fold
from archive.text.forms import word_form

MOST_AROUND = 60
"""Most words of a sentence on each side of a date."""

MOST_ACT = 14
"""Most words of an act."""

_REACH = 14
"""Most words between a paper and the date after it."""

_ABBREVIATED = re.compile(
    r"(?:br|cl|st|tac|ul|dr|sl|god|mr|prof|ing|dipl|tzv|al|odn|sluzb|no|art|sec|inc|co|ltd|[a-z])\."
)
_ENDS = (".", "!", "?", ";", ":")
_CLOSED = re.compile(r"[,;:()]$")
_NUMBER = re.compile(r"(?:br(?:oj)?\.?:?|no\.?|pod|zaveden\w*)$")


@dataclass(frozen=True, slots=True)
class Act:
    """Actor and act as words of the text; None if unknown. ``first`` and ``last`` are the indices of the first and the
    last word of the sentence."""

    first: int
    last: int
    who: str | None
    what: str | None


def act(words: Words, first: int, last: int, names: Iterable[tuple[int, int]] = ()) -> Act:
    """Return actor and act for the date at the indices ``first`` to ``last``.

    :param names: the first and last indices of known names (firms, buyers) among the words.
    """
    begin, end = _sentence(words, first, last)
    said = _Sentence(words.texts, begin, end, first, last, tuple(names))
    paper, verb = said.paper(), said.verb()
    if paper is not None and verb is not None and said.is_by_paper(paper):
        return Act(begin, end, said.text(said.behind(paper) or said.subject(verb)), said.deed(verb))
    if paper is not None and (verb is None or not said.binds(verb)):
        return Act(begin, end, said.text(said.behind(paper) or said.beside(paper)), said.cut(paper, first - 1))
    if verb is not None:
        return Act(begin, end, said.between(verb) or said.text(said.agent() or said.subject(verb)), said.deed(verb))
    line = first
    while line > begin and words.breaks[line] == Break.SPACE and first - line < MOST_ACT:
        line -= 1
    return Act(begin, end, said.text(said.before()), said.cut(line, first - 1) if line < first else None)


def _sentence(words: Words, first: int, last: int) -> tuple[int, int]:
    begin = first
    while begin > max(0, first - MOST_AROUND) and not _is_end(words, begin - 1):
        begin -= 1
    end = last
    while end < min(len(words) - 1, last + MOST_AROUND) and not _is_end(words, end):
        end += 1
    return begin, end


def _is_end(words: Words, at: int) -> bool:
    """Return whether a word ends a sentence."""
    if at + 1 >= len(words.texts) or words.breaks[at + 1] == Break.BLOCK:
        return True
    text, after = words.texts[at], words.texts[at + 1]
    if not text.endswith(_ENDS):
        return False
    if text.endswith((";", "!", "?")):
        return True
    begins_line = words.breaks[at + 1] == Break.LINE
    if text.endswith(":"):
        return begins_line
    is_number = text.rstrip(".")[-1:].isdigit()
    return after[:1].isupper() and not _ABBREVIATED.fullmatch(fold(text)) and (not is_number or begins_line)


@dataclass(frozen=True, slots=True, order=True)
class _Actor:
    first: int
    last: int
    is_genitive: bool
    is_known: bool = False


class _Sentence:
    """The words around a date, with the names among them."""

    def __init__(
        self, texts: Sequence[str], begin: int, end: int, first: int, last: int, names: Sequence[tuple[int, int]]
    ) -> None:
        self._texts, self._begin, self._end, self._first, self._last = texts, begin, end, first, last
        self._forms = {at: word_form(texts[at]) for at in range(begin, end + 1)}
        self._actors = sorted(self._found(names))

    def _found(self, names: Sequence[tuple[int, int]]) -> Iterator[_Actor]:
        """Yield names and roles, each with the words that belong to it."""
        taken = set[int]()
        for first, last in names:
            if self._begin <= first and last <= self._end and taken.isdisjoint(range(first, last + 1)):
                taken.update(range(first, last + 1))
                yield _Actor(first, last, is_genitive=False, is_known=True)
        for at, form in self._forms.items():
            if at in taken or form not in _roles() or (form == "strane" and self._forms.get(at - 1) == "od"):
                continue
            last = at
            while last < min(self._end, at + 9) and self._goes_on(last, at):
                last += 1
            first = at
            while first > self._begin and first - 1 not in taken and self._is_name(first - 1):
                first -= 1
            taken.update(range(first, last + 1))
            yield _Actor(first, last, _roles()[form])

    def _goes_on(self, at: int, role: int) -> bool:
        """Return whether the next word belongs to the name of a role: a name, or its purpose."""
        text, form = self._texts[at + 1], self._forms[at + 1]
        if _CLOSED.search(self._texts[at]) or _is_verb(form) or at + 1 == self._first:
            return False
        is_for = any(self._forms[one] == "za" for one in range(role, at + 1))
        return text[:1].isupper() or text[:1] in '„“"' or form in _GOES_ON or (is_for and form not in _STOPS)

    def _is_name(self, at: int) -> bool:
        text = self._texts[at]
        is_paper = _is_paper(self._forms[at])
        return text[:1].isupper() and not text.endswith((*_ENDS, ",")) and not is_paper

    def verb(self) -> int | None:
        """Return the verb between the commas around the date, preferably one with an actor after it; else the nearest.

        Attributive participles ("na sednici održanoj 5. marta izabrala je") count only if there is no other.
        """
        left, right = self._segment()
        every = [at for at in range(self._begin, self._end + 1) if self._is_act(at)]
        every = [at for at in every if not _ATTRIBUTE.search(self._forms[at])] or every
        near = [at for at in every if left <= at <= right]
        for at in near:
            if at > self._last and any(self._last < one.first < at and not one.is_genitive for one in self._actors):
                return at
        return min(
            near or every, key=lambda at: self._first - at if at < self._first else at - self._last, default=None
        )

    def _is_act(self, at: int) -> bool:
        return not self._first <= at <= self._last and _is_verb(self._forms[at])

    def _segment(self) -> tuple[int, int]:
        """Return the range of words between the commas around the date."""
        left, right = self._first, self._last
        while left > self._begin and not _CLOSED.search(self._texts[left - 1]):
            left -= 1
        while right < self._end and not _CLOSED.search(self._texts[right]):
            right += 1
        return left, right

    def paper(self) -> int | None:
        """Return the index of the paper to which the date belongs, without a break between them: of several, the
        outermost."""
        found = None
        before = self._forms.get(self._first - 1, "")
        if before not in _BEFORE and not before[-1:].isdigit():
            return None
        for at in range(self._first - 1, max(self._begin, self._first - _REACH) - 1, -1):
            is_number = _NUMBER.search(fold(self._texts[at]))
            if _is_verb(self._forms[at]) or (_CLOSED.search(self._texts[at]) and not is_number):
                break
            if _is_paper(self._forms[at]):
                found = at
        return found

    def is_by_paper(self, paper: int) -> bool:
        """Return whether a paper is in the instrumental, as the means: "odlukom broj 343/19"."""
        return self._forms[paper].endswith(("om", "em", "ima"))

    def behind(self, paper: int) -> _Actor | None:
        """Return the actor in the genitive right after a paper."""
        near = (one for one in self._actors if one.is_genitive and paper < one.first <= paper + 2)
        return next(near, None)

    def beside(self, paper: int) -> _Actor | None:
        """Return the name right before a paper: "DOO Zenica, ponuda broj 465/20 od"."""
        return next((one for one in self._actors if one.is_known and paper - 2 <= one.last < paper), None)

    def before(self) -> _Actor | None:
        """Return the last actor before the date."""
        return next((one for one in reversed(self._actors) if one.last < self._first and not one.is_genitive), None)

    def binds(self, verb: int) -> bool:
        """Return whether the date belongs to a verb and not to a paper: it is adjacent, or has an actor of its own
        after it."""
        if verb == self._first - 1 or (
            self._last < verb <= self._last + 2 and not _CLOSED.search(self._texts[self._last])
        ):
            return True
        if {"osnovu", "skladu"}.intersection(self._forms[at] for at in range(self._begin, self._first)):
            return False
        left, right = self._segment()
        own = any(self._last < one.first < verb and not one.is_genitive for one in self._actors)
        return left <= verb <= right and own

    def agent(self) -> _Actor | None:
        """Return the agent of a passive: "od strane Komisije"."""
        for at in range(self._begin + 1, self._end):
            if self._forms[at] == "strane" and self._forms[at - 1] == "od":
                return next((one for one in self._actors if one.first == at + 1), None)
        return None

    def between(self, verb: int) -> str | None:
        """Return the parties of an agreement: "između A i B, zaključenog"."""
        starts = [at for at in range(self._begin, verb) if self._forms[at] == "izmedu"]
        if not starts or verb - starts[-1] > _BETWEEN:
            return None
        return self.cut(starts[-1] + 1, verb - 1, _BETWEEN)

    def subject(self, verb: int) -> _Actor | None:
        """Return the subject of a verb: the nearest actor in the nominative before it, else one right after it. None
        for a passive."""
        if self._is_passive(verb):
            return None
        able = [one for one in self._actors if not one.is_genitive]
        before = next((one for one in reversed(able) if one.last < verb), None)
        return before or next((one for one in able if verb < one.first <= verb + 2), None)

    def _is_passive(self, verb: int) -> bool:
        around = range(max(self._begin, verb - 3), min(self._end, verb + 2) + 1)
        return bool(_PASSIVE.search(self._forms[verb])) or any(self._forms[at] == "se" for at in around)

    def deed(self, verb: int) -> str:
        """Return a verb with its complements, without the date and the actor."""
        start, stop = verb, verb
        while stop < self._end and stop - verb < MOST_ACT and not re.search(r"[,;.]$", self._texts[stop]):
            stop += 1
        who = self.subject(verb)
        most = max(self._begin, verb - MOST_ACT)
        least = max(most, who.last + 1) if who and who.last < verb else most
        while start > least and not _CLOSED.search(self._texts[start - 1]) and start - 1 != self._last:
            start -= 1
        shown = [self._texts[at] for at in range(start, stop + 1) if not self._first <= at <= self._last]
        return " ".join(shown).strip(" ,;.")

    def cut(self, first: int, last: int, most: int = MOST_ACT) -> str:
        """Return a range of words of the sentence, shortened."""
        return " ".join(self._texts[first : last + 1][:most]).strip(" ,;:.")

    def text(self, one: _Actor | None) -> str | None:
        """Return a name or role as printed."""
        if one is None:
            return None
        last = one.last
        while last > one.first and self._forms[last] in _GOES_ON - {"skole", "vlasti", "nabavke", "nabavku"}:
            last -= 1
        return " ".join(self._texts[one.first : last + 1]).strip(" ,;:.()") or None


_PASSIVE = re.compile(r"(?:[eaj]n(?:a|o|i|e|og|oj|om|im|ih|u)?|[uea]t(?:a|o|e|og|oj|om|im|ih|u)?)$")
"""Endings of a passive participle; an infinitive ends in -ti."""

_ATTRIBUTE = re.compile(r"(?:[eaj]n|[uea]t)(?:og|oj|om|im|ih|u)$")
"""Endings of an attributive participle after a noun."""


_ADJECTIVE = re.compile(r"(?:e?n|an)(?:a|o|i|e|og|oj|om|im|ih|u)?")
"""Suffixes that turn the stem of a noun into an adjective."""

_GOES_ON = frozenset({"za", "i", "javne", "javnu", "nabavke", "nabavku", "skole", "vlasti", "na"})
_STOPS = frozenset(
    {"u", "na", "od", "do", "po", "iz", "je", "su", "ce", "se", "sa", "o", "koja", "koje", "koji", "period"}
)
_BEFORE = frozenset({"od", "dana", "dated", "of", "date"})
_BETWEEN = 30
"""Most words that name the parties of an agreement."""


def _is_paper(form: str) -> bool:
    """Return whether a word is a paper, and not a derived word (ugovoreno, ugovorne strane)."""
    stem = next((one for one in _lines("papers.txt") if form.startswith(one)), None)
    return stem is not None and not _ADJECTIVE.fullmatch(form.removeprefix(stem))


def _is_verb(form: str) -> bool:
    return form.startswith(_lines("acts.txt")) and not form.endswith(("nje", "nja", "nju", "njem", "anja", "enju"))


@cache
def _lines(name: str) -> tuple[str, ...]:
    text = files("archive.chronology").joinpath(name).read_text(encoding="utf-8")
    return tuple(fold(word) for line in text.splitlines() for word in line.partition("#")[0].split())


@cache
def _roles() -> Mapping[str, bool]:
    """Return roles, each with whether it is in the genitive."""
    roles: dict[str, bool] = {}
    text = files("archive.chronology").joinpath("actors.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        nominative, _, genitive = (fold(part.strip()) for part in line.partition("#")[0].partition("="))
        if genitive:
            roles[genitive] = True
        if nominative:
            roles[nominative] = False
    return roles
