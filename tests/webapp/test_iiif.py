"""IIIF: what stock viewers need of a manifest, of images in pieces, and of searches in a document."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from archive.model import Page, TextSource
from tests.webapp_samples import Filler, NoPicture, Sample
from webapp import create_app
from webapp.iiif import images

HEIGHT = round(2000 * 842 / 595)
IMAGE = "http://iiif.io/api/image/3/context.json"

NEEDED = {
    "Manifest": {"id", "type", "label", "items"},
    "Canvas": {"id", "type", "width", "height", "items"},
    "AnnotationPage": {"id", "type", "items"},
    "Annotation": {"id", "type", "motivation", "target"},
    "Image": {"id", "type", "format"},
    "ImageService3": {"id", "type", "profile"},
    "SearchService2": {"id", "type"},
    "Text": {"id", "type", "label", "format"},
    "Dataset": {"id", "type", "label", "format"},
}
"""What the Presentation API says that a resource must have, and should where we can."""


def told(client: FlaskClient, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return json.loads(response.text)


@pytest.fixture
def manifest(client: FlaskClient, sample: Sample) -> Any:
    return told(client, f"/iiif/{sample.contract}/manifest.json")


def resources(value: Any) -> Iterator[dict[str, Any]]:
    """Everything that has a type, at any depth."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for part in value.values():
            yield from resources(part)
    elif isinstance(value, list):
        for part in value:
            yield from resources(part)


def test_a_manifest_is_one_by_the_rules_of_another_library(manifest: Any) -> None:
    """iiif-prezi3 is made from the schema of the specification. It is no development dependency, because it holds
    Pillow back (3.1.1 wants one below 13); ``pip install iiif-prezi3`` in an environment of its own runs this."""
    prezi = pytest.importorskip("iiif_prezi3")
    assert [canvas.type for canvas in prezi.Manifest(**manifest).items] == ["Canvas"] * 3


def test_every_resource_has_what_it_must_have(manifest: Any) -> None:
    found = list(resources(manifest))
    assert {one["type"] for one in found} == NEEDED.keys()
    for one in found:
        assert NEEDED[one["type"]] <= one.keys(), one
        assert one["id"].startswith("http://localhost/")


