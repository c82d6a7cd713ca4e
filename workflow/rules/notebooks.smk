"""
Notebooks: run with their parameters, kept as they ran, and as pages that the report links.

Requires: what the studies made, workflow/notebooks/.
Produces: nothing yet.
"""

NOTEBOOK_PAGES = []
