"""What runs on this machine, and its connections, as /proc tells them; in the sandbox, what runs in there."""

import pathlib

HELPER, KEEPER = "genauth-signin", "genauth-keeper"
TIME_WAIT = "06"  # of a connection that both sides have ended


def processes():
    """pid: name; of those that have ended, too, until somebody has waited for them"""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = (folder / "comm").read_text().strip()
        except OSError:
            pass  # ended meanwhile
    return found


def helpers(name=HELPER):
    return [pid for pid, other in processes().items() if other == name]


def state_and_parent(pid):
    """The state is a letter; Z: it has ended, and its parent has not waited for it."""
    state, parent = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    return state, int(parent)


def connections(port):
    """Those that were made to a port of 127.0.0.1 and are not over, by their local port."""
    rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows
            if int(row[2].split(":")[1], 16) == port and row[3] != TIME_WAIT]
