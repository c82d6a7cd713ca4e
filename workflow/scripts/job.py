"""Imported first by every script: the library on the path, one thread, a log, failures in one sentence.

A script that is interrupted ends without a word; who asked for it knows.
"""

import gc
import logging
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

# Nothing that is imported becomes garbage, and looking for some takes a third of the time of an import.
gc.disable()

# Not PYTHONPATH: Snakemake drops it for jobs in conda environments.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from hidden_units.errors import StudyError, printable_lines
from hidden_units.failures import explained
from hidden_units.inherited import clean

# Before numpy is imported: its thread pools are sized and placed then. Training sets torch's from the config.
clean()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# torch keeps a folder even where it compiles nothing, else in the temporary folder of all users.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Path(".snakemake/torch").absolute()))

from hidden_units.records import damaged, hashes_of, write_record


def last_words(kind, error, trace):
    """What is said of an error outside the frame below, such as an import that gets no memory."""
    if sentence := explained(error):
        print(StudyError(sentence), file=sys.stderr)
        with suppress(AttributeError, OSError):
            # Snakemake has put this there before the script's first line.
            Path(sys.modules["__main__"].snakemake.log[0]).write_text(
                f"{StudyError(sentence)}\n", encoding="utf-8"
            )
    elif not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = last_words


class Format(logging.Formatter):
    """What is logged may quote anything, and is read on terminals."""

    before = ""

    def format(self, record):
        return self.before + printable_lines(super().format(record))


class TerminalFormat(Format):
    """Takes the place of the line of the time left, which Snakemake's process draws again below."""

    before = "\r\x1b[K" if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb" else ""


class LogFile(logging.FileHandler):
    """A log that cannot be written ends its job; logging alone would print a traceback and go on."""

    def handleError(self, record):
        error = sys.exception()
        if isinstance(error, OSError):
            error.filename = error.filename or self.baseFilename
        logging.getLogger(self.rule).removeHandler(self)
        # The sentence that ends a job is on the terminal by then.
        if record.levelno < logging.ERROR:
            raise error


@contextmanager
def job(snakemake):
    """Log to the rule's log file and to the terminal, and record what was read and written.

    A foreseeable failure ends in one sentence.
    """
    gc.freeze()
    gc.enable()
    log = logging.getLogger(snakemake.rule)
    log.propagate = False
    log.setLevel(logging.DEBUG)
    on_terminal = logging.StreamHandler()
    on_terminal.setFormatter(TerminalFormat(f"[{snakemake.rule}] %(message)s"))
    # DEBUG lines are for the file alone: they are too many to read as they pass.
    on_terminal.setLevel(logging.INFO)
    log.addHandler(on_terminal)
    # What the library logs goes the same ways.
    logging.getLogger("hidden_units").parent = log
    try:
        Path(snakemake.log[0]).parent.mkdir(parents=True, exist_ok=True)
        in_file = LogFile(snakemake.log[0], mode="w", encoding="utf-8")
        in_file.setFormatter(Format("%(message)s"))
        in_file.rule = snakemake.rule
        log.addHandler(in_file)
        inputs = hashes_of(snakemake.input)
        yield log
        write_record(snakemake.log[0], inputs, snakemake.output)
    except Exception as error:
        if sentence := reason(error, snakemake):
            log.error("%s", StudyError(sentence))
        else:
            log.exception("")
        sys.exit(1)


def reason(error, snakemake):
    """Why a job failed, in one sentence, where that can be foreseen; else None."""
    # A damaged file can look like any other mistake. There may be no memory left to look.
    with suppress(MemoryError, OSError):
        if sentence := damaged(snakemake.log[0], snakemake.input):
            return sentence
    return str(error) if isinstance(error, StudyError) else explained(error)


def in_folder(paths, *names):
    """The one path among inputs whose innermost folders have these names."""
    (path,) = (path for path in paths if Path(path).parts[:-1][-len(names) :] == names)
    return path
