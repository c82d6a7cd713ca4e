#!/bin/sh
# Print a Python of 3.11 or newer: $PYTHON where that is set, else that of .venv, else the newest that is found.

[ -n "$PYTHON" ] && set -- "$PYTHON" ||
    set -- .venv/bin/python python3.14 python3.13 python3.12 python3.11 python3
for candidate do
    # A pyenv shim may be there and not run, so each is tried.
    # -I: what PYTHONHOME says of another Python would keep it from starting.
    if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done
found=$("$candidate" --version 2>/dev/null) || found="no working Python"
echo "Python 3.11 or newer is needed, but $candidate is $found; install one (Debian: apt-get install python3" \
    "python3-venv) or name it: make PYTHON=/path/to/python3.12 report." >&2
exit 1
