"""The pure core: no I/O, no clock, no randomness, no logging. Everything arrives as an argument."""
