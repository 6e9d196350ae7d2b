"""The production server says why it cannot listen."""

from __future__ import annotations

import gc

import pytest
from flask import Flask

from archive.errors import UsageError
from webapp.server import make_server


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
