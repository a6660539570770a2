"""What a login leaves behind: nothing. (That no process stays is checked after every test.)"""

import os
import pathlib

from dialogue import ssh, sudo
from machine import ALICE, WRONG

# Those that sshd, sudo and the tests themselves write.
EXPECTED = (
    "/run/sudo",
    "/run/utmp",
    "/run/motd.dynamic",
    "/run/pytest",
    "/run/standin",
    "/run/sandbox/var/",
    "/run/sandbox/dev/",
)


def test_no_file_or_socket_left(sshd):
    before = files()
    ssh(sshd.port, "alice", WRONG, ALICE, method="keyboard-interactive")
    ssh(sshd.port, "alice", ALICE)
    sudo("alice", WRONG)
    assert files() == before


def files():
    """Every file, socket and folder of the sandbox, and when it was last changed."""
    found = {}
    for top in ("/etc", "/run", "/dev/shm"):
        for folder, folders, names in os.walk(top):
            for name in [*folders, *names]:
                path = str(pathlib.Path(folder, name))
                if not path.startswith(EXPECTED):
                    found[path] = os.lstat(path).st_mtime_ns
    return found
