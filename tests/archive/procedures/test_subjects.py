"""The subject line of a procedure."""

from __future__ import annotations

from dataclasses import replace

from archive.model import Fact, FactStatus
from archive.procedures.chains import subject_of
from archive.procedures.papers import Paper
from tests.paper_samples import fact, paper


def named(name: str, kind: str, subject: str, confidence: float = 0.9) -> Paper:
    return paper(name, kind, more=(replace(fact(name, "subject", subject), confidence=confidence),))


def chosen(*papers: Paper) -> str | None:
    found = subject_of(papers)
    return None if found is None else found.value


def test_the_notice_names_it_best_then_the_award_then_the_contract() -> None:
    contract = named("contract", "contract", "isporuka kamera")
    award = named("award", "award_decision", "nabavka kamera")
    notice = named("notice", "tender_notice", "Sistem video-nadzora")
    assert chosen(contract, award, notice) == chosen(notice, contract, award) == "Sistem video-nadzora"
    assert chosen(contract, award) == "nabavka kamera"
    assert chosen(paper("bare", "contract")) is None


def test_an_unsure_name_yields_to_a_sure_one_of_a_lesser_paper() -> None:
    assert (
        chosen(named("notice", "tender_notice", "opreme", 0.7), named("annex", "contract_annex", "kamere")) == "kamere"
    )


def test_a_persons_word_is_above_every_paper() -> None:
    word = Fact("subject", "Kamere u Ubu", None, "person", 1.0, FactStatus.CORRECTED)
    annex = paper("annex", "contract_annex", more=(word,))
    assert chosen(named("notice", "tender_notice", "Sistem video-nadzora"), annex) == "Kamere u Ubu"
