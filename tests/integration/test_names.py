"""Name servers as they are: one of two is dead, or says nothing of IPv6 addresses."""

import contextlib
import pathlib
import socket
import struct
import threading

import pytest

from dialogue import ssh
from machine import ALICE, write_conf

NAME = "genauth.test"
DEAD, ALIVE = "127.66.0.1", "127.66.0.2"
A, AAAA = 1, 28


def answer(query, silent_about):
    """A reply to a query with one question: the loopback for A, nothing for AAAA. None: no reply at all."""
    end = query.index(b"\0", 12) + 5
    kind, = struct.unpack("!H", query[end - 4:end - 2])
    if kind == silent_about:
        return None
    record = b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 1, 4) + socket.inet_aton("127.0.0.1") if kind == A else b""
    return query[:2] + b"\x81\x80" + struct.pack("!4H", 1, bool(record), 0, 0) + query[12:end] + record


@contextlib.contextmanager
def name_server(address, silent_about=None, dead=False):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((address, 53))
        server.settimeout(0.1)
        ended = threading.Event()

        def serve():
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    query, client = server.recvfrom(2048)
                    reply = None if dead else answer(query, silent_about)
                    if reply:
                        server.sendto(reply, client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


@pytest.fixture
def resolv_conf(standin):
    """The machine asks name servers for the name of GenAuth."""
    files = [pathlib.Path("/etc", name) for name in ("hosts", "nsswitch.conf", "resolv.conf")]
    before = [file.read_text() for file in files]
    files[0].write_text("127.0.0.1 localhost\n")
    files[1].write_text("".join("hosts: files dns\n" if line.startswith("hosts:") else line
                                for line in before[1].splitlines(keepends=True)))
    write_conf(standin, app_host=standin.host.replace("localhost", NAME))
    yield files[2]
    for file, text in zip(files, before):
        file.write_text(text)


@pytest.mark.parametrize("options", ["", "options timeout:10 attempts:1\n"])
def test_the_first_of_two_is_dead(resolv_conf, sshd, syslog, options):
    resolv_conf.write_text(f"nameserver {DEAD}\nnameserver {ALIVE}\n{options}")
    with name_server(DEAD, dead=True), name_server(ALIVE):
        assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"
    assert [line["verdict"] for line in syslog.verdicts(1)] == ["OK"]


def test_nothing_is_said_of_ipv6(resolv_conf, sshd, syslog):
    resolv_conf.write_text(f"nameserver {ALIVE}\n")
    with name_server(ALIVE, silent_about=AAAA):
        assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"
    assert [line["verdict"] for line in syslog.verdicts(1)] == ["OK"]
