"""The look of figures: text that can be read on any ground."""

from __future__ import annotations

import numpy as np
import pytest

from hidden_units.plotting import BLACK, COLOURS, ink_on, luminance, plt


def contrast(one, other) -> float:
    """Contrast as WCAG 2 has it, 1 to 21."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_luminance_is_that_of_the_standard():
    assert luminance("white") == pytest.approx(1) and luminance("#000000") == 0
    # Between these two greys lies the least contrast that WCAG allows, 4.5.
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.005)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.005)


def test_ink_is_the_more_legible_of_black_and_white():
    for ground in [*COLOURS.values(), *np.linspace(0, 1, 20).astype(str)]:
        ink = ink_on(ground)
        other = BLACK if ink == "white" else "white"
        assert contrast(ground, ink) >= contrast(ground, other)


@pytest.mark.parametrize("name", ["YlGnBu", "PuOr", "Oranges", "Purples"])
def test_numbers_can_be_read_on_every_colour_of_a_heat_map(name):
    grounds = plt.get_cmap(name)(np.linspace(0, 1, 100))[:, :3]
    assert min(contrast(ground, ink_on(ground)) for ground in grounds) > 3.9
