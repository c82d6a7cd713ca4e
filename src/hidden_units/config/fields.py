"""Types of single values, with their bounds, and what all blocks of keys have in common."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SerializeAsAny, WrapValidator

from hidden_units.datasets.shape import MOST_CLASSES
from hidden_units.yaml_files import unprintable

T = TypeVar("T")


def as_written(value: Any, check: Any) -> Any:
    """A number as it was written: 1 stays 1 where 1.0 would do, in the resolved file and in its hashes."""
    check(value)
    return value


# Two checks that say no more than pydantic's own; a ValueError in a block brings its whole sentence.


def no_entry_twice(values: list) -> list:
    """The list, unless an entry occurs in it twice."""
    if len(set(values)) < len(values):
        raise AssertionError
    return values


def printable(text: str) -> str:
    """The text, unless it holds a control character."""
    if unprintable(text):
        raise AssertionError
    return text


def form(pattern: str, words: str) -> Any:
    """A pattern, and what it means in words."""
    # Pydantic's regular expressions are Rust's: `$` is the end of the text, and not before a last line feed.
    return Field(pattern=pattern, json_schema_extra={"form": words})


Text = Annotated[str, AfterValidator(printable)]
Number = Annotated[float, WrapValidator(as_written)]
Positive = Annotated[float, Field(gt=0), WrapValidator(as_written)]
Rate = Annotated[float, Field(ge=0, lt=1), WrapValidator(as_written)]
Scale = Annotated[float, Field(gt=0, le=1_000_000), WrapValidator(as_written)]
Fraction = Annotated[str, form("^-?[0-9]{1,9}/[1-9][0-9]{0,8}$", 'that is a fraction, such as "3/2"')]
Weight = SerializeAsAny[
    Annotated[float, Field(ge=-1_000_000, le=1_000_000), WrapValidator(as_written)] | Fraction
]
Count = Annotated[int, Field(ge=1, le=100_000)]
CountOrNone = Annotated[int, Field(ge=0, le=100_000)]
# A restart on one of the 100,000 examples with n up to 10 takes 10 MB to evaluate.
FewOrNone = Annotated[int, Field(ge=0, le=1000)]
Epochs = Annotated[int, Field(ge=1, le=1_000_000_000)]
HiddenSize = Annotated[int, Field(ge=1, le=10_000)]
Label = Annotated[int, Field(ge=0, le=MOST_CLASSES - 1)]
Address = Annotated[Text, Field(max_length=1000), form("^https?://", "that begins with http:// or https://")]
Name = Annotated[Text, Field(min_length=1)]
# netlin, netfull, netconv or one of your own; `Config.check_networks` knows them all.
Family = Name
Distinct = Annotated[list[T], AfterValidator(no_entry_twice), Field(json_schema_extra={"uniqueItems": True})]


class Block(BaseModel):
    """A block of keys: no others are allowed, and no value is turned into another type."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )
