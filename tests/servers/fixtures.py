"""Pytest fixtures for isolated parts of real servers: an index name, an empty database, a bucket.

Names are random, so parallel test processes do not interfere.
"""

from __future__ import annotations

import os
import urllib.request
import uuid
from collections.abc import Iterator

import pytest

OPENSEARCH_VARIABLE = "DOSIJE_TEST_OPENSEARCH"
POSTGRES_VARIABLE = "DOSIJE_TEST_POSTGRES"


def named_server(variable: str) -> str:
    """Return the URL of a server; skip the test if there is none."""
    url = os.environ.get(variable)
    if not url:
        pytest.skip(f"{variable} names no server; run the tests by: python -m tests.servers pytest")
    return url


def unique(beginning: str) -> str:
    """Return a unique name."""
    return f"{beginning}{uuid.uuid4().hex[:12]}"


def ask_server(method: str, url: str) -> None:
    """Send an HTTP request to a server."""
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60):
        pass


@pytest.fixture
def opensearch_url() -> Iterator[str]:
    """Yield a value for the setting ``search_url``: a server and a unique name, whose indexes are deleted later."""
    server, name = named_server(OPENSEARCH_VARIABLE), unique("test-")
    yield f"{server}/{name}"
    ask_server("DELETE", f"{server}/{name}*?expand_wildcards=all")


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Yield a value for the setting ``catalog_url``: an empty database, which is dropped afterwards."""
    import psycopg

    server, name = named_server(POSTGRES_VARIABLE), unique("test_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield server.rpartition("/")[0] + f"/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Yield the URL of an in-memory S3 server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a value for the setting ``originals_url``: an empty bucket.

    The variables of S3 clients are set, so commands run by the test find the server, too.
    """
    variables = {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_ACCESS_KEY_ID": "dosije",
        "AWS_SECRET_ACCESS_KEY": "dosije",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    bucket = unique("test-")
    ask_server("PUT", f"{s3_server}/{bucket}")
    return f"s3://{bucket}/archive"
