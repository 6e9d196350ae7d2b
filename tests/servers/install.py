"""Installation of the OpenSearch server from Maven Central in the layout of its distribution.

OpenSearch has no Debian and no Python package. Its parts are in Maven Central, so Maven copies them (pom.xml) and they
are moved to where the server looks for them: ``lib``, and one folder for each module with its descriptor.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers.processes import ServerFailed, readable_folder

VERSION = "2.19.6"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
POM = Path(__file__).with_name("pom.xml")

MODULES = {
    "transport-netty4": ("org.opensearch.transport.Netty4Plugin", ("netty-", "transport-netty4-")),
    "lang-painless": (
        "org.opensearch.painless.PainlessPlugin",
        ("lang-painless-", "opensearch-scripting-painless-spi-", "antlr4-runtime-", "asm-"),
    ),
    "analysis-common": ("org.opensearch.analysis.common.CommonAnalysisPlugin", ("analysis-common-",)),
    "reindex": (
        "org.opensearch.index.reindex.ReindexPlugin",
        ("reindex-client-", "opensearch-rest-client-", "opensearch-ssl-config-", "http", "commons-"),
    ),
}
"""Each module's class, and the prefixes of its libraries; all other libraries belong to the server."""

DESCRIPTOR = """\
name={name}
description=The module {name}
version={version}
opensearch.version={version}
java.version=11
classname={classname}
"""

NETTY_POLICY = """\
grant {
  permission java.net.SocketPermission "*", "accept,connect";
  permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";
  permission java.lang.RuntimePermission "*";
};
"""

PAINLESS_POLICY = """\
grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
"""

POLICIES = {"transport-netty4": NETTY_POLICY, "lang-painless": PAINLESS_POLICY}
"""Java security policies of modules, which their JAR files lack.

The network module needs sockets and threads, the scripting module class loaders.
"""


def cache_folder() -> Path:
    """Return the folder of installed servers.

    The unprivileged user must be able to read it, so it is not in root's home.
    """
    own = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path("/var/cache" if os.geteuid() == 0 else own) / "dosije-test-servers"


def opensearch_home() -> Path:
    """Return the folder of the server, which is installed if missing.

    :raises ServerFailed: Maven is missing or fails, or the folder cannot be created.
    """
    recipe = hashlib.sha256(POM.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:8]
    home = cache_folder() / f"opensearch-{VERSION}-{recipe}"
    if home.is_dir():
        return home
    try:
        readable_folder(home.parent)
    except OSError as error:
        raise ServerFailed(f"{home.parent} cannot be made ({error.strerror}). Set XDG_CACHE_HOME.") from error
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        made = Path(scratch) / "home"
        _fetch(Path(scratch), made / "lib")
        _lay_out(made)
        try:
            made.rename(home)
        except OSError:
            # Another process has installed the same server meanwhile.
            assert home.is_dir()
    return home


def _fetch(scratch: Path, lib: Path) -> None:
    shutil.copy(POM, scratch)  # Maven writes beside its pom, which must not be in the repository
    command = ["mvn", "-B", "-q", COPY, "-DincludeScope=runtime", f"-DoutputDirectory={lib}"]
    try:
        run = subprocess.run(command, cwd=scratch, capture_output=True, text=True, timeout=600, check=False)
    except FileNotFoundError as error:
        raise ServerFailed("Maven is missing. Run: apt-get install maven default-jre-headless") from error
    if run.returncode:
        raise ServerFailed(f"Maven could not fetch OpenSearch {VERSION}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")


def _lay_out(home: Path) -> None:
    # The server would create missing folders, but has no permission to write to its home.
    for name in ("bin", "plugins", "extensions"):
        (home / name).mkdir()
    for name, (classname, beginnings) in MODULES.items():
        module = home / "modules" / name
        module.mkdir(parents=True)
        for library in (home / "lib").glob("*.jar"):
            if library.name.startswith(beginnings):
                library.rename(module / library.name)
        descriptor = DESCRIPTOR.format(name=name, version=VERSION, classname=classname)
        (module / "plugin-descriptor.properties").write_text(descriptor, encoding="utf-8")
    for name, policy in POLICIES.items():
        (home / "modules" / name / "plugin-security.policy").write_text(policy, encoding="utf-8")
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
