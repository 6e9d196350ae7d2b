"""What sums and firms are among the others of their paper."""

from __future__ import annotations

from collections.abc import Callable

from archive.procedures.numbers import key
from indexer.facts.scoring import candidates, money, names, relations
from indexer.facts.scoring.candidates import Proposal
from indexer.facts.scoring.context import TextSurroundings

ContextOf = Callable[..., TextSurroundings]


def marked(context: TextSurroundings) -> tuple[dict[str, Proposal], dict[str, Proposal]]:
    """The sums and the firms of a paper, of which the first bid by a rule and the first sum is an estimate by one."""
    text = context.text
    sums = money.amounts(context, [])
    firms = names.firm_candidates(context, names.all_firms(context), {})
    role = text.fact("amount", sums[0].value, sums[0].mentions[0], "amount.label", 0.9, details={"role": "estimated"})
    sums[0].facts["amount"] = role
    firms[0].facts["bidder"] = text.fact("bidder", firms[0].value, firms[0].mentions[0], "bidder.list", 0.9)
    relations.mark(context, sums, firms)
    return {each.key.split()[0]: each for each in sums}, {each.value: each for each in firms}


def test_a_share_of_a_sum_and_the_firm_before_it(context_of: ContextOf) -> None:
    sums, firms = marked(
        context_of(
            "Procenjeno 9.000,00 dinara. Ponude: Vidozor d.o.o. 8.000,00 dinara; Zvonolik d.o.o. 7.500,00 dinara.\n\n"
            "Garancija iznosi 800,00 dinara i ima rok od trideset dana od dana isteka roka"
        )
    )
    assert {"rule-role=estimated", "firm-before=4"} <= sums["9000.00"].about
    assert {"rule-role=", "column-role=estimated", "firm-before=0", "after-bidder"} <= sums["8000.00"].about
    assert "shared=0.1" in sums["8000.00"].about
    assert "share=0.1" in sums["800.00"].about
    assert not {each for each in sums["7500.00"].about if each.startswith(("share", "after-"))}
    assert {"text-firms=2", "text-with-bidder"} <= firms["Zvonolik d.o.o."].about
    assert "text-with-bidder" not in firms["Vidozor d.o.o."].about


def test_the_number_of_a_procurement_stands_among_other_numbers(context_of: ContextOf) -> None:
    context = context_of("Broj: 05-1177/14\nu postupku nabavke broj 448-1-5/24, poziv DCS/CBRF/2024/W-03\nu prilogu")
    found = {each.value: each.about for each in candidates.references(context, [], key)}
    assert "procurement=False,2" in found["05-1177/14"]
    assert "procurement=True,1" in found["448-1-5/24"]
    assert "DCS/CBRF/2024/W-03" in found
