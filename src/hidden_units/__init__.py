"""Hidden Units: the library behind the pipeline, one package a study and one a stage."""
