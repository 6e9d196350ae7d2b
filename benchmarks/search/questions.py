"""The queries, chosen from the corpus by how many pages match."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from archive.text.forms import word_form
from benchmarks.search.analysis import Analysis
from benchmarks.search.corpus import FIRST_YEAR, MUNICIPALITIES, YEARS
from benchmarks.search.feed import Question, without_punctuation
from benchmarks.search.words import PHRASES

PER_GROUP = 20
_MANY = 200


def write_questions(path: Path, analysis: Analysis) -> None:
    """Choose the queries and write them."""
    questions = [_with_spellings(question, analysis) for question in choose(analysis)]
    path.write_text(json.dumps([asdict(question) for question in questions], ensure_ascii=False), encoding="utf-8")


def choose(analysis: Analysis) -> list[Question]:
    """Return twenty queries of each group and sixty phrases; deterministic for a corpus."""
    dice = random.Random(5)
    stems = {name: _between(analysis, low, high) for name, (low, high) in _BANDS.items()}
    rare = _between(analysis, 5 / analysis.pages, 20 / analysis.pages)
    words = {"rare word": rare, "1 % word": stems["1 %"], "20 % word": stems["20 %"]}
    questions = [
        Question(group, "word", stems=[stem])
        for group, choices in words.items()
        for stem in dice.sample(choices, min(PER_GROUP, len(choices)))
    ]
    questions += [
        Question("20 % word, as typed", "typed", stems=[stem], forms=[_commonest_form(stem, analysis)])
        for stem in dice.sample(stems["20 %"], min(PER_GROUP, len(stems["20 %"])))
    ]
    questions += [
        replace(question, group="20 % word, two filters", filters=_filters(dice))
        for question in questions
        if question.group == "20 % word"
    ]
    for _ in range(PER_GROUP):
        questions.append(Question("AND", "and", stems=[dice.choice(stems["5 %"]), dice.choice(stems["20 %"])]))
        questions.append(Question("OR", "or", stems=dice.sample(stems["1 %"], 2) + dice.sample(stems["5 %"], 1)))
    questions += [Question("phrase", "phrase", forms=phrase) for phrase in _phrases(analysis, dice)]
    forms = [form for form, pages in sorted(analysis.forms.items()) if pages >= _MANY // 4 and form.isalpha()]
    long_forms = [form for form in forms if len(form) >= 8]
    for form in dice.sample(long_forms, PER_GROUP):
        questions.append(Question("prefix", "prefix", forms=[form[:5]]))
        questions.append(Question("wildcard inside", "inside", forms=[form[2:7]]))
        questions.append(Question("fuzzy, one edit", "fuzzy", forms=[form]))
    return questions


_BANDS = {"1 %": (0.008, 0.012), "5 %": (0.04, 0.06), "20 %": (0.15, 0.25)}


def _between(analysis: Analysis, low: float, high: float) -> list[str]:
    pages = analysis.pages
    return sorted(
        stem
        for stem, count in analysis.stems.items()
        if low * pages <= count <= high * pages and stem.isalpha() and stem not in analysis.ambiguous
    )


def _filters(dice: random.Random) -> dict[str, list[str]]:
    first = dice.randrange(FIRST_YEAR, FIRST_YEAR + YEARS - 3)
    return {
        "municipality": [MUNICIPALITIES[dice.randrange(20)]],
        "year": [str(year) for year in range(first, first + 4)],
    }


def _phrases(analysis: Analysis, dice: random.Random) -> list[list[str]]:
    """Return phrases that occur on many pages, and random word trigrams, which may have frequent words."""
    chosen = [[word_form(word) for word in phrase] for phrase in dice.sample(PHRASES, PER_GROUP)]
    while len(chosen) < 3 * PER_GROUP:
        words = dice.choice(analysis.sampled).split()
        at = dice.randrange(len(words) - 3)
        if all(word.isalpha() for word in words[at : at + 3]):
            chosen.append(words[at : at + 3])
    return chosen


def _commonest_form(stem: str, analysis: Analysis) -> str:
    forms = {form for form, of_form in analysis.spellings.values() if of_form == stem}
    return max(sorted(forms), key=lambda form: analysis.forms[form])


def _with_spellings(question: Question, analysis: Analysis) -> Question:
    """Return the query with the matching words as written in the corpus."""
    stems, forms = frozenset(question.stems), frozenset(question.forms)
    if question.kind == "phrase":
        of_form = {asked: [word for word, (form, _) in analysis.spellings.items() if form == asked] for asked in forms}
        return replace(question, spellings=[_compared(of_form[asked]) for asked in question.forms])
    if question.kind in ("prefix", "inside"):
        pattern = re.compile(("" if question.kind == "inside" else "^") + re.escape(question.forms[0]))
        found = [word for word, (form, _) in analysis.spellings.items() if pattern.search(form)]
    elif question.kind == "fuzzy":
        found = [word for word, (form, _) in analysis.spellings.items() if _is_near(form, question.forms[0])]
    else:
        found = [word for word, (form, stem) in analysis.spellings.items() if stem in stems or form in forms]
    return replace(question, spellings=[_compared(found)])


def _compared(words: Iterable[str]) -> list[str]:
    return sorted(set(map(without_punctuation, words)))


def _is_near(word: str, other: str) -> bool:
    """Return whether two words differ by at most one edit or one transposition."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    word, other = word[start:], other[start:]
    swapped = word[1:2] + word[:1] + word[2:]
    return word[1:] == other[1:] or word[1:] == other or word == other[1:] or swapped == other
