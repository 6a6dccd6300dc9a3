"""The steps of `make stress`: their report and the mutations that they count."""
