"""The block `sweep`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError, model_validator

from hidden_units.config.characters import Characters
from hidden_units.config.fields import Block, Distinct, Family, Number
from hidden_units.config.training import Training
from hidden_units.config.words import explain, inlined


class Sweep(Block):
    """Networks of the first study, trained again with other values of one setting.

    Each run is compared with the one of its seed in the main study, whose own value is a point of the curve.
    """

    setting: Literal["learning_rate", "momentum", "batch_size", "epochs", "hidden"] | None = None
    """The setting: one of `training`, or `hidden` of `characters`, whose values join `characters: widths`;
    null for none."""

    values: Distinct[Number] = Field([], max_length=100)
    """Its values, within the bounds that the setting has in its own block. If training diverges at one, its
    accuracy is missing and the report says so."""

    networks: Distinct[Family] = Field(["netlin", "netfull"], min_length=1)
    """Which of netlin, netfull, netconv and your own to train; for `hidden` netfull alone."""

    seeds: int | None = Field(None, ge=1, le=1000)
    """How many of the study's seeds to train; null for the first five (all if there are fewer)."""

    @model_validator(mode="after")
    def check_values(self) -> Sweep:
        """Refuse half a sweep, values that the setting itself could not have, and networks without it."""
        if bool(self.setting) != bool(self.values):
            raise ValueError(
                f"`sweep: {'values' if self.setting else 'setting'}` is missing; a sweep needs a setting and "
                "its values, as in `sweep: {setting: learning_rate, values: [0.003, 0.03]}`."
            )
        owner = Training if self.setting in Training.model_fields else Characters
        for place, value in enumerate(self.values):
            try:
                owner.model_validate({self.setting: value})
            except ValidationError as found:
                schema = {"items": inlined(owner.model_json_schema(), {})["properties"][self.setting]}
                for key in ("values", "sweep"):
                    schema = {"properties": {key: schema}}
                error = {**found.errors(include_url=False)[0], "loc": ("sweep", "values", place)}
                raise ValueError(explain(error, schema)) from None
        if self.setting == "hidden" and self.networks != ["netfull"]:
            raise ValueError(
                f"`sweep: networks` is {', '.join(self.networks)}, but `sweep: setting` is hidden, which "
                "netfull alone has; set it to [netfull]."
            )
        return self
