"""The long forms of the tests, for a night: one command, whose results stand in docs/stress.md."""
