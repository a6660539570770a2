"""Many logins at once, each in a process of its own, by users who are to get different verdicts. As a program: with a
stand-in of its own; see load."""

import argparse
import collections
import pathlib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import world  # first: it says where the others are
import machine
from client import Standin
from sshd import wait_until
from world import Code

# (user, password, verdict)
LOGINS = [*((user, machine.ALICE, code) for user, code in world.VERDICTS.items()),
          ("alice", machine.WRONG, Code.AUTH_ERR),
          ("bob", machine.BOB, Code.SUCCESS)]

TOPS = ("/run", "/etc", "/dev/shm")


def log_in(number):
    """None, or what was wrong."""
    user, password, wanted = LOGINS[number % len(LOGINS)]
    done = subprocess.run(world.command(user=user), input=f"{password}\n", env=world.ENVIRONMENT, capture_output=True,
                          text=True, timeout=300)
    if done.returncode != 0:
        return f"{user}: the host ended with {done.returncode}: {done.stderr}"
    report = world.Report(done.stdout)
    if (report.code, report.changes) != (wanted, []):
        return f"{user}: {report.code!r} and not {wanted!r}; changed: {report.changes}"
    return None


def descriptors(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def everybody():
    """But those that wait for the next login."""
    return world.processes().keys() - world.spares()


def comes(condition):
    """Whether it does, in some seconds."""
    try:
        wait_until(condition, lambda: "")
    except AssertionError:
        return False
    return True


def crowd(standin, logins, parallel):
    """Returns what was wrong: {complaint: how often}."""
    standin.clear_journal()
    before = (everybody(), world.files(*TOPS, skip=world.OWN_FOLDERS))
    open_before = descriptors(standin.process.pid)
    with ThreadPoolExecutor(parallel) as pool:
        wrong = collections.Counter(filter(None, pool.map(log_in, range(logins))))
    asked = sum(LOGINS[number % len(LOGINS)][0] not in world.NEVER_ASKED for number in range(logins))
    if len(standin.posts()) != asked:
        wrong[f"{len(standin.posts())} requests and not {asked}"] += 1
    # A spare that has just been started is none yet; and the stand-in closes a connection when it sees that the other
    # side has.
    if not comes(lambda: everybody() == before[0]) or world.files(*TOPS, skip=world.OWN_FOLDERS) != before[1]:
        wrong[f"processes or files left behind: {world.processes()}"] += 1
    if not comes(lambda: descriptors(standin.process.pid) <= open_before):
        wrong[f"{descriptors(standin.process.pid)} connections still open"] += 1
    return dict(wrong)


def main():
    parser = argparse.ArgumentParser(prog="load", description="Many logins at once through libpam.")
    parser.add_argument("--logins", type=int, default=5000, metavar="N", help="how many in all; default: %(default)s")
    parser.add_argument("--parallel", type=int, default=64, metavar="M", help="how many at once; default: %(default)s")
    options = parser.parse_args()
    with Standin("/run/standin") as standin:
        world.prepare(standin)
        world.set_up(standin)
        start = time.monotonic()
        wrong = crowd(standin, options.logins, options.parallel)
        seconds = time.monotonic() - start
    for complaint, times in wrong.items():
        print(f"{times} times: {complaint}")
    print(f"{options.logins} logins, {options.parallel} at once, {seconds:.0f} s: {'FAILED' if wrong else 'all right'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
