"""Programs that ask PAM as whoever sits there, as Debian has them."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from dialogue import Program, as_user
from processes import helpers
from sshd import wait_until


class Locker:
    programs = ()  # what must be installed
    service = None  # the name of its stack

    def __init__(self, user):
        self.user = user
        self.folder = pathlib.Path(tempfile.mkdtemp(dir="/run"))
        os.chmod(self.folder, 0o700)
        shutil.chown(self.folder, user, user)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    @classmethod
    def missing(cls):
        return [program for program in cls.programs if not shutil.which(program)]

    def start(self):
        """Until it is locked."""
        raise NotImplementedError

    def type(self, password):
        raise NotImplementedError

    def is_locked(self):
        """Now, or once it has made up its mind."""
        raise NotImplementedError

    def stop(self):
        shutil.rmtree(self.folder)


class Screen(Locker):
    """GNU screen's own lock (C-a x), on a terminal."""
    programs = ("screen",)
    service = "screen"
    prompt = "Password:"
    program = None

    @classmethod
    def missing(cls):
        lacks = super().missing()
        if not lacks and "version 5." in subprocess.run(["screen", "--version"], capture_output=True, text=True).stdout:
            return ["screen before version 5, which hangs up instead of asking PAM,"]
        return lacks

    def start(self):
        session = ["env", f"HOME={self.folder}", f"SCREENDIR={self.folder}", "TERM=vt100", "PS1=unlocked> ",
                   "screen", "-c", "/dev/null", "sh"]
        self.program = Program(as_user(self.user, session))
        self.program.wait_for("unlocked> ")
        self.program.child.send("\1x")
        self.program.wait_for(self.prompt)

    def type(self, password):
        self.program.child.waitnoecho()
        self.program.type(password)

    def is_locked(self):
        return self.program.wait_for(self.prompt, "unlocked> ") == 0

    def stop(self):
        if self.program:
            subprocess.run(as_user(self.user, ["env", f"SCREENDIR={self.folder}", "screen", "-X", "quit"]),
                           stdout=subprocess.DEVNULL, check=False, timeout=30)
            self.program.hang_up()
        super().stop()


class I3lock(Locker):
    """On a display in memory, with keys that xdotool presses."""
    programs = ("i3lock", "Xvfb", "xdotool")
    service = "i3lock"
    server = None

    def start(self):
        # By TCP alone: the other sockets, and the file with its process, are in the machine's own /tmp.
        self.server = subprocess.Popen(
            as_user(self.user, ["Xvfb", "-displayfd", "1", "-nolock", "-nolisten", "unix", "-nolisten", "local", "-listen",
                           "tcp", "-ac", "-screen", "0", "320x240x24"]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.display = f"127.0.0.1:{int(self.server.stdout.readline())}"
        self.run("i3lock", "--color=000000")  # ends, and leaves another, when its window is there

    def run(self, *command):
        subprocess.run(as_user(self.user, ["env", f"DISPLAY={self.display}", f"HOME={self.folder}", *command]), check=True,
                       timeout=60)

    def type(self, password):
        self.run("xdotool", "type", "--delay", "1", password)
        self.run("xdotool", "key", "Return")

    def is_locked(self):
        return bool(helpers("i3lock"))

    def stop(self):
        if self.server:
            self.server.terminate()  # i3lock ends without its display
            self.server.wait(30)
            self.server.stdout.close()
            wait_until(lambda: not helpers("i3lock"), lambda: "i3lock goes on without a display", seconds=30)
        super().stop()
