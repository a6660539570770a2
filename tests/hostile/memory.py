"""Looks for secrets in the memory of a process, in files, and in what the process table shows."""

import pathlib
import re

# free() overwrites the beginning of what it frees, and half a password is a find too.
WINDOW = 12


def pieces(secret):
    """Every part of the secret that is long enough to be told from chance."""
    text = secret.encode()
    return {text[i : i + WINDOW] for i in range(max(1, len(text) - WINDOW + 1))}


def regions(pid):
    """Everything that a core of the process would hold, and its program text too."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            first, last, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if "r" not in rights or "[v" in line:
                continue  # [vvar] and [vsyscall] cannot be read
            memory.seek(int(first, 16))
            yield line.split()[-1], memory.read(int(last, 16) - int(first, 16))


def find(pid, secret):
    """Where pieces of the secret are: [(mapping, piece), ...], sorted."""
    return sorted((name, piece) for name, content in regions(pid) for piece in pieces(secret) if piece in content)


def copies(pid, secret):
    return sum(content.count(secret.encode()) for _, content in regions(pid))


def in_files(secrets, *tops, skip=()):
    """[(file, secret), ...] for the regular files there."""
    found = []
    for top in tops:
        for path in pathlib.Path(top).rglob("*"):
            if path.is_symlink() or not path.is_file() or any(path.is_relative_to(folder) for folder in skip):
                continue
            content = path.read_bytes()
            found += [(str(path), secret) for secret in secrets if any(piece in content for piece in pieces(secret))]
    return found


def in_process_table(secrets):
    """[(pid, cmdline or environ, secret), ...] for every process."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ", "comm"):
            try:
                content = (folder / name).read_bytes()
            except OSError:
                continue  # ended meanwhile
            found += [(folder.name, name, secret) for secret in secrets
                      if any(piece in content for piece in pieces(secret))]
    return found
