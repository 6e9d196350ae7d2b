"""Which papers belong to one procurement, and the traps."""

from __future__ import annotations

from collections.abc import Iterable

from archive.procedures.links import procurements
from archive.procedures.papers import CASE, CONTRACT, PORTAL, PROCUREMENT, Paper
from tests.paper_samples import document_id, fact, paper

NOTICE = paper("notice", "tender_notice", "404-18/2020", "2020-02-03")


def names(groups: Iterable[Iterable[Paper]]) -> list[list[str]]:
    return sorted(sorted(paper.known.title for paper in group) for group in groups)


def test_papers_of_one_number_belong_together_whatever_their_own_is() -> None:
    award = paper("award", "award_decision", "404-18/2020", "2020-03-16", cited=(("404-18/2020-6", CASE),))
    contract = paper("contract", "contract", "III-404-18/20-7", "2020-04-06", role=CONTRACT)
    annex = paper("annex", "contract_annex", "II-404-18/2020-9", "2022-03-15", role=CONTRACT)
    assert names(procurements([annex, contract, award, NOTICE], {})) == [["annex", "award", "contract", "notice"]]


def test_a_contract_with_a_number_of_its_own_is_held_by_the_procurements() -> None:
    notice = paper("notice", "tender_notice", "12/2019-У", "2019-08-12")
    contract = paper(
        "contract", "contract", "404-51/2019-8", "2019-09-09", role=CONTRACT, cited=(("12/2019-U", PROCUREMENT),)
    )
    award = paper("award", "award_decision", None, "2019-08-27", cited=(("404-51/2019-6", CASE),))
    assert names(procurements([notice, contract, award], {})) == [["award", "contract", "notice"]]


def test_the_same_number_at_two_bodies_is_two_procedures() -> None:
    other = paper(
        "other", "tender_notice", "404-18/2020", "2020-05-01", buyer="Opština Kladovo", municipality="Kladovo"
    )
    school = paper("school", "tender_notice", "404-18/2020", "2020-05-01", buyer="Osnovna škola „Sever” Bečej")
    assert names(procurements([NOTICE, other, school], {})) == [["notice"], ["other"], ["school"]]


def test_a_contract_counted_in_another_register_is_another_thing() -> None:
    tender = paper("tender", "tender_notice", "12/2020", "2020-02-01")
    contract = paper("contract", "contract", "12/2020", "2020-02-20", role=CONTRACT)
    assert names(procurements([tender, contract], {})) == [["contract"], ["tender"]]


def test_dates_that_do_not_fit_speak_against_a_number() -> None:
    late = paper("late", "award_decision", "404-18/2020", "2024-01-05")
    annex = paper("annex", "contract_annex", "404-18/2020-9", "2024-01-05", role=CONTRACT)
    assert names(procurements([NOTICE, late, annex], {})) == [["annex", "notice"], ["late"]]


def test_two_sessions_with_one_case_number_are_no_procurement() -> None:
    sessions = [paper(str(day), "minutes", "34-2501/2016", f"2016-08-0{day}", role=CASE) for day in (1, 9)]
    assert procurements(sessions, {}) == []


def test_a_registers_number_without_a_year_links_nothing() -> None:
    decisions = [paper(name, "award_decision", "01-64", "2020-02-03", role=CASE) for name in ("one", "other")]
    assert names(procurements(decisions, {})) == [["one"], ["other"]]


def test_acts_tell_procurements_apart_where_none_goes_by_the_file() -> None:
    notices = [paper(f"act {act}", "tender_notice", f"404-1/2020-{act}", "2020-02-03") for act in (3, 4)]
    award = paper("award 4", "award_decision", "404-1/2020-4", "2020-03-03")
    assert names(procurements([*notices, award], {})) == [["act 3"], ["act 4", "award 4"]]
    whole = paper("whole", "tender_documents", "404-1/2020", "2020-02-03")
    assert names(procurements([*notices, award, whole], {})) == [["act 3", "act 4", "award 4", "whole"]]


def test_acts_of_one_file_are_not_told_apart_where_a_paper_goes_by_what_they_begin_with() -> None:
    """404-31/2025-02 is the file that an office keeps, /7 and /19 are acts in it."""
    minutes = paper("minutes", "minutes", "404-31/2025-02/7", "2025-04-04")
    award = paper("award", "award_decision", "404-31/2025-02", "2025-04-22")
    contract = paper("contract", "contract", "404-31/2025-02/19", "2025-05-12", role=CONTRACT)
    assert names(procurements([minutes, contract], {})) == [["contract", "minutes"]]
    assert names(procurements([minutes, award, contract], {})) == [["award", "contract", "minutes"]]
    other = paper("other", "award_decision", "404-31/2025-03", "2025-04-22")
    assert names(procurements([minutes, award, other, contract], {})) == [["award", "contract", "minutes"], ["other"]]


