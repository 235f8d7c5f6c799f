"""Makes target/chap7-python: FastAPI, SQLAlchemy and two drivers for PostgreSQL, for chapter 7.

    python3 chapters/chap7/python/ready.py

Quick when there is nothing to do. Needs the standard library and a package index to install from.
"""

import sys
from pathlib import Path

# No compiled files among the chapters. Set before anything here is imported.
sys.dont_write_bytecode = True

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "python"))

from environment import Environment, at_least, this_python

OLDEST = (3, 10)  # what the pinned FastAPI asks for

if __name__ == "__main__":
    at_least(OLDEST)
    environment = Environment("chap7-python", HERE / "requirements.txt")
    environment.bring(f"Python {this_python()}", "a minute, and about 150 MB", options=["--no-deps"])
