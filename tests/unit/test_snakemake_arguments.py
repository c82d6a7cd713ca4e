import pytest

from hidden_units.snakemake_arguments import with_gpus, with_steps


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["--resources", "gpu=2"]),
        (["-n"], ["-n", "--resources", "gpu=2"]),
        (["--resources", "mem_mb=9"], ["--resources", "gpu=2", "mem_mb=9"]),
        (["--resources", "mem_mb=9", "gpu=1"], ["--resources", "mem_mb=9", "gpu=1"]),
        (["--resources=gpu=1"], ["--resources=gpu=1"]),
    ],
)
def test_gpus_are_added_to_the_resources_unless_the_user_counts_them(arguments, expected):
    assert with_gpus(arguments, gpus=2) == expected
    assert with_gpus(arguments, gpus=0) == arguments


@pytest.mark.parametrize(
    "wish", ["-n", "--dry-run", "--quiet", "--quiet=rules", "--verbose", "--printshellcmds", "--logger"]
)
def test_a_line_a_step_is_asked_for_unless_the_user_wants_other_words(wish):
    assert with_steps(["--forceall"]) == ["--forceall", "--logger", "steps"]
    assert with_steps([wish, "x"]) == [wish, "x"]
