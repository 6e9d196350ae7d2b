#!/bin/sh
# Install what `make run` or `make test` needs of the system's packages: system.sh run|test
# All that is missing is named in one line; with the rights to, it is installed.
set -eu
python=${PYTHON:-python3}
missing=

# need CHECK PACKAGES: without what CHECK looks for, these packages are missing.
need() { sh -c "$1" >/dev/null 2>&1 || missing="$missing $2"; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Python 3.11 or newer is needed as $python (PYTHON=python3.12 make $1 names another)." >&2
    exit 1
}
need "$python -c 'import ensurepip, venv'" python3-venv
need 'ls /usr/share/tesseract-ocr/*/tessdata/srp_latn.traineddata /usr/share/tesseract-ocr/*/tessdata/osd.traineddata' \
    'tesseract-ocr-srp tesseract-ocr-srp-latn tesseract-ocr-eng tesseract-ocr-osd'
if [ "$1" = test ]; then
    # libatomic1: what Playwright's own Node.js wants beside the browser's libraries
    if [ ! -x /usr/bin/chromium ] && grep -qs '^ID=ubuntu' /etc/os-release; then
        echo "Ubuntu has Chromium as a snap only, which tests do not start: those in a browser are skipped, each by name." >&2
        echo "With another Chromium at /usr/bin/chromium they run." >&2
    else
        # The one without windows opens a page for half as much of the processor; where there is another, that will do.
        need 'test -x /usr/bin/chromium && ls /usr/lib/*/libatomic.so.1' 'chromium chromium-headless-shell libatomic1'
    fi
    need 'ls /usr/lib/*/libarchive.so.13' libarchive13
    need 'command -v bwrap' bubblewrap
    need 'ls /usr/lib/postgresql/*/bin/postgres' postgresql
    need 'java -version' default-jre-headless
    need 'mvn --version' maven
fi
[ -n "$missing" ] || exit 0

echo "Missing of the system's packages:$missing"
install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    apt-get update && DEBIAN_FRONTEND=noninteractive $install
elif sudo -n true 2>/dev/null; then
    sudo apt-get update && sudo DEBIAN_FRONTEND=noninteractive $install
else
    echo "No rights to install them. Run this line, then make $1 again:" >&2
    echo "  sudo apt-get update && sudo $install" >&2
    exit 1
fi
