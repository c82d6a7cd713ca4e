"""How the tasks of the sequences study are named in text."""

from hidden_units.names import LSTM_TASK, SRN_TASK, language_name, network_name, task_name

__all__ = ["LSTM_TASK", "SRN_TASK", "language_name", "main_tasks", "network_name", "task_name"]


def main_tasks() -> tuple[str, str]:
    """The two tasks of the published study."""
    return SRN_TASK, LSTM_TASK
