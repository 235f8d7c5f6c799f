"""Makes target/python-free, for one row of chapter 5: the login on a CPython without the lock.

    python3.14t chapters/python/free_threaded.py

To be run by such a Python, which few systems bring yet; `uv python install 3.14t` is one way to it.
The versions are those of requirements.txt where a wheel for this Python is there, and pip's choice
elsewhere, so that nothing has to be compiled. The record says what ran.
"""

import subprocess
import sys
import sysconfig
import venv

from environment import refuse, version
from ready import ENVIRONMENT

FREE = ENVIRONMENT.folder.with_name("python-free")

# Written in Python alone, so that every Python can have them. uvloop and httptools can be missing:
# a login computes, and its server hardly does.
PINNED = ["fastapi", "starlette", "anyio", "uvicorn", "h11"]


def main():
    if not sysconfig.get_config_var("Py_GIL_DISABLED"):
        refuse(f"this Python, {version()}, has the lock; run this by one that has none, as python3.14t")
    print(f"making {FREE}: this takes a minute", flush=True)
    try:
        venv.create(FREE, clear=True, with_pip=True)
    except (OSError, subprocess.SubprocessError) as why:
        refuse(f"the environment {FREE} could not be made: {why}")
    pinned = {line.partition("==")[0]: line for line in ENVIRONMENT.requirements.read_text("utf-8").split()}
    pip = [FREE / ENVIRONMENT.python.relative_to(ENVIRONMENT.folder), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wanted = [pinned[name] for name in PINNED]
    if subprocess.run([*pip, "install", "--only-binary=:all:", *wanted]).returncode != 0:
        refuse("pip could not install FastAPI and Uvicorn; what it said stands above")
    (FREE / "ready").write_text(version(), "utf-8")
    print(f"ready: {FREE}")


if __name__ == "__main__":
    main()
