"""Statistics shared by the studies: intervals and summaries over seeds."""
