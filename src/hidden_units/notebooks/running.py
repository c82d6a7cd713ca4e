"""Running a notebook with papermill so that it leaves the same bytes each time.

The kernel is the ipykernel of the Python that runs this, whatever kernels the user has installed. It uses
socket files in a folder of its own, so that parallel runs share no port, and neither reads nor writes the
user's Jupyter and IPython folders.
"""

from __future__ import annotations

import contextlib
import os
import re
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import nbformat
from nbformat import NotebookNode

with warnings.catch_warnings():
    # On a machine without their services papermill warns of parts that are not used here.
    warnings.simplefilter("ignore")
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook
    from papermill.translators import PythonTranslator, papermill_translators

from hidden_units.errors import StudyError
from hidden_units.failures import explained

ENGINE = "hidden-units"
SECONDS_A_CELL = 300
SECONDS_TO_START = 120
KERNEL_LOG = "kernel.log"
# Letters of a line of code that a message quotes.
LONGEST_LINE = 60
# The name of a socket file must fit into the operating system's 104 bytes (macOS) or 108 (Linux).
LONGEST_SOCKET_FOLDER = 70
KEPT_LANGUAGE_INFO = ("file_extension", "mimetype", "name", "nbconvert_exporter", "pygments_lexer")
# The kernel's own lines, such as when it is stopped.
KERNEL_ITSELF = "[IPKernelApp]"
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")
TERMINAL_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class FailedNotebook(StudyError):
    """A notebook that failed, in one sentence; `traceback` holds the rest, for a log."""

    def __init__(self, sentence: str, traceback: str = "") -> None:
        super().__init__(sentence)
        self.traceback = traceback


class Engine(NBClientEngine):
    """papermill's own engine, but for which kernel it takes, its sockets and its environment."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, environment, folder, **_: Any) -> NotebookNode:
        """Run all cells; papermill calls this."""
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            timeout=SECONDS_A_CELL,
            startup_timeout=SECONDS_TO_START,
            coalesce_streams=True,
        )
        client.km = client.create_kernel_manager()
        client.km.transport = "ipc"
        client.km.connection_file = str(folder / "kernel.json")
        # With no folder to look in, the kernel is ipykernel's own, run by this Python.
        client.km.kernel_spec_manager.kernel_dirs = []
        # What the kernel itself prints, such as when it is stopped, stays off the user's terminal.
        with (folder / KERNEL_LOG).open("w") as stream:
            return client.execute(env=dict(environment), stdout=stream, stderr=stream)


class PlainPython(PythonTranslator):
    """How parameters are written as code: papermill formats them with black only where that is installed."""

    @classmethod
    def codify(cls, parameters: Mapping[str, Any], comment: str = "") -> str:
        """A line a parameter."""
        return "".join(f"{name} = {cls.translate(value)}\n" for name, value in parameters.items())


papermill_engines.register(ENGINE, Engine)
papermill_translators.register("python", PlainPython)


def run_notebook(
    path: Path | str, parameters: Mapping[str, Any], python_path: Sequence[Path | str] = ()
) -> tuple[NotebookNode, str]:
    """Run a notebook in the working folder.

    Args:
        path: of the notebook, one with a cell tagged `parameters`.
        parameters: by name, each with a default in that cell.
        python_path: folders put before the kernel's path of modules.

    Returns:
        The notebook with its outputs, cleaned (see `clean`), and what its cells said on stderr.

    Raises:
        FailedNotebook: a cell failed, or the kernel died; nothing has been written anywhere.
    """
    with socket_folder() as folder:
        environment = kernel_environment(folder, python_path)
        try:
            # papermill takes a path and reads it again; with None it writes nothing.
            notebook = execute_notebook(
                str(path),
                None,
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                environment=environment,
                folder=folder,
            )
        except PapermillExecutionError as error:
            traceback = TERMINAL_COLOURS.sub("", "\n".join(error.traceback))
            raise FailedNotebook(sentence_of(path, error), traceback) from None
        except (RuntimeError, TimeoutError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            raise FailedNotebook(
                f"{path}: the kernel stopped or did not answer ({reason}); it may have run out of "
                "memory or time, so give the job more, or read its log.",
                (folder / KERNEL_LOG).read_text(encoding="utf-8", errors="replace"),
            ) from None
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    said = [output.text for output in outputs if is_stderr(output)]
    lines = [line for line in "".join(said).splitlines() if not line.startswith(KERNEL_ITSELF)]
    return clean(notebook, [Path.cwd(), *map(Path, python_path)]), "\n".join(lines)


@contextlib.contextmanager
def socket_folder() -> Iterator[Path]:
    """A folder for the kernel's sockets and settings, removed at the end; a short path even on a cluster."""
    place = gettempdir() if len(gettempdir()) < LONGEST_SOCKET_FOLDER else "/tmp"
    with TemporaryDirectory(prefix="notebook-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def kernel_environment(folder: Path, python_path: Sequence[Path | str]) -> dict[str, str]:
    """The variables of this process without the user's own settings of Jupyter, IPython and plots."""
    inherited = [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([*(str(Path(place).resolve()) for place in python_path), *inherited]),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "agg",
    }


def sentence_of(path: Path | str, error: PapermillExecutionError) -> str:
    """Which cell failed and why, in one sentence."""
    source = next((line for line in error.source.splitlines() if line.strip()), "")
    reason = " ".join(TERMINAL_COLOURS.sub("", error.evalue).split()) or "no reason given"
    # A foreseeable mistake is a sentence already; for one of the machine's there is one.
    what = reason if error.ename == "StudyError" else f"{error.ename}: {reason}"
    raised = MemoryError() if error.ename == "MemoryError" else RuntimeError(reason)
    what = explained(raised) or what
    line = textwrap.shorten(source, LONGEST_LINE, placeholder=" ...")
    return f"{path}: cell {error.exec_count} (`{line}`) failed: {what}"


def is_stderr(output: NotebookNode) -> bool:
    """Whether an output is what a cell wrote to stderr."""
    return output.output_type == "stream" and output.name == "stderr"


def clean(notebook: NotebookNode, folders: Sequence[Path] = ()) -> NotebookNode:
    """The notebook without what differs from run to run or from machine to machine.

    Gone are papermill's and the cells' times, random ids, the versions of Python, what went to stderr,
    addresses in memory, and the paths of the given folders in text.
    """
    notebook = nbformat.from_dict(notebook)
    notebook.metadata.pop("papermill", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {"name": "python"} | notebook.metadata.get("language_info", {})
    notebook.metadata["language_info"] = {key: language[key] for key in KEPT_LANGUAGE_INFO if key in language}
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        tags = cell.metadata.get("tags")
        cell["metadata"] = NotebookNode({"tags": tags} if tags else {})
        if cell.cell_type != "code":
            continue
        cell["outputs"] = [output for output in cell.outputs if not is_stderr(output)]
        for output in cell.outputs:
            if output.output_type == "stream":
                output["text"] = without_places(output.text, folders)
            for kind, content in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(content, str):
                    output["data"][kind] = without_places(content, folders)
    return notebook


def without_places(text: str, folders: Sequence[Path]) -> str:
    """Text without addresses in memory and with paths relative to the folders."""
    # The root of all folders is in every path.
    places = {str(folder.resolve()) for folder in folders} - {os.sep}
    for folder in sorted(places, key=len, reverse=True):
        text = text.replace(f"{folder}{os.sep}", "").replace(folder, ".")
    return ADDRESS.sub("", text)


def notebook_text(notebook: NotebookNode) -> str:
    """The text of an .ipynb file."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"
