"""Fitted samplers in files that cannot run code: `state` says what is saved, the other modules how it is written."""
