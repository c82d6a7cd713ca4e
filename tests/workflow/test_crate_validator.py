"""What the validator of RO-Crates says of ours; skipped where it or the standard's context is out of reach.

`rocrate-validator` (package roc-validator) is no part of the environment: put it on the PATH. It asks
w3id.org for the JSON-LD context. Where there is no network, HIDDEN_UNITS_CRATE_CACHE names a cache that it
filled where there was one, with `rocrate-validator cache warm --cache-path <cache> --url <CONTEXT below>`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

import pytest

from hidden_units.config import resolve
from hidden_units.report.crate import FOLDERS, RESULTS, WORKFLOW, metadata
from tests.unit.report.test_crate import DATASET, PROVENANCE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "workflow-run-crate-0.5"
# Recommended, and left out: the study has no address of its own nor a publisher, and its README is the
# repository's.
NOT_FOLLOWED = {
    "process-run-crate-0.5_3.2",
    "process-run-crate-0.5_5.1",
    "ro-crate-1.1_22.3",
    "ro-crate-1.1_31.2",
    "workflow-ro-crate-1.0_6.1",
    "workflow-ro-crate-1.0_6.2",
}


@pytest.fixture(scope="module")
def validator() -> list[str]:
    """The command, and where it finds the context."""
    if not shutil.which("rocrate-validator"):
        pytest.skip("rocrate-validator is not on the PATH: pip install roc-validator, beside .venv")
    command = ["rocrate-validator", "--no-interactive", "--disable-color", "validate"]
    if cache := os.environ.get("HIDDEN_UNITS_CRATE_CACHE"):
        return [*command, "--offline", "--cache-path", cache]
    try:
        with urllib.request.urlopen(CONTEXT, timeout=10):
            return [*command, "--no-cache"]
    except OSError as error:
        pytest.skip(f"the context cannot be reached, {CONTEXT}: {error}")


@pytest.fixture(scope="module")
def crate(tmp_path_factory):
    """The folder of a run, with files as empty as the validator lets them be."""
    folder = tmp_path_factory.mktemp("crate")
    for name in ("config.yaml", WORKFLOW, *RESULTS):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    for name in FOLDERS:
        (folder / name).mkdir()
    config = resolve({"run": "made-up"})
    content = metadata(folder, config, PROVENANCE, DATASET)
    (folder / "ro-crate-metadata.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("severity", "allowed"), [("required", set()), ("recommended", NOT_FOLLOWED)])
def test_the_crate_follows_its_profile(validator, crate, tmp_path, severity, allowed):
    told = tmp_path / "told.json"
    subprocess.run(
        [*validator, "-p", PROFILE, "-l", severity, "-f", "json", "-o", told, crate],
        capture_output=True,
        check=False,
    )
    issues = json.loads(told.read_text(encoding="utf-8"))["issues"]
    failed = {issue["check"]["identifier"]: issue["message"] for issue in issues}
    assert {check: message for check, message in failed.items() if check not in allowed} == {}
