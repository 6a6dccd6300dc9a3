"""Process-level code: interruption, torch settings, seeds, devices, warnings, files, message texts and printed tables.

Imports nothing from the rest of the package.
"""
