import pandas as pd

from hidden_units.sequences.figures import mechanism


def test_a_string_is_unrolled_letter_by_letter():
    walk = pd.DataFrame(
        {
            "letter": [None, "A", "B"],
            "h1": [-1, 0.25, 1],
            "h2": [0, -0.5, 0.125],
            "p_A": [0.75, 0.25, 0.999],
            "p_B": [0.25, 0.75, 0.001],
            "next_letter": ["A", "B", "A"],
        }
    )
    figure = mechanism.unrolled(walk)
    words = [text.get_text() for text in figure.axes[0].texts if text.get_text()]
    assert [word for word in words if word in ("A", "B")] == ["A", "B"]  # those read, not the start
    assert {"−1.00", "0.25", "−0.50"} < {*words}
    assert [word for word in words if word.startswith(("A ", "B "))] == ["A 75", "B 75", "A 99"]
    assert [word for word in words if word.startswith("next")] == ["next: A", "next: B", "next: A"]


def test_the_cell_has_each_gate_with_what_it_decides():
    figure, parts = mechanism.cell()
    words = {text.get_text().replace("\n", " ") for text in figure.axes[0].texts}
    assert {*parts["part"], *parts["decides"]} < words and len(parts) == 4