def test_acts_before_the_year_belong_to_the_file_they_are_of() -> None:
    notice = paper("notice", "tender_notice", "404-27-2/2024-04", "2024-03-01")
    award = paper("award", "award_decision", "404-27-11/2024-04", "2024-04-02", role=CASE)
    contract = paper("contract", "contract", "VIII-404-27-15/24", "2024-05-06", role=CONTRACT)
    other = paper("other", "award_decision", "404-71-11/2024-04", "2024-04-02", role=CASE)
    assert names(procurements([notice, award, contract, other], {})) == [["award", "contract", "notice"], ["other"]]


def test_what_may_be_an_act_or_of_a_class_is_an_act_where_its_file_is_a_procurement() -> None:
    """404-2-11/2024-04 is act 11 of file 404-2/2024-04, where that is the number of a procurement."""
    notice = paper("notice", "tender_notice", "404-2/2024-04", "2024-03-01")
    award = paper("award", "award_decision", "404-2-11/2024-04", "2024-04-02", role=CASE)
    contract = paper("contract", "contract", "VIII-404-2-15/24", "2024-05-06", role=CONTRACT)
    other = paper("other", "award_decision", "404-3-71/2024-04", "2024-04-02", role=CASE)
    assert names(procurements([award, contract], {})) == [["award"], ["contract"]]
    papers = [notice, award, contract, other]
    assert names(procurements(papers, {})) == [["award", "contract", "notice"], ["other"]]
    elsewhere = paper("else", "tender_notice", "404-2/2024-04", "2024-03-01", buyer="Opština Ub", municipality="Ub")
    assert names(procurements([elsewhere, award, contract], {})) == [["award"], ["contract"], ["else"]]


def test_a_class_of_two_parts_is_no_file_whatever_else_a_body_numbers_so() -> None:
    """404-1-62/2023 and 404-1-63/2023 are procurements, whatever 404-1/2023 is."""
    papers = [paper(str(at), "tender_notice", f"404-1-{at}/2023", "2023-03-01") for at in (62, 63)]
    papers.append(paper("act", "award_decision", "404-1-62/2023-16", "2023-04-01", role=CASE))
    papers.append(paper("plan", "tender_notice", "404-1/2023", "2023-03-01"))
    assert names(procurements(papers, {})) == [["62", "act"], ["63"], ["plan"]]


def test_acts_behind_the_year_of_a_montenegrin_number_are_of_its_file_alone() -> None:
    papers = [
        paper(f"{ordinal}, {act}", kind, f"06-404/25-{ordinal}/{act}", "2025-03-01", role=CASE)
        for ordinal in (112, 118)
        for act, kind in ((4, "minutes"), (7, "award_decision"))
    ]
    assert names(procurements(papers, {})) == [["112, 4", "112, 7"], ["118, 4", "118, 7"]]


def test_a_second_scan_goes_with_the_first_whatever_could_be_read() -> None:
    scan = paper("scan", "tender_notice", None, None, buyer=None, municipality=None)
    copies = {document_id("scan"): (document_id("notice"),)}
    assert names(procurements([NOTICE, scan], copies)) == [["notice", "scan"]]


def test_minutes_a_report_and_a_contract_without_a_number_stand_alone_if_they_are_of_a_procurement() -> None:
    session = paper("session", "minutes", "34-2501/2016", "2016-08-01", role=CASE)
    opening = paper("opening", "minutes", None, "2016-08-01", more=(fact("opening", "bidder", "Vidozor d.o.o."),))
    report = paper("report", "procurement_report", "01-5/2016", "2016-08-01", role=CASE)
    unread = paper("unread", "contract", None, "2016-08-01", buyer=None, more=(fact("unread", "cpv", "32323500"),))
    assert names(procurements([session, opening, report, unread], {})) == [["opening"], ["report"], ["unread"]]


def test_acts_and_files_join_papers_that_go_by_other_numbers() -> None:
    """The file beside the ordinal, and the act that opened the procedure."""
    notice = paper("notice", "tender_notice", "12/2020", "2020-02-03", cited=(("404-18/2020", PROCUREMENT),))
    contract = paper("contract", "contract", "404-18/2020-7", "2020-04-06", role=CONTRACT)
    award = paper("award", "award_decision", None, "2020-03-16", cited=(("346/2020", CASE),))
    opening = paper("opening", "minutes", "77/2020", "2020-03-05", role=CASE, cited=(("346/2020", CASE),))
    assert names(procurements([notice, contract], {})) == [["contract", "notice"]]
    assert names(procurements([award, opening], {})) == [["award", "opening"]]


def test_the_portals_number_joins_and_the_whole_klasa_does() -> None:
    portal = (("2021/S F02-0001234", PORTAL),)
    papers = [paper(name, "award_decision", None, "2021-05-01", cited=portal) for name in ("one", "other")]
    assert names(procurements(papers, {})) == [["one", "other"]]
    klasa = [
        paper(f"klasa {at}", "award_decision", f"363-01/21-01/{at}", "2021-05-01", role=CASE) for at in ("5", "05", "6")
    ]
    assert names(procurements(klasa, {})) == [["klasa 05", "klasa 5"], ["klasa 6"]]


def test_a_private_contract_is_no_procurement() -> None:
    lease = paper("lease", "contract", "5/2020", "2020-02-03", role=CONTRACT, buyer=None, municipality=None)
    assert procurements([lease], {}) == []