def test_what_a_manifest_says_of_the_document(client: FlaskClient, sample: Sample, manifest: Any) -> None:
    response = client.get(f"/iiif/{sample.contract}/manifest.json")
    assert response.content_type == 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
    assert manifest["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert manifest["label"] == {"en": ["Contract on video surveillance"]}
    assert {"label": {"en": ["Municipality"]}, "value": {"none": ["Brezovac"]}} in manifest["metadata"]


def test_every_id_in_a_manifest_is_given_once(manifest: Any) -> None:
    kinds = {"Manifest", "Canvas", "AnnotationPage", "Annotation"}
    ids = [one["id"] for one in resources(manifest) if one["type"] in kinds]
    assert len(ids) == len(set(ids)) == 1 + 3 * 3


def test_what_a_manifest_points_to_is_served(client: FlaskClient, manifest: Any) -> None:
    canvas = manifest["items"][0]
    pointed = [
        manifest["homepage"][0], manifest["rendering"][0], manifest["seeAlso"][0], manifest["thumbnail"][0],
        canvas["thumbnail"][0], *canvas["seeAlso"], canvas["items"][0]["items"][0]["body"],
    ]  # fmt: skip
    for thing in pointed:
        response = client.get(thing["id"].removeprefix("http://localhost"), buffered=True)
        assert response.status_code == 200, thing["id"]
        assert response.content_type.split(";")[0] == thing["format"]
    for service in manifest["service"]:
        address = service.get("id") or service["@id"]
        assert client.get(address.removeprefix("http://localhost") + "?q=camera").status_code == 200


def test_canvas_and_image_have_the_same_size(client: FlaskClient, sample: Sample, manifest: Any) -> None:
    canvas = manifest["items"][0]
    body = canvas["items"][0]["items"][0]["body"]
    assert (canvas["width"], canvas["height"]) == (body["width"], body["height"]) == (2000, HEIGHT)
    image = Image.open(io.BytesIO(client.get(body["id"].removeprefix("http://localhost")).data))
    assert (image.format, image.size) == ("JPEG", (2000, HEIGHT))
    thumbnail = manifest["thumbnail"][0]
    small = Image.open(io.BytesIO(client.get(thumbnail["id"].removeprefix("http://localhost")).data))
    assert small.size == (thumbnail["width"], thumbnail["height"])
    assert canvas["items"][0]["items"][0]["target"] == canvas["id"]


def test_flowing_text_has_no_manifest_and_no_image(client: FlaskClient, sample: Sample) -> None:
    for path in ("manifest.json", "pages/1/info.json", "pages/1/full/max/0/default.jpg"):
        response = client.get(f"/iiif/{sample.reply}/{path}")
        assert response.status_code == 404
        assert "image" in response.get_json()["error"]["message"]


def test_the_information_of_an_image(client: FlaskClient, sample: Sample) -> None:
    response = client.get(f"/iiif/{sample.contract}/pages/1/info.json")
    assert response.content_type == f'application/ld+json;profile="{IMAGE}"'
    info = json.loads(response.text)
    assert info["@context"] == IMAGE
    assert info["id"] == f"http://localhost/iiif/{sample.contract}/pages/1"
    assert (info["type"], info["protocol"], info["profile"]) == ("ImageService3", "http://iiif.io/api/image", "level1")
    assert (info["width"], info["height"]) == (2000, HEIGHT)
    assert [size["width"] for size in info["sizes"]] == [500, 1000, 2000]
    for size in info["sizes"]:
        path = f"/iiif/{sample.contract}/pages/1/full/{size['width']},{size['height']}/0/default.jpg"
        assert Image.open(io.BytesIO(client.get(path).data)).size == (size["width"], size["height"])


def test_the_image_itself_leads_to_its_information(client: FlaskClient, sample: Sample) -> None:
    response = client.get(f"/iiif/{sample.contract}/pages/1")
    assert response.status_code == 303
    assert response.location == f"/iiif/{sample.contract}/pages/1/info.json"


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("full/max", (2000, HEIGHT)), ("full/200,", (200, round(200 * HEIGHT / 2000))), ("full/,200", (141, 200)),
        ("full/300,100", (300, 100)), ("square/max", (2000, 2000)), ("square/50,", (50, 50)),
        ("100,200,300,400/max", (300, 400)), ("100,200,300,400/150,", (150, 200)), ("1900,2800,512,512/max", (100, 30)),
        ("0,0,1,1/max", (1, 1)),
    ],
)  # fmt: skip
def test_a_piece_has_the_size_that_is_asked_for(
    client: FlaskClient, sample: Sample, asked: str, size: tuple[int, int]
) -> None:
    for form, kind in (("jpg", "JPEG"), ("png", "PNG")):
        response = client.get(f"/iiif/{sample.contract}/pages/1/{asked}/0/default.{form}")
        image = Image.open(io.BytesIO(response.data))
        assert (image.format, image.size) == (kind, size)
        assert response.content_type == f"image/{'jpeg' if form == 'jpg' else form}"


def test_a_piece_shows_what_stands_there(client: FlaskClient, sample: Sample) -> None:
    """Black on white, at the canvas coordinates of the first word; the foot of the page is blank."""
    box = sample.archive.catalog.readings.words(sample.contract, 1).box(0)
    assert box is not None
    word = (
        f"{int(box.x0 * 2000)},{int(box.y0 * HEIGHT)},{int((box.x1 - box.x0) * 2000)},{int((box.y1 - box.y0) * HEIGHT)}"
    )
    path = f"/iiif/{sample.contract}/pages/1/{{}}/max/0/default.png"
    printed = Image.open(io.BytesIO(client.get(path.format(word)).data)).convert("L")
    blank = Image.open(io.BytesIO(client.get(path.format("0,2000,2000,800")).data)).convert("L")
    assert min(printed.tobytes()) < 60
    assert set(blank.tobytes()) == {255}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("pct:0,0,50,50/max/0/default.jpg", 501), ("full/pct:50/0/default.jpg", 501), ("full/!9,9/0/default.jpg", 501),
        ("full/^max/0/default.jpg", 501), ("full/max/90/default.jpg", 501), ("full/max/!0/default.jpg", 501),
        ("full/max/0/gray.jpg", 501), ("full/max/0/default.webp", 501), ("whole/max/0/default.jpg", 400),
        ("0,0,0,9/max/0/default.jpg", 400), ("2000,0,9,9/max/0/default.jpg", 400), ("-1,0,9,9/max/0/default.jpg", 400),
        ("full/0,/0/default.jpg", 400), ("full/,/0/default.jpg", 400), ("full/2001,/0/default.jpg", 400),
        ("full/9999999,9999999/0/default.jpg", 400), ("full/full/0/default.jpg", 400), ("full/max/x/default.jpg", 400),
        ("full/max/361/default.jpg", 400), ("full/max/0/best.jpg", 400), ("full/max/0/default.exe", 400),
        ("1.5,0,9,9/max/0/default.jpg", 400), ("٣,0,9,9/max/0/default.jpg", 400),
    ],
)  # fmt: skip
def test_what_level_1_lacks_is_refused(client: FlaskClient, sample: Sample, asked: str, status: int) -> None:
    response = client.get(f"/iiif/{sample.contract}/pages/1/{asked}")
    assert response.status_code == status
    assert response.get_json()["error"]["message"]


