"""A virtual environment in target/, of a list of pinned packages: what every ready.py makes.

Needs the standard library and a package index to install from.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent.parent / "target"


class Environment:
    def __init__(self, name, requirements):
        self.folder = TARGET / name
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.requirements = requirements
        # Written last: an environment without it is half made, one with another text in it out of date.
        self.stamp = self.folder / "ready"

    def bring(self, base, takes, create=None, also=(), finish=None, options=()):
        """Makes it unless it is there. `base` names the Python it is made of, `also` other files that it
        depends on, and `finish` is whatever remains to be done when everything is installed."""
        files = [self.requirements, *also]
        wanted = base + "\n\n" + "\n".join(path.read_text("utf-8") for path in files)
        if not (self.python.exists() and self.stamp.exists() and self.stamp.read_text("utf-8") == wanted):
            print(f"making {self.folder}: this takes {takes}", flush=True)
            try:
                (create or self.of_this_python)()
            except (OSError, subprocess.SubprocessError) as why:
                refuse(f"the environment {self.folder} could not be made: {why}")
            self.install(options)
            if finish:
                finish()
            self.stamp.write_text(wanted, "utf-8")
        print(f"ready: {self.python}")

    def of_this_python(self):
        # Debian has venv apart, and takes only its second half, ensurepip, away.
        if not all(map(importlib.util.find_spec, ["venv", "ensurepip"])):
            refuse("Python's venv module is missing; on Debian: apt-get install python3-venv")
        import venv

        venv.create(self.folder, clear=True, with_pip=True)

    def install(self, options):
        pip = [self.python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *options]
        if subprocess.run([*pip, "--requirement", self.requirements]).returncode != 0:
            refuse(f"pip could not install {self.requirements}; what it said stands above")


def at_least(oldest):
    if sys.version_info < oldest:
        refuse("Python {}.{} or later is needed, and this is {}".format(*oldest, version()))


def this_python():
    return f"{version()} at {sys.base_prefix}"


def version():
    return ".".join(map(str, sys.version_info[:3]))


def refuse(why):
    print(f"error: {why}", file=sys.stderr)
    sys.exit(2)
