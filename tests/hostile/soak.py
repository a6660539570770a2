"""Very many logins through one genauth-listen, whose memory and descriptors must stay what they are: soak.py LOGINS, in
the sandbox; see run-soak. Every twentieth connection is one of a user's, who may not ask (genauth-caller)."""

import pathlib
import shutil
import subprocess
import sys
import time

import world  # first: it says where the others are
import listener as at_socket
import machine
from client import Standin

# What the allocator and the kernel may round.
MORE_KIB = 64


def figures(listener):
    """(resident KiB, descriptors, children)"""
    listener.is_ready()
    status = pathlib.Path(f"/proc/{listener.process.pid}/status").read_text()
    [resident] = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    return resident, len(listener.descriptors()), len(listener.children())


def log_in(logins):
    """By one host, one after another; returns how many got in."""
    done = subprocess.run([world.CYCLES, world.SERVICE, str(logins), "root", "alice", "1"], input=f"{machine.ALICE}\n",
                          env=world.ENVIRONMENT, capture_output=True, text=True, check=True)
    words = done.stdout.splitlines()[-1].split()
    return int(words[words.index("served") + 1])


def ask_in_vain(calls):
    for _ in range(calls):
        end = at_socket.connect(at_socket.ALICE)
        at_socket.hear(end)
        end.send(at_socket.message(at_socket.CALL, service=world.SERVICE, user="alice", password=machine.WRONG))
        assert at_socket.hear(end)[1]["verdict"] == "CONFIG"
        end.close()


def soak(standin, logins):
    """Returns what was wrong."""
    wrong, served, seen, start = [], 0, [], time.monotonic()
    batch = max(10, logins // 20)
    log = machine.SYSLOG.stat().st_size
    listener = at_socket.Listener()
    try:
        while served < logins:
            standin.clear_journal()
            got = log_in(batch)
            if got != batch or len(standin.posts()) != batch:
                return [f"{got} of {batch} got in, {len(standin.posts())} requests"]
            ask_in_vain(batch // 20)
            served += batch
            seen.append(figures(listener))
            print(f"{served} logins, {time.monotonic() - start:.0f} s: resident {seen[-1][0]} KiB, {seen[-1][1]} "
                  f"descriptors, {seen[-1][2]} children", flush=True)
    finally:
        listener.stop()
    waited = machine.SYSLOG.read_bytes()[log:].count(b"genauth-signin was waiting")
    print(f"{waited} of {served} logins were served by one that waited")
    if waited < served // 2:
        wrong.append("most logins did without the socket")
    first, last = seen[1], seen[-1]
    if last[0] > first[0] + MORE_KIB or last[1:] != first[1:]:
        wrong.append(f"from {first} to {last}")
    return wrong


def main():
    with Standin("/run/standin") as standin:
        world.prepare(standin)
        world.set_up(standin)
        machine.write_conf(standin, timeout=60, connect_timeout=60, helper_socket="yes")
        shutil.rmtree(at_socket.FOLDER, ignore_errors=True)
        wrong = soak(standin, int(sys.argv[1]))
        shutil.rmtree(at_socket.FOLDER, ignore_errors=True)
    print("FAILED: " + "; ".join(wrong) if wrong else "all right")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
