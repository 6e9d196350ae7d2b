"""The words of the index: what a leaf of a query stands for, and how common each is."""

from __future__ import annotations

from collections import Counter

from archive.search.engine import WordCount
from archive.search.query import Field, Leaf
from archive.search.whoosh_engine.question import Question
from archive.text.vocabulary import Writing


def word_counts(question: Question, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
    """The words that a leaf of the pages stands for, those in most documents first, then by spelling.

    :raises archive.errors.QueryTooBroad: they are too many.
    """
    counts: Counter[str] = Counter()
    writings: dict[str, Writing] = {}
    for view, numbers in zip(question.snapshot.views, question.numbers(leaf), strict=True):
        terms = view.leaf.terms
        for number, count in zip(numbers.tolist(), view.document_counts(Field.WORD, numbers).tolist(), strict=True):
            if count:
                word = terms.text(Field.WORD, number)
                counts[word] += count
                writings[word] = writings.get(word, Writing(0)) | Writing(terms.writing(number))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(WordCount(word, writings[word], count) for word, count in ranked[:limit])
