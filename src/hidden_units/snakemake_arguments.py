"""What `make report` adds to the user's arguments for Snakemake."""

from __future__ import annotations

from collections.abc import Sequence

# With these the user asks Snakemake for other words than its progress.
OWN_WORDS = {
    "-n",
    "--dry-run",
    "--dryrun",
    "-q",
    "--quiet",
    "--verbose",
    "-p",
    "--printshellcmds",
    "--logger",
}


def with_gpus(arguments: Sequence[str], gpus: int) -> list[str]:
    """Snakemake's arguments with the GPUs found added to its resources, unless the user says how many."""
    arguments = list(arguments)
    if not gpus or any(argument.startswith(("gpu=", "--resources=", "--res=")) for argument in arguments):
        return arguments
    for option in ("--resources", "--res"):
        # The option holds for its last use only, so a second one would drop what the user gave.
        if option in arguments:
            place = arguments.index(option) + 1
            return [*arguments[:place], f"gpu={gpus}", *arguments[place:]]
    return [*arguments, "--resources", f"gpu={gpus}"]


def with_steps(arguments: Sequence[str]) -> list[str]:
    """Snakemake's arguments, asking for a line a step in place of its own blocks, unless the user chose."""
    own = any(argument in OWN_WORDS or argument.split("=")[0] in OWN_WORDS for argument in arguments)
    return list(arguments) if own else [*arguments, "--logger", "steps"]
