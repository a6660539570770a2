"""polkit, from the program that must be authorised to the one that asks PAM: its bus, polkitd, pkcheck with its agent,
and polkit-agent-helper-1, which is started as polkit 127 has systemd start it: by a socket, as root, confined.

Older helpers than that tell polkitd their real uid as that of whoever is authorised, and so are set-user-ID; they can
have that here, too (real_uid).
"""

import os
import pathlib
import shutil
import socket
import subprocess
import threading

import machine
from dialogue import as_user, talk
from sshd import wait_until

HERE = pathlib.Path(__file__).resolve().parent
HELPER = pathlib.Path("/usr/lib/polkit-1/polkit-agent-helper-1")
POLKITD = HELPER.with_name("polkitd")
PROGRAMS = ("dbus-daemon", "pkcheck", "systemd-analyze", str(HELPER), str(POLKITD))
ACTION = "org.freedesktop.policykit.exec"
SERVICE = "polkit-1"

BUS = """
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""
RULE = "polkit.addRule(function(action, subject) { return polkit.Result.AUTH_SELF; });\n"

# What polkit 127 has in the place of the set-user-ID helper: the agent's side of the socket.
RELAY = """#!/usr/bin/python3
import os, socket, sys, threading
end = socket.socket(socket.AF_UNIX)
end.connect({address!r})
end.sendall(sys.argv[1].encode() + b"\\n")
def pass_on():
    while data := os.read(0, 4096):
        end.sendall(data)
threading.Thread(target=pass_on, daemon=True).start()
while data := end.recv(4096):
    os.write(1, data)
os._exit(0)
"""


def missing():
    return [program for program in PROGRAMS if not shutil.which(program)]


class Polkit:
    def __init__(self, folder):
        self.folder = folder
        self.real_uid = 0
        self.programs = []
        self.relayed = False
        try:
            self.start_bus()
            self.start_polkitd()
            self.start_helper_socket()
        except BaseException:
            self.stop()
            raise

    def run(self, *command):
        with open(self.folder / "log", "ab") as log:
            self.programs.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def log(self):
        return (self.folder / "log").read_text()

    def start_bus(self):
        os.makedirs("/run/dbus", exist_ok=True)
        (self.folder / "bus").write_text(BUS)
        self.run("dbus-daemon", f"--config-file={self.folder}/bus", "--nofork", "--nopidfile")
        wait_until(pathlib.Path("/run/dbus/system_bus_socket").exists, self.log, seconds=30)

    def start_polkitd(self):
        rule = pathlib.Path("/etc/polkit-1/rules.d/00-self.rules")
        rule.write_text(RULE)
        rule.chmod(0o644)
        self.run(POLKITD)
        wait_until(lambda: subprocess.run(["pkaction"], capture_output=True, check=False).returncode == 0, self.log,
                   seconds=30)

    def start_helper_socket(self):
        """As systemd does with Accept=yes; and set-user-ID no more."""
        self.original = self.folder / HELPER.name
        shutil.copyfile(HELPER, self.original)
        self.original.chmod(0o755)
        address = self.folder / "socket"
        relay = self.folder / "relay"
        relay.write_text(RELAY.format(address=str(address)))
        relay.chmod(0o755)
        subprocess.run(["mount", "--bind", relay, HELPER], check=True)
        self.relayed = True
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(address))
        address.chmod(0o666)
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                end = self.listener.accept()[0]
            except OSError:
                return  # closed
            user = b""
            while not user.endswith(b"\n"):
                user += end.recv(1)
            with open(self.folder / "log", "ab") as log:
                helper = subprocess.Popen(self.helper(user.decode().strip()), stdin=end, stdout=end, stderr=log)
            end.close()
            helper.wait()

    def helper(self, user):
        return [HERE / "confined", "--real-uid", str(self.real_uid), self.original, user]

    def authorises(self, password):
        """Whether alice is, when she gives that password."""
        command = f"exec pkcheck --action-id {ACTION} --process $$ --allow-user-interaction --enable-internal-agent"
        result = talk(as_user("alice", ["sh", "-c", command]), password)
        assert result.prompts == 1, result
        return result.status == 0

    def stop(self):
        if self.relayed:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            subprocess.run(["umount", HELPER], check=True)
        for program in reversed(self.programs):
            program.terminate()
            program.wait(30)
