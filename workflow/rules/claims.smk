"""
The claims of the published study, each judged by its own figures and by the measured evidence.

Requires: what the studies made, report/published/.
Produces: nothing yet.
"""

CLAIM_TABLES = []
