"""The command line: the same steps as the DAGs, for people at a terminal and for scripts."""
