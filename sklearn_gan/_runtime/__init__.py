"""The process around the work: interruption, torch settings, seeds, devices, warnings, files, text of messages.

Imports nothing from this package.
"""