def test_of_a_page_that_is_very_long_no_more_is_given_than_there_is_memory_for() -> None:
    page = Page(1, 0, 0, 10, 14_400, TextSource.OCR)
    info = images.information(page, "http://localhost/x")
    assert (info["width"], info["height"], info["maxArea"], info["sizes"]) == (2000, 2_880_000, 40_000_000, [])
    for region, wanted in (("full", "max"), ("0,0,2000,30000", "max"), ("0,0,100,80000", "max")):
        piece = images.asked_piece(page, region, wanted, "0", "default", "jpg")
        assert piece.width * piece.height <= 40_000_000
        assert piece.height <= 65_500
    assert images.asked_piece(page, "0,0,2000,20000", "max", "0", "default", "jpg").height == 20_000
    with pytest.raises(UsageError, match="cannot be given"):
        images.asked_piece(page, "full", "2000,", "0", "default", "jpg")


def test_a_renderer_that_cuts_nothing_says_so(sample: Sample) -> None:
    client = create_app(sample.archive, NoPicture()).test_client()
    response = client.get(f"/iiif/{sample.contract}/pages/1/full/max/0/default.jpg")
    assert response.status_code == 501
    assert "whole pages only" in response.get_json()["error"]["message"]


def test_a_piece_is_kept_by_the_browser(client: FlaskClient, sample: Sample) -> None:
    path = f"/iiif/{sample.contract}/pages/1/full/200,/0/default.jpg"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["manifest.json", "pages/9/info.json", "search/3?q=x", "search/2?q=camera&page=2"])
def test_what_is_not_there_is_not_found(client: FlaskClient, sample: Sample, path: str) -> None:
    document = "00000000" if path == "manifest.json" else sample.contract
    response = client.get(f"/iiif/{document}/{path}")
    assert response.status_code == 404
    assert response.get_json()["error"]["message"]


def test_matches_stand_on_their_canvases(client: FlaskClient, sample: Sample, manifest: Any) -> None:
    found = told(client, f"/iiif/{sample.contract}/search/2?q=cameras")
    for one in found["items"] + found["annotations"]:
        assert NEEDED[one["type"]] <= one.keys()
    assert found["@context"] == "http://iiif.io/api/search/2/context.json"
    assert found["partOf"]["total"] == len(found["items"]) == 4
    assert [item["body"]["value"] for item in found["items"]] == ["cameras", "Cameras", "camera", "camera"]
    canvases = {canvas["id"] for canvas in manifest["items"]}
    words = sample.archive.catalog.readings.words(sample.contract, 1)
    box = words.box(words.texts.index("cameras"))
    assert box is not None
    target, _, place = found["items"][0]["target"].partition("#xywh=")
    assert target in canvases
    left, top, width, height = map(int, place.split(","))
    assert (left, top) == (int(box.x0 * 2000), int(box.y0 * HEIGHT))
    assert (left + width, top + height) == (round(box.x1 * 2000), round(box.y1 * HEIGHT))
    (around,) = found["annotations"]
    quoted = around["items"][0]["target"]
    assert quoted["source"] == found["items"][0]["id"]
    assert quoted["selector"][0]["exact"] == "cameras"
    assert quoted["selector"][0]["prefix"].endswith("delivers eleven")
    assert quoted["selector"][0]["suffix"] == "with recorders."


