"""How the tasks of the sequences study are named in text."""

from __future__ import annotations

SRN_TASK, LSTM_TASK = "srn-anb2n", "lstm-anb2nc3n"
SUPERSCRIPTS = str.maketrans("n0123456789", "ⁿ⁰¹²³⁴⁵⁶⁷⁸⁹")


def network_name(task: str) -> str:
    """`SRN` or `LSTM`."""
    return task.partition("-")[0].upper()


def language_name(task: str) -> str:
    """`aⁿb²ⁿ`; with `, n to 10` where training went further than published."""
    name, _, largest = task.partition("-")[2].partition("-to")
    letters = "".join(
        character if character.isalpha() and character != "n" else character.translate(SUPERSCRIPTS)
        for character in name
    )
    return f"{letters}, n to {largest}" if largest else letters


def task_name(task: str) -> str:
    """`SRN on aⁿb²ⁿ`."""
    return f"{network_name(task)} on {language_name(task)}"
