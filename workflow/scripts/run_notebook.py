"""Run a notebook with its parameters; what it leaves is the same bytes each time."""

from job import job

from pathlib import Path

import hidden_units
from hidden_units.files import write_text
from hidden_units.notebooks.running import FailedNotebook, notebook_text, run_notebook

with job(snakemake) as log:
    library = Path(hidden_units.__file__).parents[1]
    try:
        notebook, said = run_notebook(
            snakemake.input.notebook, snakemake.params.parameters, python_path=[library]
        )
    except FailedNotebook as error:
        # Not in the log: Snakemake shows that on the terminal, where the sentence is enough.
        traceback = Path(snakemake.log[0]).with_suffix(".traceback")
        write_text(traceback, error.traceback)
        log.info("%s: what Python says of it", traceback)
        raise
    if said:
        log.debug("%s", said)
    write_text(snakemake.output[0], notebook_text(notebook))
