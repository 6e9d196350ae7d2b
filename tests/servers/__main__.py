"""``python -m tests.servers COMMAND...``: run a command with temporary OpenSearch and PostgreSQL servers.

The command finds them in ``DOSIJE_TEST_OPENSEARCH`` and ``DOSIJE_TEST_POSTGRES``; they are stopped and removed after
it. If a server is unavailable, this is reported and its variable is not set, so the tests that need it are skipped.
Without a command: print the lines that set the variables and run until interrupted.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.servers.opensearch import SHORT_LIVED, start_nodes, wait_for_nodes
from tests.servers.postgres import start_postgres, wait_for_postgres
from tests.servers.processes import Server, ServerFailed


def main(command: list[str]) -> int:
    """Run ``command`` with the servers, and return its exit code."""
    signal.signal(signal.SIGTERM, _end)
    folder = Path(tempfile.mkdtemp(prefix="dosije-servers-"))
    folder.chmod(0o755)  # the servers run as another user
    servers: list[Server] = []
    try:
        variables = dict(_started(folder, servers))
        if command:
            return subprocess.run(command, env={**os.environ, **variables}, check=False).returncode
        for name, value in variables.items():
            print(f"export {name}={value}", flush=True)  # noqa: T201, this is the program's answer
        signal.pause()
        return 0
    except KeyboardInterrupt:
        return 130
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder)


def _started(folder: Path, servers: list[Server]) -> Iterator[tuple[str, str]]:
    """Start the servers, append each to ``servers``, and yield the variables of those that respond."""
    nodes: list[Server] = []
    with _named():
        nodes += start_nodes(folder / "opensearch", java=SHORT_LIVED)
        servers += nodes
    with _named():
        postgres = start_postgres(folder / "postgres")
        servers.append(postgres)
        wait_for_postgres(postgres)
        yield "DOSIJE_TEST_POSTGRES", postgres.url
    with _named():
        wait_for_nodes(nodes)
        yield from (("DOSIJE_TEST_OPENSEARCH", node.url) for node in nodes)


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except ServerFailed as error:
        print(f"{error}\nThe tests that need it will be skipped.", file=sys.stderr)  # noqa: T201


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
