"""The sentence of a judgement: the claim's template in claims.yaml, filled with the facts of its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from hidden_units.report import wording
from hidden_units.report.claims.verdicts import called, with_interval

# What the templates share: items as `a, b and c`, each as the caller says it; the interval of a difference.
MACROS = """
{%- macro listed(items, last="and") -%}
{%- for item in items -%}
{{ caller(item) }}{% if loop.revindex == 2 %} {{ last }} {% elif not loop.last %}, {% endif %}
{%- endfor -%}
{%- endmacro -%}
{%- macro scatter(row) -%}
{%- if row.low is absent -%} (no scatter: no interval)
{%- else -%} {{ row.low|interval(row.high, shown="points") }}
{%- endif -%}
{%- endmacro -%}
"""
SPACES = re.compile(r"[ \n]+")


@cache
def environment() -> Environment:
    """Jinja2 for plain text, with the numbers and names of `wording` as filters."""
    jinja = Environment(undefined=StrictUndefined)
    jinja.filters.update(wording.FILTERS, called=called, with_interval=with_interval)
    jinja.tests["absent"] = wording.is_absent
    jinja.globals["no_break"] = wording.NO_BREAK
    return jinja


@cache
def compiled(template: str) -> Template:
    """A claim's template with the macros that all share."""
    return environment().from_string(MACROS + template)


def sentence(template: str, facts: Mapping[str, Any]) -> str:
    """A template filled with facts, in one line; spaces that do not break stay."""
    return SPACES.sub(" ", compiled(template).render(facts)).strip(" ")
