"""How long a run takes: jobs on cores, the time left of a run, what a finished one would take elsewhere."""

import csv
import logging
import random
import re
import shutil
from pathlib import Path

import pytest

from hidden_units import forecast
from hidden_units.config import resolve
from hidden_units.files import write_json
from hidden_units.forecast import main, on_cores, rule_settings
from hidden_units.records import Record, asdict
from hidden_units.schedule import (
    SCALED_BY,
    STARTS,
    UNKNOWN,
    Job,
    Remaining,
    amount,
    clock,
    cost,
    costs,
    longest_chain,
    schedule,
)
from hidden_units.yaml_files import read_mapping
from snakemake_logger_plugin_steps import LogEvent
from snakemake_logger_plugin_steps.live import LiveLine, epoch

ROOT = Path(__file__).resolve().parents[2]


def settings(overlay: str) -> dict:
    """A configuration as jobs see it."""
    base = read_mapping(ROOT / "config/config.yaml")
    return resolve(merged(base, read_mapping(ROOT / "config" / overlay)))


def merged(base: dict, over: dict) -> dict:
    """Two configurations as Snakemake merges them."""
    both = {
        key: merged(base[key], over[key]) for key in base.keys() & over.keys() if isinstance(over[key], dict)
    }
    return {**base, **over, **both}


BRUSH = settings("brush.yaml")

# Four seconds of a, then c and b side by side, then d with all cores; e may run at any time.
DIAMOND = [
    Job("d", 2, threads=8, needs=("b", "c")),
    Job("c", 3, needs=("a",)),
    Job("b", 5, needs=("a",)),
    Job("a", 4, needs=("absent",)),
    Job("e", 1),
]


@pytest.mark.parametrize(
    ("cores", "ends"),
    [
        (1, {"a": 4, "c": 7, "b": 12, "d": 14, "e": 15}),
        (2, {"a": 4, "e": 1, "c": 7, "b": 9, "d": 11}),
        (None, {"a": 4, "e": 1, "c": 7, "b": 9, "d": 11}),
    ],
)
def test_jobs_start_in_their_order_as_soon_as_their_needs_and_cores_allow(cores, ends):
    assert schedule(DIAMOND, cores) == ends


def test_a_higher_priority_starts_first_and_a_job_that_does_not_fit_lets_smaller_ones_pass():
    jobs = [Job("low", 1), Job("wide", 1, threads=2, priority=1), Job("high", 1, priority=2), Job("next", 1)]
    assert schedule(jobs, 2) == {"high": 1, "low": 1, "next": 2, "wide": 3}
    assert schedule([], 2) == {}


def test_the_longest_chain_is_what_no_number_of_cores_makes_shorter():
    chain = longest_chain(DIAMOND)
    assert [job.name for job in chain] == ["a", "b", "d"]
    assert sum(job.seconds for job in chain) == max(schedule(DIAMOND, None).values())


def test_only_the_work_after_its_start_is_shared_by_a_jobs_threads():
    seconds = [on_cores([Job("x", 9, threads=8)], cores)[0].seconds for cores in (1, 2, 8, 64)]
    assert seconds == [9, 5, 2, 2]
    assert on_cores([Job("x", 0.5, threads=8)], 8)[0].seconds == 0.5


# costs


@pytest.mark.parametrize("rule", SCALED_BY)
def test_each_setting_that_scales_a_rule_is_in_the_configuration(rule, monkeypatch):
    (job, *_) = costs()[rule][0]
    whole = amount(BRUSH, job)
    for key in SCALED_BY[rule]:
        monkeypatch.setitem(SCALED_BY, rule, tuple(other for other in SCALED_BY[rule] if other != key))
        assert amount(BRUSH, job) != whole, key
        monkeypatch.undo()


def test_what_a_job_costs_follows_the_settings_and_names_like_its_own():
    seconds = cost(BRUSH, "train_netconv/netconv-seed-0")
    twice = {**BRUSH, "training": {**BRUSH["training"], "epochs": 2 * BRUSH["training"]["epochs"]}}
    assert cost(twice, "train_netconv/netconv-seed-0") == pytest.approx(2 * seconds - STARTS["train_netconv"])
    others = [cost(BRUSH, f"train_netconv/netconv-seed-{seed}") for seed in range(5)]
    for name in ("train_netconv/netconv-seed-7", "train_netconv_variants/adam-netconv-seed-0"):
        assert min(others) <= cost(BRUSH, name) <= max(others)
    trained = cost(BRUSH, "train_perceptrons/other")
    assert cost(BRUSH, "train_perceptron_variants/adam-netlin") == trained > UNKNOWN
    assert cost(BRUSH, "no_such_rule") == UNKNOWN


