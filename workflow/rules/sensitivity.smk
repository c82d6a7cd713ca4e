"""
Sensitivity: what the order of the training images and the precision change, where the configuration asks.

Requires: data/*.npy, data/dataset.json.
Produces: nothing yet.
"""

SENSITIVITY_TABLES = []
SENSITIVITY_FIGURES = []
