"""What the forecast reads of workflow/rules is what Snakemake plans with."""

import re

import pytest

from hidden_units.forecast import rule_settings
from tests.study import Study


@pytest.mark.slow
def test_threads_and_priorities_of_rules_are_those_that_snakemake_plans_with(tmp_path):
    dry = Study.new(tmp_path / "study").snakemake(
        "--dry-run", "--verbose", "--configfile", "config/brush.yaml", "--cores", 64
    )
    assert dry.returncode == 0, dry.stdout
    planned = {}
    for job in re.split(r"^(?:local)?rule (?=\w+:$)", dry.stdout, flags=re.MULTILINE)[1:]:
        rule = job[: job.index(":")]
        numbers = dict(re.findall(r"^    (threads|priority): (\d+)$", job, flags=re.MULTILINE))
        planned[rule] = (int(numbers.get("threads", 1)), int(numbers.get("priority", 0)))
    del planned["all"]  # has nothing to do
    settings = rule_settings()
    assert len(planned) > 30 and planned["train_restarts"][0] == 8 and "check_reproduction" in planned
    assert {rule: settings.get(rule, (1, 1)) for rule in planned} == planned
    # Snakemake starts the jobs whose priorities have the largest sum.
    threads, priority = planned.pop("train_restarts")
    assert priority > threads * max(other for _, other in planned.values())