def test_the_table_names_rules_of_this_workflow():
    assert set(costs()) <= set(rule_settings())


# the time left


def stage(job: str) -> int:
    """When a job of the table comes, roughly: data, training, all that reads it, the last ones one by one."""
    last = ["render_report", "render_pdf", "collect_provenance", "write_manifest", "write_crate"]
    if job in last:
        return 3 + last.index(job)
    return 0 if job == "prepare_dataset" else 1 if job.startswith("train") else 2


@pytest.mark.parametrize("overlay", ["brush.yaml", "smoke.yaml"])
@pytest.mark.parametrize("cores", [2, 8])
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_from_a_third_of_a_run_on_its_end_is_foreseen_within_a_quarter(overlay, cores, speed):
    config, noise = settings(overlay), random.Random(0)
    names = [name for rows in costs().values() for name, *_ in rows]
    needs = {name: tuple(other for other in names if stage(other) == stage(name) - 1) for name in names}
    planned = [Job(name, cost(config, name), needs=needs[name]) for name in names]
    # Another machine, on which each job is off by its own factor: half of them by more than a fifth.
    real = [
        Job(job.name, job.seconds / speed * noise.lognormvariate(0, 0.3), needs=job.needs) for job in planned
    ]
    ends, seconds = schedule(real, cores), {job.name: job.seconds for job in real}
    total = max(ends.values())
    events = sorted(
        [(ends[name] - seconds[name], 1, name) for name in names]
        + [(end, 0, name) for name, end in ends.items()]
    )
    remaining = Remaining(planned, cores)
    for now, is_start, name in events:
        (remaining.start if is_start else remaining.finish)(name, now)
        if total / 3 <= now < total:
            assert abs(now + remaining.left(now) - total) <= total / 4
    assert remaining.left(total) == 0


def test_what_waits_for_a_failed_job_is_not_waited_for():
    remaining = Remaining(DIAMOND, 2)
    remaining.start("a", 0)
    remaining.fail("a", 1)
    assert [job.name for job in remaining.jobs] == ["e"]


# the line


def line_of(*records: dict, at: float, width: int = 80) -> str:
    """The line after records of Snakemake's, each with its second."""
    line = LiveLine()
    for one in records:
        record = logging.makeLogRecord({"msg": "", **one})
        record.created = one["created"]
        line.see(record)
    return line.text(at, width)


def test_the_line_tells_steps_times_and_what_runs_with_its_epoch(tmp_path):
    log = tmp_path / "job.log"
    log.write_text(
        "netlin seed 1: epoch 10/10, accuracy\nTrain Epoch: 3 [640/12000 (5%)]\nseed 2: epoch 3/10, ふ\n"
    )
    begun = {"event": LogEvent.RUN_INFO, "stats": {"total": 3}, "created": 0}
    plan = {"plan": [Job("train/a", 20), Job("train/b", 20), Job("all", 0)], "cores": 1, "created": 0}
    job = {"event": LogEvent.JOB_INFO, "jobid": 7, "rule_name": "train", "log": [log], "created": 0}
    job["benchmark"] = "results/x/benchmarks/train/a.tsv"
    assert line_of(at=1) == ""
    assert line_of(begun, at=61) == "0 of 3 done | 1:01 so far"
    assert line_of(begun, plan, job, at=5) == (
        "0 of 3 done | 0:05 so far | about 0:35 left | train a seed 2: epoch 3/10"
    )
    ended = {"event": LogEvent.JOB_FINISHED, "job_id": 7, "created": 20}
    assert line_of(begun, plan, job, ended, at=21).endswith("about 0:20 left")
    failed = {"event": LogEvent.JOB_ERROR, "jobid": 7, "created": 20}
    assert line_of(begun, plan, job, failed, at=21).endswith("about 0:20 left")
    for width in range(1, 100):
        assert len(line_of(begun, plan, job, at=5, width=width)) < max(width, 1) or width == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ""),
        ("after 100000 epochs", ""),
        ("Train Epoch: 12 [0/5", " epoch 12"),
        ("n seed 3: epoch 1/2", " seed 3: epoch 1/2"),
    ],
)
def test_the_epoch_of_a_job_is_the_last_one_in_its_log(tmp_path, text, told):
    (tmp_path / "log").write_text("epoch 99/99\n" * (2000 if told else 0) + text)
    assert epoch(str(tmp_path / "log")) == told
    assert epoch(str(tmp_path / "absent")) == epoch("") == ""


