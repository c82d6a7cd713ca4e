#!/bin/sh
# Print a Python of 3.11 or newer: $PYTHON where that is set, otherwise the newest that is found.

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

for candidate in "${PYTHON:-python3.14}" "${PYTHON:-python3.13}" "${PYTHON:-python3.12}" \
        "${PYTHON:-python3.11}" "${PYTHON:-python3}"; do
    # A pyenv shim may be there and not run, so each is tried.
    if "$candidate" -c "$new_enough" >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done

if [ -n "$PYTHON" ]; then
    found="PYTHON=$PYTHON is no such Python"
elif command -v python3 >/dev/null 2>&1; then
    found="python3 is $(python3 --version 2>&1 | head -n 1)"
else
    found="no python3 is on the PATH"
fi
echo "Python 3.11 or newer is needed, but $found; install one (Debian: apt-get install python3 python3-venv)" \
    "or name it: make PYTHON=/path/to/python3.12 report." >&2
exit 1
