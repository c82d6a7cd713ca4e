"""The one exception for expected user errors."""

from hidden_units.names import NO_BREAK


class StudyError(Exception):
    """An expected user error in one sentence: where, what was found, what was expected, how to fix it.

    Scripts end with this sentence as the last line of their log; the Snakefile raises it as a
    WorkflowError. It is never shown as a traceback. What it quotes may come from anywhere, so line feeds and
    whatever else cannot be printed are escaped: the sentence stays on one line, on any terminal.
    """

    def __init__(self, sentence: str):
        super().__init__("".join(printable(letter) for letter in sentence))


def printable(letter: str) -> str:
    """A letter as it is, or its escape."""
    if letter.isprintable() or letter == NO_BREAK:
        return letter
    return letter.encode("unicode_escape").decode("ascii")
