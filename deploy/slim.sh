#!/bin/sh
# Take out of the image's virtual environment what no process of ours opens: slim.sh /opt/dosije
set -eu
packages=$(echo "$1"/lib/python3*/site-packages)

# What built it, and what of opensearch-py only a transport by gRPC wants, which it does not import by itself.
"$1/bin/pip" uninstall --quiet --yes setuptools setuptools-scm vcs-versioning grpcio protobuf opensearch-protobufs pip
cd "$packages"
find . -type d \( -name tests -o -name SelfTest -o -name __pycache__ -o -name mupdf-devel \) -prune -exec rm -r {} +
# Object stores speak S3, and STS gives who has a role there its keys. Pages speak English and what has a translation; of other languages a few have lists of words.
find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name s3 ! -name sts -exec rm -r {} +
"$1/bin/python" - <<'END'
from pathlib import Path

from archive.text.known_words import OTHERS, PACKED

spoken = {"root", "en", *(path.name.partition("_")[0] for path in Path("webapp/translations").iterdir())}
for path in Path("babel/locale-data").glob("*.dat"):
    if path.stem.partition("_")[0] not in spoken:
        path.unlink()
for path in Path("simplemma/strategies/dictionaries/data").glob("*.plzma"):
    if path.stem not in OTHERS - {*PACKED}:
        path.unlink()
END
# Symbols that only a debugger reads; what lies in *.libs was cut by its makers already.
find . -name '*.so' ! -path '*.libs/*' -exec strip --strip-unneeded {} +
# Some packages hold files that are no Python of this release.
"$1/bin/python" -m compileall -qq -j 0 . || true
