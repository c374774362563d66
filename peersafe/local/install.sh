#!/bin/sh
# Finds a Python that fits, then lets install.py make .venv. Used by the Makefile: install.sh run|dev
set -eu
cd "$(dirname "$0")/../.."

fits() {
    "$1" -I -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    if ! fits "$PYTHON"; then
        echo "PYTHON=$PYTHON is not a Python 3.11, 3.12, 3.13 or 3.14." >&2
        exit 2
    fi
    exec "$PYTHON" -I peersafe/local/install.py "$1"
fi
for candidate in .venv/bin/python python3.13 python3.12 python3.14 python3.11 python3 python; do
    if fits "$candidate"; then
        exec "$candidate" -I peersafe/local/install.py "$1"
    fi
done
echo "PeerSafe needs Python 3.11, 3.12, 3.13 or 3.14, and found none of them." >&2
echo "  Debian, Ubuntu:  apt install python3 python3-venv" >&2
echo "  macOS:           brew install python" >&2
echo "Is one somewhere else? Say where:  make run PYTHON=/path/to/python3" >&2
exit 2
