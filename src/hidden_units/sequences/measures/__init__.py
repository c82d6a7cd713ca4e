"""What trained recurrent networks are found to do: learning, counting, states, cells, automata, failures."""
