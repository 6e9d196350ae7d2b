"""Generate a document record from a seed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from benchmarks.papers.dialects import in_dialect, in_script
from benchmarks.papers.grammar import Filled, Grammar
from benchmarks.papers.layout import Look, PrintedWord, Setter, furnished
from benchmarks.papers.marks import latin
from benchmarks.papers.noise import scanned
from benchmarks.papers.paper import Paper
from benchmarks.papers.truth import described, spans, texts, truth
from benchmarks.papers.world import make

_TWO_DOTS = re.compile("(?<!\\.)\\.([\ue000-\uf8ff]*)\\.(?![.\\w])")
_BEFORE_COMMA = re.compile("[ ,]+([\ue000-\uf8ff]*),")
STYLES = (("digital", 57), ("scan", 33), ("flowing", 10))


def paper_record(grammar: Grammar, family_name: str, seed: str) -> dict[str, Any]:
    """Return the record of a document of this family and seed."""
    random = Random(seed)
    family = grammar.families[family_name]
    country = random.choice(family.countries)
    world = make(random, country)
    paper = Paper(random, world, family)
    style = random.choices([name for name, _ in STYLES], [share for _, share in STYLES])[0]
    blocks = _written(grammar.paper(family_name, paper), paper, style)
    look = Look.drawn(random, blocks, style)
    if country == "us":
        look = replace(look, folio=look.folio.replace("Strana", "Page").replace("od", "of"))
    pages = furnished(Setter(look, random).set(blocks), look, _running(paper))
    printed = texts(spans(pages))
    if style == "scan":
        pages = scanned(pages, random, paper.hand.script)
    return {
        "id": seed,
        "family": family_name,
        "style": style,
        "country": country,
        "dialect": paper.hand.dialect,
        "script": paper.hand.script,
        "pages": [_page(page, look) for page in pages],
        "truth": truth(family, world, paper.marks, printed),
        "spans": described(spans(pages), printed, paper.marks),
    }


def _written(blocks: Sequence[Filled], paper: Paper, style: str) -> list[Filled]:
    """Return the blocks in the dialect and the script of the document."""
    hand, random = paper.hand, paper.random
    mixing = random.choice((0, 0, 0.003, 0.03)) if style != "scan" else 0.0

    def written(text: str) -> str:
        if hand.script == "Cyrl" and random.random() < 0.02:
            text = latin(text)
        text = _TWO_DOTS.sub(r".\1", _BEFORE_COMMA.sub(r"\1,", text))
        return in_script(in_dialect(text, hand.dialect), hand.script, random, mixing)

    return [replace(block, cells=tuple(map(written, block.cells))) for block in blocks]


def _running(paper: Paper) -> str:
    return in_script(in_dialect(paper.world.buyer.short, paper.hand.dialect), paper.hand.script, paper.random)


def _page(page: list[PrintedWord], look: Look) -> dict[str, Any]:
    """Return a page of a record.

    Boxes are fractions of the page, all zero on a flowing page; its first word begins a block.
    """
    rows: list[list[Any]] = []
    for at, word in enumerate(page):
        x0, y0, x1, y1 = word.box
        box = [x0 / look.width, y0 / look.height, x1 / look.width, y1 / look.height]
        edges = [0.0] * 4 if look.flowing else [round(min(max(edge, 0.0), 1.0), 4) for edge in box]
        broken = 0 if look.flowing and word.broken == 1 and rows else word.broken
        rows.append([word.text, *edges, 2 if at == 0 else broken])
    return {"words": rows, "width": look.width, "height": look.height}


def drawn_family(grammar: Grammar, random: Random) -> str:
    """Return a random family by weight."""
    families = list(grammar.families.values())
    return random.choices(families, [family.weight for family in families])[0].name
