"""What is refused, in one sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hidden_units.errors import StudyError


def sentence(action: Callable, *arguments: object, **options: object) -> str:
    """The text of the StudyError that an action raises, which must be one sentence."""
    with pytest.raises(StudyError) as raised:
        action(*arguments, **options)
    text = str(raised.value)
    assert "\n" not in text and text.endswith((".", "?")) and ". " not in text
    return text
