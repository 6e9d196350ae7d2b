"""A reading process has loaded every table of rules before it forks: a fork would load it for one document only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SPECIMENS = Path(__file__).parents[2] / "documents" / "specimens"

READ = """
import sys
from pathlib import Path
from archive.config import Settings
from indexer.ingest.parts import ReadJob
from indexer.ingest.reading import Reader

def loaded():
    caches = [(f"{name}.{key}", one) for name, module in list(sys.modules.items()) if name.startswith("indexer.")
              for key, one in vars(module).items() if hasattr(one, "cache_info")]
    return {name for name, one in caches if one.cache_parameters()["maxsize"] is None and one.cache_info().currsize
            and not one.__wrapped__.__code__.co_argcount}

reader = Reader.of(Settings(), "never")
files = [Path(file) for file in sys.argv[1:]]
reader.prepare(ReadJob("0" * 64, files[0], files[0].name))
ahead, read = loaded(), reader.load()
assert len(ahead) > 100, len(ahead)
for file in files:
    list(read(ReadJob("0" * 64, file, file.name)))
print(*sorted(loaded() - ahead))
"""


def test_no_document_loads_what_the_process_could_have_loaded() -> None:
    """Also tables that the sample texts do not need, and those of rules that came after them."""
    files = sorted(SPECIMENS.glob("*.pdf"))
    assert len(files) > 20
    run = subprocess.run([sys.executable, "-c", READ, *files], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
