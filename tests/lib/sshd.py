"""A real sshd on a free loopback port, with its own key, configuration and log."""

import socket
import subprocess
import time

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {key}
PidFile none
UsePAM yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
PubkeyAuthentication no
LogLevel DEBUG3
"""


class Sshd:
    def __init__(self, folder, *options, syslog=None):
        """options: further lines of sshd_config. syslog: where to look for what it sends there, in place of a log of
        its own."""
        folder.mkdir()
        self.port = free_port()
        key = folder / "host_key"
        config = folder / "sshd_config"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        # First: sshd obeys the first value it finds.
        config.write_text("".join(f"{line}\n" for line in options) + CONFIG.format(port=self.port, key=key))
        self.log_file = syslog or folder / "log"
        # Not -e: what it logs just before the user's command starts would be that one's output.
        command = ["/usr/sbin/sshd", "-D", *([] if syslog else ["-E", self.log_file]), "-f", config]
        if knows(config, "PerSourcePenalties=no"):  # else wrong passwords shut out 127.0.0.1
            command += ["-o", "PerSourcePenalties=no"]
        with open(folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        listening = f"Server listening on 127.0.0.1 port {self.port}"
        wait_until(lambda: listening in self.log(), lambda: f"sshd does not start: {self.log()}")

    def log(self):
        return read_log(self.log_file)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def read_log(file):
    """But for where sshd itself, at this level, tells the session's environment: with tokens, if they are exported."""
    lines = file.read_text(errors="replace").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("debug3: Copy environment: "))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def knows(config, option):
    test = ["/usr/sbin/sshd", "-t", "-f", config, "-o", option]
    return subprocess.run(test, stderr=subprocess.DEVNULL).returncode == 0


def wait_until(condition, complaint, seconds=5):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(complaint())
        time.sleep(0.02)
