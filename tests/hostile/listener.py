"""genauth-listen, its spares, and callers of its socket who know the wire (common/message.h)."""

import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

import machine
import world
from processes import helpers

PROGRAM = world.BUILD.parent / "pam/genauth-listen"
FOLDER = world.BUILD.parent / "pam/cache"  # where the module of the tests looks, too
SOCKET = FOLDER / "signin"
SIGNIN = world.BUILD.parents[1] / "genauth-signin"

VERSION = 3
READY, START, LOGIN, RESULT, CALL = 1, 2, 3, 6, 13
ROOT, ALICE = 0, int(machine.ALICE_UID)


def message(kind, version=VERSION, **records):
    """As common/records.h has them."""
    data = bytes([version, kind])
    for name, value in records.items():
        name, value = name.encode(), value.encode()
        data += struct.pack("<BI", len(name), len(value)) + name + value
    return data


def read(data):
    """(kind, {name: value})"""
    assert data[:1] == bytes([VERSION]), data
    records, at = {}, 2
    while at < len(data):
        length, size = struct.unpack_from("<BI", data, at)
        at += 5
        records[data[at:at + length].decode()] = data[at + length:at + length + size].decode()
        at += length + size
    return data[1], records


class Listener:
    def __init__(self, *arguments, spares=2, handed_over=None, pid=None, before=(), shell=""):
        """handed_over: a socket as from systemd, for this process or, by pid, for another; before: words that go before
        the program; shell: what a shell does before it."""
        command = [*before, str(PROGRAM), "--listen", "--spares", str(spares), *arguments]
        give = None if handed_over is None else (lambda: os.dup2(handed_over.fileno(), 3))
        if give is not None:
            shell += f'LISTEN_FDS=1 LISTEN_PID={pid or "$$"} '
        if shell:
            command = ["sh", "-c", f'{shell}exec "$@"', "-", *command]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=give, close_fds=not shell, text=True)
        self.spares = spares

    def children(self):
        return [pid for pid in helpers() if machine_parent(pid) == self.process.pid]

    def waiting(self):
        """Those that hold the listening socket still, as their descriptor 0."""
        return [pid for pid in self.children() if listens(pid)]

    def is_ready(self):
        world.wait_until(lambda: self.process.poll() is not None or
                         (len(self.waiting()) == self.spares and len(self.children()) == self.spares),
                         lambda: f"{self.spares} spares should wait: {self.children()}", seconds=30)
        assert self.process.poll() is None, self.process.stderr.read()
        return self

    def is_ready_at_least(self):
        """While others are served, too."""
        world.wait_until(lambda: len(self.waiting()) == self.spares, self.children, seconds=30)

    def descriptors(self):
        return sorted(os.readlink(f"/proc/{self.process.pid}/fd/{fd}").split(":")[0]
                      for fd in os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stderr.close()


def machine_parent(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


def listens(pid):
    """Whether it waits in accept4(0, NULL, NULL, SOCK_CLOEXEC), which no other call of its looks like."""
    try:
        return pathlib.Path(f"/proc/{pid}/syscall").read_text().split()[1:5] == ["0x0", "0x0", "0x0", "0x80000"]
    except OSError:
        return False


def connect(uid=ROOT, address=SOCKET):
    """Connected by that user; the credentials of that moment count."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    end.settimeout(30)
    os.seteuid(uid)
    try:
        end.connect(str(address))
    finally:
        os.seteuid(0)
    return end


def hear(end):
    """The next message, or None at the end."""
    try:
        data = end.recv(1 << 17)
    except ConnectionResetError:
        return None
    return read(data) if data else None


def cpu_ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15])


def sleep_until_idle():
    time.sleep(0.3)
