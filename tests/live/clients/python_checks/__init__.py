"""The checks of the Python driver, by theme."""
