"""Finished runs side by side, on one page, read from their files: `make compare RUNS="kmnist mine"`."""
