"""For all tests: their order, one thread as in the jobs, no time limits of hypothesis."""

import os

import pytest
from hypothesis import HealthCheck, settings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# These take minutes and come first, the longest at the head: whatever runs last, alone, should be short.
# Slurm's tests wait for most of their time, while others use the cores.
LONGEST_FIRST = (
    "cluster/test_slurm.py",
    "faults/test_kill.py",
    # While the first two wait for one study, this makes the other that many wait for.
    "workflow/test_reruns.py",
    "faults/test_disk_and_network.py",
    "workflow/test_extending.py",
    "workflow/test_studies.py",
    "browser/test_views.py",
)


def pytest_collection_modifyitems(items):
    """Put the longest files first, and give a failed browser test a second try."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(places)))
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
