"""Start OpenSearch: a single node, or a cluster of several, each a process of its own."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers.install import opensearch_home
from tests.servers.processes import Server, free_port, own_folder

LOG = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""

SETTINGS = {"action.auto_create_index": "false"}
"""The setting of deploy/compose.yaml that indexes are only created explicitly.

Changes sent after their generation was removed would otherwise create an index with a default mapping.
"""

OPTIONS = (
    "-Djava.security.manager=allow",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
)
"""Java options of the distribution's start script. Without the first, stopping a node takes half a minute."""


SHORT_LIVED = ("-XX:TieredStopAtLevel=1",)
"""Java options for a short run: less compilation halves the start-up time. Not for measurements."""


def start_nodes(folder: Path, nodes: int = 1, heap: str = "512m", java: tuple[str, ...] = ()) -> list[Server]:
    """Start a cluster with its data in ``folder``; each node has its own ports.

    It does not wait; see :func:`wait_for_nodes`. ``heap`` is the heap size of each node, ``java`` are further options.
    """
    ports = {f"node{number}": (free_port(), free_port()) for number in range(1, nodes + 1)}
    return [
        _start_node(own_folder(folder / name), name, ports, (f"-Xms{heap}", f"-Xmx{heap}", *java)) for name in ports
    ]


def _start_node(folder: Path, name: str, ports: dict[str, tuple[int, int]], java: tuple[str, ...]) -> Server:
    """Start node ``name`` of a cluster; ``ports`` are each node's ports for HTTP and transport."""
    home, config = opensearch_home(), own_folder(folder / "config")
    http, transport = ports[name]
    if len(ports) == 1:
        discovery = {"discovery.type": "single-node"}
    else:
        seeds = [f"127.0.0.1:{transport}" for _, transport in ports.values()]
        discovery = {
            "discovery.seed_hosts": json.dumps(seeds),
            "cluster.initial_cluster_manager_nodes": json.dumps(list(ports)),
        }
    settings = {
        "cluster.name": "dosije-tests",
        "node.name": name,
        "network.host": "127.0.0.1",
        "http.port": http,
        "transport.port": transport,
        "path.data": own_folder(folder / "data"),
        "path.logs": own_folder(folder / "logs"),
        # A test machine's disk may be nearly full, which makes indexes read-only and says nothing about our code.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **SETTINGS,
        **discovery,
    }
    lines = [f"{key}: {value}\n" for key, value in settings.items()]
    (config / "opensearch.yml").write_text("".join(lines), encoding="utf-8")
    (config / "log4j2.properties").write_text(LOG, encoding="utf-8")
    options = [*OPTIONS, *java, f"-Djava.io.tmpdir={own_folder(folder / 'tmp')}"]
    places = [f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={config}"]
    main = ["-cp", f"{home}/lib/*", "org.opensearch.bootstrap.OpenSearch"]
    return Server.start(f"http://127.0.0.1:{http}", ["java", *options, *places, *main], folder, signal.SIGTERM)


def wait_for_nodes(servers: list[Server]) -> None:
    """Wait until every node responds and sees all others.

    :raises tests.servers.processes.ServerFailed: one of them does not.
    """
    for server in servers:
        server.wait(lambda server=server: _nodes_seen(server.url) == len(servers))  # type: ignore[misc]


def _nodes_seen(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=5) as answer:
            return int(json.load(answer)["number_of_nodes"])
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0
