"""For all tests: one thread, as in the jobs; no judgement of hypothesis on how fast a machine is; tallies."""

import os

from hypothesis import HealthCheck, settings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

TALLY = "tally"


def pytest_terminal_summary(terminalreporter):
    """Say what tests have counted, such as the faults that were tried and what came of them."""
    told = {
        report.nodeid.rpartition("::")[2]: dict(report.user_properties)[TALLY]
        for reports in terminalreporter.stats.values()
        for report in reports
        if TALLY in dict(getattr(report, "user_properties", ()))
    }
    if told:
        terminalreporter.section("counted")
        for name, counts in told.items():
            found = ", ".join(f"{count} {what}" for what, count in counts.items())
            terminalreporter.write_line(f"{name}: {found}")
