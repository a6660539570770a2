"""The package, dpkg, and what there is to compare before and after."""

import os
import pathlib
import shutil
import subprocess
from functools import partial

from dialogue import login, ssh, together
from machine import ALICE, LOCAL_PASSWORD, PAM_D

PACKAGES = pathlib.Path(os.environ.get("PACKAGES", "/nonexistent"))
SOURCE = pathlib.Path(__file__).resolve().parents[2]
NAME = "libpam-genauth"
ROOT_PASSWORD = "root-password"
SAVED = pathlib.Path("/run/saved")
STATE = (PAM_D, pathlib.Path("/var/lib/pam"))  # the stacks, and what pam-auth-update knows of them


def run(*command, input=None, status=0):
    """What the command writes, if its exit status is this one (None: any)."""
    done = subprocess.run(list(map(str, command)), input=input, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120)
    assert status in (done.returncode, None), f"{command} ended with {done.returncode}: {done.stdout}"
    return done.stdout


def deb():
    [file] = PACKAGES.glob("deb/*.deb")
    return file


def install(file=None):
    return run("dpkg", "--install", "--force-confdef", "--force-confold", file or deb())


def remove(status=0):
    return run("dpkg", "--remove", NAME, status=status)


def status():
    """"installed", "config-files", or "" where dpkg knows nothing of it."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", NAME], capture_output=True, text=True)
    return done.stdout.replace("not-installed", "")


def save_state():
    for folder in STATE:
        shutil.copytree(folder, SAVED / folder.name)


def restore_state():
    shutil.rmtree("/var/lib/pam_genauth", ignore_errors=True)
    for folder in STATE:
        shutil.rmtree(folder)
        shutil.copytree(SAVED / folder.name, folder)


def stacks():
    """Content, owner and mode of each file of /etc/pam.d."""
    return {file: (file.read_bytes(), file.stat().st_uid, file.stat().st_gid, file.stat().st_mode)
            for file in sorted(PAM_D.iterdir())}


def naming():
    """The stacks that name the module; a hidden file is none."""
    return sorted(file.name for file in PAM_D.glob("[!.]*") if "pam_genauth" in file.read_text())


def mode(file):
    return oct(file.stat().st_mode & 0o7777)


def ways_in(sshd):
    """Who is in with the right password: localuser by ssh, root at the console, alice by ssh; None: refused."""
    results = together(
        partial(ssh, sshd.port, "localuser", LOCAL_PASSWORD),
        partial(login, "root", ROOT_PASSWORD),
        partial(ssh, sshd.port, "alice", ALICE),
    )
    return [result.lines[-1] if result.status == 0 else None for result in results]


ONLY_LOCAL = ["localuser", "root", None]
LOCAL_AND_GENAUTH = ["localuser", "root", "alice"]
