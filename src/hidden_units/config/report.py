"""The block `report`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hidden_units.config.fields import Block, Text


class Report(Block):
    """Your own words in the report, and its paper."""

    title: Text = Field("Hidden Units", max_length=200)
    """Title on the first page."""

    author: Text = Field("", max_length=200)
    """Name under the title; empty for none."""

    notes: Text = Field("", max_length=10_000)
    """Your own paragraph on the first page; empty for none."""

    paper: Literal["a4", "letter"] = "a4"
    """The paper of the PDF, and of the page where it is printed."""
