"""The sandbox changes nothing outside. "Outside" is here the sandbox of the tests; a second one is started in it."""

import hashlib
import os
import pathlib
import stat
import subprocess

SANDBOX = pathlib.Path(__file__).resolve().parents[1] / "lib/sandbox"

# Only additions, which a sandbox gone wrong would not lose the machine for.
INTRUDER = """
set -e
echo mallory:x:0:0:::/bin/sh >>/etc/passwd
for folder in /etc /etc/pam.d /run /run/home /var/log /var/lib/sudo /dev /dev/shm; do
    echo mine >$folder/intruder
done
echo mine >>/var/log/wtmp
mount -t tmpfs tmpfs /mnt
logger from inside
sleep 1000 &
"""


def test_nothing_outside_changes():
    before = outside()
    subprocess.run([SANDBOX, "sh", "-c", INTRUDER], check=True)
    assert outside() == before


def outside():
    """What the intruder could have changed, with its content and time."""
    found = {"mounts": pathlib.Path("/proc/self/mountinfo").read_text()}
    for top in ("/etc", "/run", "/var/log", "/var/lib/sudo", "/dev"):
        for folder, folders, names in os.walk(top):
            # Others go on writing there: the stand-in, and whoever has a terminal.
            folders[:] = [name for name in folders if name not in ("standin", "pts")]
            for name in names:
                path = pathlib.Path(folder, name)
                facts = path.lstat()
                regular = stat.S_ISREG(facts.st_mode)
                # Devices change their time when used.
                found[str(path)] = regular and (facts.st_mtime_ns, hashlib.sha256(path.read_bytes()).digest())
    return found


def test_status_and_children():
    """The command's exit status comes out; a SIGKILL of the sandbox ends all that runs in it."""
    assert subprocess.run([SANDBOX, "sh", "-c", "exit 7"]).returncode == 7

    sandbox = subprocess.Popen([SANDBOX, "sh", "-c", "setsid sleep 1000 & echo started; wait"], stdout=subprocess.PIPE)
    assert sandbox.stdout.readline() == b"started\n"
    sandbox.kill()
    sandbox.wait()
    # The sleep holds the pipe open as long as it lives.
    assert sandbox.communicate(timeout=5) == (b"", None)


def test_where_there_is_no_sudo():
    subprocess.run([SANDBOX, "sh", "-c", f"rm -r /etc/sudoers.d && exec {SANDBOX} true"], check=True)
