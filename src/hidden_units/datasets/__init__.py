"""Data sets: readers, the simulated brush, and the checks that every provider passes."""
