"""The claims of the published study, each judged by a rule that was fixed before it was run."""
