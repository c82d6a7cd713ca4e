"""The report: evidence gathered from files, rendered to one HTML page and its PDF."""
