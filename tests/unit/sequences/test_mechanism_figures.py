import pandas as pd

from hidden_units.sequences.figures import mechanism


def test_a_string_is_unrolled_letter_by_letter():
    walk = pd.DataFrame(
        {
            "letter": [None, "A", "B"],
            "h1": [-1, 0.25, 1],
            "h2": [-0.001, -0.5, 0.125],
            "p_A": [0.75, 0.25, 0.999],
            "p_B": [0.25, 0.75, 0.001],
            "next_letter": ["A", "B", "A"],
        }
    )
    figure = mechanism.unrolled(walk)
    boxed = [text for text in figure.axes[0].texts if text.get_text() in ("A", "B")]
    rows = pd.DataFrame(
        [(*text.get_position(), text.get_text()) for text in boxed], columns=["x", "y", "letter"]
    )
    read, following = (column.sort_values("y", ascending=False) for _, column in rows.groupby("x"))
    assert [*read["letter"]] == ["A", "B"] and [*following["letter"]] == ["A", "B", "A"]
    assert [*read["y"]] == [*following["y"][1:]]  # those read, not the start
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {"−1.00", "0.25", "−0.50", "0.00"} < {*words} and "−0.00" not in words
    assert [word for word in words if word.startswith(("A ", "B "))] == [
        "A 75",
        "B 25",
        "A 25",
        "B 75",
        "A 99",
    ]


def test_the_cell_has_each_gate_with_what_it_decides():
    figure, parts = mechanism.cell()
    words = {text.get_text().replace("\n", " ") for text in figure.axes[0].texts}
    assert {*parts["part"], *parts["decides"]} < words and len(parts) == 4
