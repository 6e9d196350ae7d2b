"""The servers are what they claim to be: real, empty for each test, and gone with the run that started them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import psycopg
import pytest

from tests.servers.fixtures import OPENSEARCH_VARIABLE, POSTGRES_VARIABLE
from tests.servers.processes import own_folder

ROOT = Path(__file__).parent.parent.parent


def test_a_server_s_folder_can_be_entered_whatever_the_umask_is(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        made = own_folder(tmp_path / "servers" / "one")
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in (made, made.parent)] == [0o755, 0o755]


def test_opensearch_is_the_version_the_project_supports(opensearch_url: str) -> None:
    server = opensearch_url.rpartition("/")[0]
    with urllib.request.urlopen(server, timeout=60) as answer:
        told: dict[str, Any] = json.load(answer)
    assert told["version"]["distribution"] == "opensearch"
    assert told["version"]["number"].startswith("2.19.")


def test_opensearch_keeps_a_document(opensearch_url: str) -> None:
    index = urllib.request.Request(opensearch_url, method="PUT")
    document = urllib.request.Request(
        f"{opensearch_url}/_doc/1?refresh=true",
        b'{"text": "kamera"}',
        {"Content-Type": "application/json"},
        method="PUT",
    )
    for request in (index, document):
        with urllib.request.urlopen(request, timeout=60):
            pass
    with urllib.request.urlopen(f"{opensearch_url}/_search?q=text:kamera", timeout=60) as answer:
        assert json.load(answer)["hits"]["total"]["value"] == 1


def test_postgres_is_empty(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_an_object_put_into_the_bucket_comes_back(s3_url: str) -> None:
    parts = urlsplit(s3_url)
    store = boto3.client("s3")
    store.put_object(Bucket=parts.netloc, Key="archive/a", Body=b"bytes")
    assert store.get_object(Bucket=parts.netloc, Key="archive/a")["Body"].read() == b"bytes"


@pytest.mark.parametrize("fixture", ["opensearch_url", "postgres_url"])
def test_without_a_server_the_tests_that_need_one_are_skipped_and_say_why(tmp_path: Path, fixture: str) -> None:
    (tmp_path / "conftest.py").write_text(f"from tests.servers.fixtures import {fixture}\n", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(f"def test_it({fixture}): pass\n", encoding="utf-8")
    without = {k: v for k, v in os.environ.items() if k not in (OPENSEARCH_VARIABLE, POSTGRES_VARIABLE)}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=ROOT,
        env={**without, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 skipped" in run.stdout, run.stdout
    assert {"opensearch_url": OPENSEARCH_VARIABLE, "postgres_url": POSTGRES_VARIABLE}[fixture] in run.stdout