def test_a_match_on_two_lines_is_two_rectangles(client: FlaskClient, sample: Sample) -> None:
    found = told(client, f'/iiif/{sample.contract}/search/2?q="delivers eleven"')
    assert [item["body"]["value"] for item in found["items"]] == ["delivers eleven"] * 2
    assert found["partOf"]["total"] == 1
    hits = told(client, f'/iiif/{sample.contract}/search/1?q="delivers eleven"')["hits"]
    assert len(hits[0]["annotations"]) == 2


def test_content_search_1_says_the_same(client: FlaskClient, sample: Sample) -> None:
    found = told(client, f"/iiif/{sample.contract}/search/1?q=cameras&motivation=painting&user=x")
    newer = told(client, f"/iiif/{sample.contract}/search/2?q=cameras&user=x")
    assert found["@context"][1] == "http://iiif.io/api/search/1/context.json"
    assert found["@type"] == "sc:AnnotationList"
    assert found["within"]["total"] == 4
    assert found["within"]["ignored"] == ["motivation", "user"]
    assert newer["ignored"] == ["user"]
    assert [one["on"] for one in found["resources"]] == [one["target"] for one in newer["items"]]
    assert found["hits"][0]["match"] == "cameras"
    assert found["hits"][0]["annotations"] == [found["resources"][0]["@id"]]


def test_many_matches_come_in_parts(client: FlaskClient, sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(client.application.config, "IIIF_MATCHES", 3)
    first = told(client, f"/iiif/{sample.contract}/search/2?q=cameras")
    second = told(client, first["next"]["id"].removeprefix("http://localhost"))
    assert [len(first["items"]), len(second["items"])] == [3, 1]
    assert second["startIndex"] == 3
    assert second["prev"]["id"] == first["id"]
    assert "next" not in second
    assert second["partOf"]["last"]["id"] == second["id"]


def test_nothing_found_and_nothing_asked_are_empty_answers(client: FlaskClient, sample: Sample) -> None:
    for query in ("?q=zebra", "?q=", ""):
        found = told(client, f"/iiif/{sample.contract}/search/2{query}")
        assert found["items"] == []
        assert found["partOf"]["total"] == 0


def test_no_other_site_may_read_it_unless_the_settings_say_so(client: FlaskClient, sample: Sample) -> None:
    response = client.get(f"/iiif/{sample.contract}/manifest.json", headers={"Origin": "https://viewer.example"})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [("https://viewer.example https://b.example", "https://viewer.example"), ("*", "*"), ("https://b.example", None)],
)
def test_viewers_of_other_sites_are_let_in_by_name(tmp_path: Path, setting: str, allowed: str | None) -> None:
    with Archive.open(tmp_path / "home", Settings({"viewer_origins": setting})) as archive:
        with archive.writing():
            id_ = Filler(archive, tmp_path).pdf("a.pdf", [["One page"]], "en")
        client = create_app(archive, NoPicture()).test_client()
        origin = {"Origin": "https://viewer.example"}
        for path in (f"/iiif/{id_}/manifest.json", f"/documents/{id_}/pages/1.hocr"):
            response = client.get(path, headers=origin)
            assert response.headers.get("Access-Control-Allow-Origin") == allowed
            assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        for path in (f"/documents/{id_}", f"/api/v1/documents/{id_}"):
            assert "Access-Control-Allow-Origin" not in client.get(path, headers=origin).headers


def test_a_prefix_of_an_id_leads_to_the_whole(client: FlaskClient, sample: Sample) -> None:
    response = client.get(f"/iiif/{sample.contract[:10]}/search/2?q=a")
    assert response.status_code == 302
    assert response.location == f"/iiif/{sample.contract}/search/2?q=a"


def test_a_box_is_never_empty() -> None:
    from archive.model import Box, Page, TextSource
    from webapp.iiif.addresses import xywh

    page = Page(1, 0, 1, 595, 842, TextSource.TEXT)
    assert xywh(Box(0.5, 0.5, 0.5, 0.5), page) == f"1000,{HEIGHT // 2},1,1"
    assert xywh(Box(0, 0, 1, 1), replace(page)) == f"0,0,2000,{HEIGHT}"
