"""Notebooks: what they are run from, what they read and show, and the pages that they become."""
