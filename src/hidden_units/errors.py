"""The one exception for expected user errors."""

from hidden_units.names import NO_BREAK


class StudyError(Exception):
    """An expected user error in one sentence: where, what was found, what was expected, how to fix it.

    Scripts end with this sentence as the last line of their log; the Snakefile raises it as a
    WorkflowError. It is never shown as a traceback. What it quotes may come from anywhere, so line feeds and
    whatever else cannot be printed are escaped: the sentence stays on one line, on any terminal.
    """

    def __init__(self, sentence: str):
        super().__init__(printable(sentence))


def printable(text: str) -> str:
    """A text in one line that does nothing to a terminal: what cannot be printed is escaped."""
    return "".join(
        letter
        if letter.isprintable() or letter == NO_BREAK
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def printable_lines(text: str) -> str:
    """The same for a text of several lines, such as a traceback."""
    return "\n".join(map(printable, text.expandtabs().split("\n")))
