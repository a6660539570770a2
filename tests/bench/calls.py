"""What one login asks of the kernel, by strace."""
import dataclasses
import re
import subprocess

import measure
import scene

TRACE = scene.FOLDER / "trace"
LINE = re.compile(r"(\d+) +(?:<\.\.\. \w+ resumed>)?(.*)")
LIBRARY = re.compile(r'openat\(.*\.so(\.[0-9.]+)?".* = \d+$')


@dataclasses.dataclass
class Count:
    """programs: started with execve; libraries: shared objects opened, in all processes together."""
    calls: int
    programs: int
    libraries: int


def count(arguments):
    """The first process is login itself: not counted."""
    subprocess.run(["strace", "-f", "-qq", "-e", "signal=none", "-o", TRACE, scene.LOGIN, *arguments],
                   env=measure.ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    whole = [call for pid, call in finished_calls()]
    return Count(len(whole), sum(call.startswith("execve(") and call.endswith(" = 0") for call in whole),
                 sum(LIBRARY.match(call) is not None for call in whole))


def finished_calls():
    """(pid, call); strace cuts a call in two where another process comes between."""
    begun, own = {}, None
    for line in TRACE.read_text(errors="replace").splitlines():
        pid, text = LINE.match(line).groups()
        own = own or pid
        if pid == own:
            continue
        if text.endswith("<unfinished ...>"):
            begun[pid] = text.removesuffix("<unfinished ...>")
        elif not text.startswith("+++"):
            yield pid, begun.pop(pid, "") + text
    # Those that a process did not return from, such as exit.
    yield from begun.items()
