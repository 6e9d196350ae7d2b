"""The production server says why it cannot listen."""

from __future__ import annotations

import gc

import pytest
from flask import Flask

from archive.errors import UsageError
from webapp.server import PORTS_TRIED, listen_near, make_server


# Waitress leaves the socket that it could not bind, and the trigger made for it, to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_port_in_use_is_a_usage_error(app: Flask) -> None:
    first = make_server(app, "127.0.0.1", 0, 1)
    port = first.effective_port
    with pytest.raises(UsageError, match=f"port {port}: Address already in use"):
        make_server(app, "127.0.0.1", port, 1)
    first.close()
    gc.collect()


def test_a_host_that_is_none_is_a_usage_error(app: Flask) -> None:
    with pytest.raises(UsageError, match="cannot listen on 999"):
        make_server(app, "999.999.999.999", 8000, 1)


def test_where_no_port_was_named_the_next_free_one_is_taken() -> None:
    (first,), port = listen_near("127.0.0.1", 0)
    port = first.getsockname()[1]
    (second,), found = listen_near("127.0.0.1", port)
    assert port < found < port + PORTS_TRIED
    assert second.getsockname()[1] == found
    first.close()
    second.close()


def test_what_is_no_taken_port_is_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1"):
        listen_near("192.0.2.1", 8000)
