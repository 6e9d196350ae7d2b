"""Test collections are read as their files say."""

from __future__ import annotations

from pathlib import Path

from benchmarks.collections import read_cisi
from benchmarks.ranking_quality import PLAIN, engine_ranker, fill, typed_ranker

ALL = """.I 1
.T
Catalogues of Libraries
.A
Author, A.
.W
    Rules of cataloguing are compared.
How titles are entered.
.X
1\t5\t1
.I 2
.T
Public Water
.W
Wells of the town
"""
QRY = ".I 1\n.W\nHow are titles\nentered?\n.I 2\n.W\nWho drinks?\n"
REL = "    1      1\t0\t0.000000\n"


def test_the_files_of_cisi_give_texts_questions_and_judgments(tmp_path: Path) -> None:
    (tmp_path / "CISI.ALL").write_text(ALL, encoding="utf-8")
    (tmp_path / "CISI.QRY").write_text(QRY, encoding="utf-8")
    (tmp_path / "CISI.REL").write_text(REL, encoding="utf-8")
    collection = read_cisi(tmp_path)
    assert collection.documents == {
        "1": ("Catalogues of Libraries Rules of cataloguing are compared. How titles are entered.",),
        "2": ("Public Water Wells of the town",),
    }
    assert collection.titles == {"1": "Catalogues of Libraries", "2": "Public Water"}
    assert collection.questions == ["How are titles entered?", "Who drinks?"]
    assert collection.relevant == [frozenset({"1"}), frozenset()]
    index = tmp_path / "index"
    fill(index, collection)
    question = collection.questions[0]
    assert list(engine_ranker(index, PLAIN, collection)(question)) == ["1"]
    assert list(typed_ranker(index, collection)(question)) == ["1"]
