"""Makes target/chap6-python: a real language model and its server, the gateway in FastAPI, the
official client, and a server that misbehaves, all of them for chapter 6.

    python3 chapters/chap6/python/ready.py

Quick when there is nothing to do. Needs the standard library and a package index to install from.
"""

import subprocess
import sys
from pathlib import Path

# No compiled files among the chapters. Set before anything here is imported.
sys.dont_write_bytecode = True

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "python"))

from environment import Environment, at_least, refuse, this_python

OLDEST = (3, 11)  # what the pinned numpy asks for

RANDOM = HERE / "random_model.py"
ENVIRONMENT = Environment("chap6-python", HERE / "requirements.txt")


def write_model():
    model = ENVIRONMENT.folder / "random.gguf"
    if subprocess.run([ENVIRONMENT.python, RANDOM, model]).returncode != 0:
        refuse(f"{RANDOM} could not write its model; what it said stands above")


if __name__ == "__main__":
    at_least(OLDEST)
    takes = "some minutes, and about 400 MB"
    base = f"Python {this_python()}"
    ENVIRONMENT.bring(base, takes, also=[RANDOM], finish=write_model, options=["--no-deps"])
