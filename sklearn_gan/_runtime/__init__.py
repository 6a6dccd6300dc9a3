"""Process-level code: interruption, torch settings, seeds, devices, warnings, files and message texts.

Imports nothing from the rest of the package.
"""
