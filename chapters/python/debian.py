"""A current Python for ready.py, on a Linux whose own is older: that of Debian's stable release.

debootstrap puts a small Debian into target/debian, and nothing of it is installed elsewhere. Its
Python is run in place, by its own loader and with its own C library: no chroot, no container, and
the chapters are where they are.
"""

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

RELEASE = "trixie"
ROOT = Path(__file__).resolve().parent.parent.parent / "target" / "debian"

LOG = ROOT.with_suffix(".log")

# Written last.
STAMP = ROOT / "ready"

# Debian's name for the machine's libraries, and for the loader of its programs.
MACHINES = {
    "x86_64": ("x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
    "aarch64": ("aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
}

PATIENCE = 900  # seconds, for a slow mirror


def why_not():
    """Why this machine cannot have it, or None."""
    if sys.platform != "linux":
        return "this system is not Linux"
    if platform.machine() not in MACHINES:
        return f"Debian's is run here on {' and '.join(MACHINES)}, and this is {platform.machine()}"
    if os.geteuid() != 0:
        return "debootstrap, which would bring Debian's, needs root"
    if shutil.which("debootstrap") is None:
        return "there is no debootstrap to bring Debian's; on Debian: apt-get install debootstrap"
    return None


def make():
    """Makes target/debian, unless it is there. Raises an OSError or a SubprocessError."""
    if STAMP.exists() and STAMP.read_text("utf-8") == RELEASE:
        return
    # What an interrupted debootstrap left mounted in there is this machine's.
    mounted = [str(p) for p in (ROOT / "proc", ROOT / "sys", ROOT / "dev") if p.is_mount()]
    if mounted:
        raise OSError(f"left over from an interrupted run, unmount first: {', '.join(mounted)}")
    print(f"making {ROOT}: this takes a minute", flush=True)
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.parent.mkdir(exist_ok=True)
    command = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv", RELEASE, ROOT]
    with open(LOG, "w") as said:
        done = subprocess.run(
            command,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    if done.returncode != 0:
        raise OSError(f"debootstrap failed, and says why in {LOG}")
    STAMP.write_text(RELEASE, "utf-8")


def environment(folder):
    """A virtual environment of that Python's."""
    python = (ROOT / "usr/bin/python3").resolve()
    venv = ["-m", "venv", "--clear", "--without-pip", folder]
    subprocess.run([*run_in_place(python), *venv], check=True)
    # The links that venv has made lead to a program that the system's loader would run.
    command = shlex.join(map(str, run_in_place(folder / "bin/python", python)))
    wrapper = f'#!/bin/sh\nexec {command} "$@"\n'
    for link in (folder / "bin").glob("python*"):
        link.unlink()
    (folder / "bin/python").write_text(wrapper, "utf-8")
    (folder / "bin/python").chmod(0o755)
    # Debian's ensurepip looks for pip where this machine keeps its own.
    wheels = ROOT / "usr/share/python-wheels"
    pip = next(wheels.glob("pip-*.whl"))
    install = ["--quiet", "install", "--no-index", "--find-links", wheels, "pip"]
    subprocess.run([folder / "bin/python", pip / "pip", *install], check=True)


def run_in_place(called, python=None):
    """The command that runs that Python with its own loader, as if it were called by that name."""
    libraries, loader = MACHINES[platform.machine()]
    libraries = ROOT / "usr/lib" / libraries
    return [libraries / loader, "--argv0", called, "--library-path", libraries, python or called]
