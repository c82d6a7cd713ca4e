"""
Comparisons: networks and widths against each other, and what was measured beside what was reported.

Requires: characters/ as its study leaves it, the published figures in report/published/.
Produces: nothing yet.
"""

COMPARISON_TABLES = []
COMPARISON_FIGURES = []
