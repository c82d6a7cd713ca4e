"""Sequences: recurrent networks that learn to count, and a measurement of how they do it."""
