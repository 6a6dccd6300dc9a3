"""Command line for tables in files."""
