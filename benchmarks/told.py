"""The program that notices go to while it is measured: writes down when each one came."""

import sys
import time

with open(sys.argv[1], "a", encoding="ascii") as file:
    file.write(f"{time.time():.6f}\n")
