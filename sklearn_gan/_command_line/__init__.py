"""Files of tables, for people who do not write Python."""