# a finished run


@pytest.fixture
def finished(tmp_path):
    """A run of three jobs on two cores: data, a training with eight threads, a report."""
    folder = tmp_path / "results/x"
    made = {
        "prepare_dataset": ("data/images.npy", (), 3.0, "NA"),
        "train_restarts/srn-anb2n": ("sequences/srn/runs.npz", ("data/images.npy",), 5.0, 900.5),
        "render_report": ("report/report.html", ("sequences/srn/runs.npz", "Snakefile"), 2.0, 300),
    }
    for name, (output, inputs, seconds, memory) in made.items():
        record = Record("", {f"results/x/{one}": "0" for one in inputs}, {f"results/x/{output}": "0"})
        write_json(folder / f"records/{name}.json", asdict(record))
        place = folder / f"benchmarks/{name}.tsv"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"s\tmax_rss\n{seconds}\t{memory}\n")
    write_json(folder / "provenance.json", {"machine": {"usable_cores": 2}})
    write_json(folder / "records/settings.json", {"settings": ""})
    (folder / "manifest.sha256").touch()
    (folder / "config.yaml").write_text("run: x\n")
    return folder


def test_a_finished_run_is_told_for_other_numbers_of_cores(finished, capsys):
    main([str(finished), "--cores", "4"])
    said = capsys.readouterr().out
    # Of the training one second is its start, four were done by two threads.
    assert f"{finished}: 3 jobs, 0:14 of one core's time" in said
    rows = re.findall(r"^ +(\d+) +(\d+:\d+) ", said, flags=re.MULTILINE)
    assert rows == [("1", "0:14"), ("2", "0:10"), ("4", "0:08"), ("8", "0:07"), ("64", "0:07")]
    assert re.search(r"sequences +0:09 +64%", said) and "longest chain, 0:07:\n  prepare_dataset" in said
    assert said.endswith("Largest memory: 900 MB (train_restarts/srn-anb2n).\n")


def test_the_table_of_costs_is_made_of_a_finished_run(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(forecast, "COSTS", tmp_path / "costs.csv")
    (finished / "config.yaml").write_text(
        "dataset: {name: idx}\nsequences: {steps: 10, restarts: {srn-anb2n: 3}}\n"
    )
    main([str(finished), "--write-costs"])
    rows = list(csv.reader((tmp_path / "costs.csv").read_text().splitlines()))
    assert rows == [
        ["job", "seconds", "amount"],
        ["prepare_dataset", "3.00", "60000"],
        ["render_report", "2.00", "1"],
        ["train_restarts/srn-anb2n", "9.00", "30"],
    ]


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("manifest.sha256", "found no manifest.sha256, expected the results of a finished run"),
        ("provenance.json", "provenance.json: missing or not as a run writes it (FileNotFoundError)"),
        ("benchmarks/render_report.tsv", "render_report.tsv: missing or not as a run writes it"),
        ("records", "records: found no records, expected one"),
    ],
)
def test_an_unfinished_run_or_a_missing_file_is_told_in_one_sentence(finished, missing, told):
    shutil.rmtree(finished / missing) if missing == "records" else (finished / missing).unlink()
    with pytest.raises(SystemExit) as error:
        main([str(finished)])
    assert told in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("cores", ["0", "-1", "many", "1.5", ""])
def test_cores_that_are_no_number_are_told_in_one_sentence(finished, cores):
    with pytest.raises(SystemExit, match="expected a whole number"):
        main([str(finished), f"--cores={cores}"])


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0:00"), (59.6, "1:00"), (754, "12:34"), (3723, "1:02:03")]
)
def test_times_are_told_as_on_a_clock(seconds, said):
    assert clock(seconds) == said
