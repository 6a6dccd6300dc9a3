"""The command line, for tables in files."""
