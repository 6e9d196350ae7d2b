"""Starting PostgreSQL: a database cluster made anew, on a port of its own, that loses nothing when it is killed."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

from tests.servers.processes import Server, ServerFailed, free_port, own_folder, unprivileged


def start_postgres(folder: Path) -> Server:
    """Start a server with its data in ``folder``; wait with :func:`wait_for_postgres`.

    The databases sort by the rules of Serbian, as a newsroom's would, so code that counts on the order of bytes fails.

    :raises ServerFailed: PostgreSQL is not installed, or its data cannot be made.
    """
    programs, port = _programs(), free_port()
    data = own_folder(folder) / "data"
    if not data.exists():
        order = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=sr"]
        make = [programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", *order]
        run = subprocess.run(
            [*unprivileged(), *map(str, make)], cwd=folder, capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise ServerFailed(f"initdb: {run.stderr.strip()}")
    # A server that is killed loses nothing by this, a machine without power would; tests take half the time.
    hasty = ["fsync=off", "full_page_writes=off"]
    options = [*hasty, "listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "max_connections=200"]
    command = [str(programs / "postgres"), "-D", str(data), *(f"--{option}" for option in options)]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    # SIGINT ends it without waiting for clients that stay connected.
    return Server.start(url, command, folder, signal.SIGINT)


def wait_for_postgres(server: Server) -> None:
    """Wait until it accepts connections.

    :raises ServerFailed: it does not.
    """
    ready = [str(_programs() / "pg_isready"), "--quiet", "--dbname", server.url]
    server.wait(lambda: subprocess.run(ready, check=False).returncode == 0)


def _programs() -> Path:
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3])), default=None)
    if newest is None:
        raise ServerFailed("PostgreSQL is missing. Run: apt-get install postgresql")
    return newest.parent
