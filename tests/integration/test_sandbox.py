"""The sandbox changes nothing outside. Here "outside" is the sandbox that the tests run in; a second one is started in it."""

import hashlib
import os
import pathlib
import stat
import subprocess

SANDBOX = pathlib.Path(__file__).resolve().parent / "sandbox"

VANDAL = """
set -e
useradd mallory
echo root:x:0:0:::/bin/false >/etc/passwd
rm -r /etc/pam.d
echo x >/var/log/wtmp
echo x >/run/mine
echo x >/dev/shm/mine
mount -t tmpfs tmpfs /mnt
logger -p auth.info from inside
sleep 1000 &
rm /dev/null
"""


def test_nothing_outside_changes():
    before = outside()
    subprocess.run([SANDBOX, "sh", "-c", VANDAL], check=True)
    assert outside() == before


def outside():
    """What the vandal could have changed, with its content and time."""
    found = {"mounts": pathlib.Path("/proc/self/mountinfo").read_text()}
    for top in ("/etc", "/run", "/dev/shm", "/var/log", "/var/lib/sudo", "/mnt"):
        for folder, folders, names in os.walk(top):
            if folder == "/run":
                folders.remove("standin")  # the server there goes on writing
            for name in names:
                path = pathlib.Path(folder, name)
                facts = path.lstat()
                content = hashlib.sha256(path.read_bytes()).digest() if stat.S_ISREG(facts.st_mode) else facts.st_mode
                found[str(path)] = (facts.st_mtime_ns, content)
    found["/dev/null"] = pathlib.Path("/dev/null").is_char_device()
    return found


def test_status_and_children():
    """The command's exit status comes out; a SIGKILL of the sandbox ends all that runs in it."""
    assert subprocess.run([SANDBOX, "sh", "-c", "exit 7"]).returncode == 7

    sandbox = subprocess.Popen([SANDBOX, "sh", "-c", "setsid sleep 1000 & echo started; wait"], stdout=subprocess.PIPE)
    assert sandbox.stdout.readline() == b"started\n"
    sandbox.kill()
    sandbox.wait()
    # The sleep holds the pipe open as long as it lives.
    assert sandbox.stdout.read() == b""
