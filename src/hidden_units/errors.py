"""The one exception for mistakes that can be foreseen."""


class StudyError(Exception):
    """A foreseeable mistake told in one sentence: where, what was found, what was expected, the way out.

    Scripts end with this sentence as the last line of their log; the Snakefile raises it as a
    WorkflowError. It is never shown as a traceback.
    """
