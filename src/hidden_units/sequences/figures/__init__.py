"""Figures of the sequences."""
