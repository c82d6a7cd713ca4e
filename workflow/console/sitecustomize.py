"""Read by every Python of a run as it starts: interrupted while it still loads, it ends without a word."""

import sys

sys.excepthook = lambda kind, error, trace: (
    None if issubclass(kind, KeyboardInterrupt) else sys.__excepthook__(kind, error, trace)
)
