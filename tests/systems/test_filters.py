"""The list of system calls of genauth-signin, for machines that this one is not: made, and asked as a kernel asks it."""
import ctypes
import re
import shutil
import struct
import subprocess

import pytest

from systems import SOURCE

# As libseccomp calls them; and whether the high half of a number comes first.
MACHINES = {"x86_64": False, "x86": False, "arm": False, "aarch64": False, "riscv64": False, "ppc64le": False,
            "s390x": True}
I386, S390X, PPC64LE = 0x40000003, 0x80000016, 0xC0000015
# Where there is also one call for all that sockets do, libseccomp has no name for the others' numbers.
SOCKETS = {machine: {"socket": 359, "bind": 361, "listen": 363, "accept4": 364, "setsockopt": 366, "recvmsg": 372}
           for machine in (I386, S390X)}
SOCKETS[PPC64LE] = {"socket": 326, "bind": 327, "listen": 329, "accept4": 344, "setsockopt": 339, "recvmsg": 342}
ALLOW, REFUSE = 0x7FFF0000, 0x00050026
WRONLY, CREAT, CLOEXEC = 0o1, 0o100, 0o2000000
UNIX, INET, INET6, NETLINK, STREAM, DGRAM, RAW, TCP = 1, 2, 10, 16, 1, 2, 3, 6
THREAD, VM, SIGCHLD = 0x10000, 0x100, 17


@pytest.fixture(scope="module")
def libseccomp():
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_arch_resolve_name.restype = ctypes.c_uint32
    return library


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not here")
    made = tmp_path_factory.mktemp("filters") / "make_filters"
    done = subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", f"-I{SOURCE}/pam_genauth",
                           f"{SOURCE}/tests/systems/make_filters.c", "-o", made, "-lseccomp"], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    return made


class Filter:
    """A program for the kernel, and the little of its machine that libseccomp uses."""

    def __init__(self, text, library, machine):
        self.library, self.high_first = library, MACHINES[machine]
        self.steps = [self.step(*(int(number, 0) for number in re.findall(r"\w+", line))) for line in text.splitlines()]
        self.machine = library.seccomp_arch_resolve_name(machine.encode())

    def step(self, code, if_true, if_false, k):
        """In the order of bytes that make_filters has read them in, which is this machine's."""
        if self.high_first:
            code, k = int.from_bytes(code.to_bytes(2, "little"), "big"), int.from_bytes(k.to_bytes(4, "little"), "big")
        return code, if_true, if_false, k

    def number(self, name):
        """Of a system call; None where the machine has none of that name."""
        number = self.library.seccomp_syscall_resolve_name_arch(ctypes.c_uint32(self.machine), name.encode())
        if number < 0 and self.machine in SOCKETS:
            number = SOCKETS[self.machine].get(name, number)
        return number if number >= 0 else None

    def ask(self, number, *arguments, machine=None):
        data = struct.pack((">" if self.high_first else "<") + "IIQ6Q", number,
                           self.machine if machine is None else machine, 0,
                           *(value % 2**64 for value in (*arguments, *[0] * 6)[:6]))
        at = accumulator = 0
        while True:
            code, if_true, if_false, k = self.steps[at]
            at += 1
            if code == 0x20:
                accumulator = int.from_bytes(data[k:k + 4], "big" if self.high_first else "little")
            elif code == 0x54:
                accumulator &= k
            elif code == 0x05:
                at += k
            elif code == 0x06:
                # Some, libseccomp leaves in its own order when it makes them for the other.
                return k if k in (ALLOW, REFUSE) else int.from_bytes(k.to_bytes(4, "little"), "big")
            else:
                holds = {0x15: accumulator == k, 0x25: accumulator > k, 0x35: accumulator >= k,
                         0x45: accumulator & k != 0}[code]
                at += if_true if holds else if_false


@pytest.fixture(params=MACHINES)
def filter(request, maker, libseccomp):
    done = subprocess.run([maker, request.param], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Filter(done.stdout, libseccomp, request.param)


def test_what_is_needed_is_allowed(filter):
    for name in ("read", "write", "close", "mmap", "mmap2", "futex", "exit_group", "ppoll", "recvmsg", "getrandom"):
        number = filter.number(name)
        assert number is None or filter.ask(number) == ALLOW, name


def test_what_is_not_is_refused(filter):
    for name in ("execve", "execveat", "fork", "vfork", "clone3", "kill", "tgkill", "ptrace", "bind", "listen", "accept4",
                 "unlinkat", "io_uring_setup", "bpf", "keyctl", "setuid", "process_vm_readv", "flock", "openat2"):
        number = filter.number(name)
        assert number is None or filter.ask(number) == REFUSE, name


@pytest.mark.parametrize("name, arguments, expected", [
    ("openat", (-100, 0, CLOEXEC), ALLOW),
    ("openat", (-100, 0, WRONLY), REFUSE),
    ("openat", (-100, 0, CREAT), REFUSE),
    ("fcntl", (3, 1, 1), ALLOW),
    ("fcntl64", (3, 1, 1), ALLOW),
    ("fcntl", (3, 8, 1), REFUSE),
    ("fcntl64", (3, 8, 1), REFUSE),
    ("socket", (INET, STREAM | CLOEXEC, 0), ALLOW),
    ("socket", (INET6, DGRAM, 0), ALLOW),
    ("socket", (INET, STREAM, TCP), ALLOW),
    ("socket", (INET, RAW, 1), REFUSE),
    ("socket", (UNIX, STREAM, 0), REFUSE),
    ("socket", (NETLINK, RAW, 0), REFUSE),
    ("setsockopt", (3, 1, 9), ALLOW),
    ("setsockopt", (3, 1, 13), REFUSE),
    ("prlimit64", (0, 7, 0, 0x1000), ALLOW),
    ("prlimit64", (0, 7, 0x1000, 0), REFUSE),
    ("prlimit64", (0, 7, 0x7F0000000000, 0), REFUSE),
    ("clone", (THREAD | VM, 0x1000), ALLOW),
    ("clone", (SIGCHLD, 0), REFUSE),
    ("clone", (SIGCHLD, THREAD), REFUSE),
])
def test_arguments(filter, name, arguments, expected):
    number = filter.number(name)
    if number is None:
        assert name == "fcntl64"
        return
    if name == "clone" and filter.high_first:
        arguments = arguments[::-1]
    if max(arguments) >= 2**32 and filter.machine & 0x80000000 == 0:
        return
    assert filter.ask(number, *arguments) == expected


def test_another_machine_is_not_let_in(filter):
    read = filter.number("read")
    for machine in (0xC000003E, 0x40000003, 0x40000028):
        if machine != filter.machine:
            assert filter.ask(read, machine=machine) != ALLOW


def test_one_call_for_all_that_sockets_do(filter):
    """Where the C library uses it, nobody could log in without; no filter sees its arguments but the first."""
    number = filter.number("socketcall")
    used = filter.machine in (I386, S390X)
    for call in range(1, 21):
        # Not bind, listen, accept, accept4 and recvmmsg.
        expected = used and call not in (2, 4, 5, 18, 19)
        assert number is None or (filter.ask(number, call) == ALLOW) == expected or not used, call
