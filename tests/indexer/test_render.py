"""Page images: drawn as shown, in a process of their own."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest
from PIL import Image

from archive.config import Settings
from archive.errors import DamagedDocument
from archive.model.rendering import PageRenderer
from indexer.images.pages import SandboxedRenderer
from tests.conftest import ROOT
from tests.indexer_samples import letter_pdf

pytestmark = pytest.mark.usefixtures("warm_readers")

PDF = "application/pdf"


@pytest.fixture(scope="module")
def renderer() -> Iterator[SandboxedRenderer]:
    made = SandboxedRenderer(Settings({"max_page_pixels": 1_000_000}))
    yield made
    made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "dopis"
    letter_pdf().save(made)
    return made


def drawn(renderer: PageRenderer, path: Path, media_type: str = PDF, width: int = 600) -> Image.Image:
    return Image.open(io.BytesIO(renderer.render(path, media_type, 1, width)))


def test_a_page_is_as_wide_as_asked_and_grey_without_colour(renderer: PageRenderer, path: Path) -> None:
    image = drawn(renderer, path)
    assert (image.format, image.width) == ("WEBP", 600)
    red, green, blue = image.convert("RGB").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes(), "grey stays grey"
    assert image.height == pytest.approx(600 * 298 / 420, abs=1)
    assert image.convert("L").getextrema()[0] == 0


def test_colour_is_kept(renderer: PageRenderer, path: Path, tmp_path: Path) -> None:
    document = pymupdf.open(path)
    document[0].insert_text((40, 280), "red stamp", color=(1, 0, 0))
    document.save(tmp_path / "boja")
    assert drawn(renderer, tmp_path / "boja").mode == "RGB"


def test_a_rotated_page_is_drawn_as_shown(renderer: PageRenderer, path: Path, tmp_path: Path) -> None:
    document = pymupdf.open(path)
    document[0].set_rotation(90)
    document.save(tmp_path / "okrenuto")
    image = drawn(renderer, tmp_path / "okrenuto", width=298)
    assert image.size == pytest.approx((298, 420), abs=1)


def test_the_pixel_limit_holds(renderer: PageRenderer, path: Path) -> None:
    image = drawn(renderer, path, width=20_000)
    assert 900_000 < image.width * image.height <= 1_000_000


def test_a_picture_is_drawn(renderer: PageRenderer, tmp_path: Path) -> None:
    Image.new("CMYK", (400, 200), (0, 0, 0, 255)).save(tmp_path / "slika", "TIFF")
    image = drawn(renderer, tmp_path / "slika", "image/tiff", 200)
    assert (image.size, image.convert("L").getextrema()) == ((200, 100), (0, 0))


def test_what_is_too_long_for_a_webp_is_a_png(renderer: PageRenderer, tmp_path: Path) -> None:
    Image.new("L", (40, 17_000), 255).save(tmp_path / "traka", "TIFF")
    image = drawn(renderer, tmp_path / "traka", "image/tiff", 40)
    assert (image.format, image.size) == ("PNG", (40, 17_000))


def test_no_pixel_of_a_scan_is_changed(renderer: PageRenderer, tmp_path: Path) -> None:
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    noise.save(tmp_path / "sum", "TIFF")
    image = drawn(renderer, tmp_path / "sum", "image/tiff", 300)
    assert (image.format, image.convert("RGB").tobytes()) == ("PNG", noise.tobytes()), "noise takes a WebP too long"
    Image.linear_gradient("L").convert("RGB").save(tmp_path / "preliv", "TIFF")
    image = drawn(renderer, tmp_path / "preliv", "image/tiff", 256)
    assert (image.format, image.tobytes()) == ("WEBP", Image.linear_gradient("L").convert("RGB").tobytes())


@pytest.mark.parametrize("page", [0, 2])
def test_a_page_that_is_not_there_is_an_error(renderer: PageRenderer, path: Path, page: int) -> None:
    with pytest.raises(DamagedDocument):
        renderer.render(path, PDF, page, 600)


def test_flowing_text_has_no_image(renderer: PageRenderer, tmp_path: Path) -> None:
    (tmp_path / "dopis").write_text("tekst", encoding="utf-8")
    with pytest.raises(DamagedDocument, match="no page image"):
        renderer.render(tmp_path / "dopis", "text/plain", 1, 600)


def test_many_threads_may_ask_at_once(renderer: PageRenderer, path: Path) -> None:
    widths: list[int] = []
    threads = [
        threading.Thread(target=lambda wanted=wanted: widths.append(drawn(renderer, path, width=wanted).width))
        for wanted in range(100, 112)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(widths) == list(range(100, 112))


def test_a_noisy_scan_for_reading_is_a_lossy_webp_and_any_other_page_the_same(
    renderer: SandboxedRenderer, tmp_path: Path
) -> None:
    noise = Image.effect_noise((300, 200), 20).convert("RGB")
    noise.save(tmp_path / "sum", "TIFF")
    small = renderer.render_lossy(tmp_path / "sum", "image/tiff", 1, 300)
    image = Image.open(io.BytesIO(small))
    assert (image.format, image.size) == ("WEBP", noise.size)
    assert len(small) < len(renderer.render(tmp_path / "sum", "image/tiff", 1, 300)) / 2
    Image.linear_gradient("L").save(tmp_path / "preliv", "TIFF")
    exact, lossy = (
        draw(tmp_path / "preliv", "image/tiff", 1, 256) for draw in (renderer.render, renderer.render_lossy)
    )
    assert exact == lossy


def test_a_fork_that_draws_imports_nothing(path: Path) -> None:
    code = """
import sys
from pathlib import Path
from indexer.images.pages import Drawer, DrawJob
drawer, job = Drawer(1_000_000), DrawJob(Path(sys.argv[1]), "application/pdf", 1, 300, small=True)
work = drawer.load()
drawer.prepare(job)
before = set(sys.modules)
assert list(work(job))
print(*sorted(set(sys.modules) - before))
"""
    run = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_a_process_that_was_woken_draws(path: Path) -> None:
    renderer = SandboxedRenderer(Settings({}))
    try:
        renderer.warm_up()
        assert drawn(renderer, path).width == 600
    finally:
        renderer.close()
