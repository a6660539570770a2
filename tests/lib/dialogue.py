"""Runs the real ssh, sudo, su and login on a terminal of their own and types the passwords they ask for."""

import dataclasses
import io
import pathlib
import re
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pexpect

# At the end of what was written: the same words inside a message are not a prompt.
PROMPT = r"(?i:password)[^:\r\n]*: $"
CODE_PROMPT = r"GenAuth [^:\r\n]*code[^:\r\n]*: $"
CTRL_C, CTRL_D = "\3", "\4"
NAME_PROMPT = "login: $"


@dataclasses.dataclass
class Result:
    screen: str  # all that the program wrote
    prompts: int  # how often it asked
    asked: list  # the lines of these prompts, and whether it showed what was typed
    status: int  # its exit status, or 128 + the signal that ended it

    @property
    def lines(self):
        # Newer shells tell the terminal where a command begins and ends (/etc/profile.d/80-systemd-osc-context.sh).
        return re.sub("\033\\][^\033]*\033\\\\", "", self.screen).splitlines()


def heed_keys():
    """Whoever runs the tests in the background may have them ignore what the keys send."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Program:
    """On a terminal of its own."""

    def __init__(self, argv):
        self.child = pexpect.spawn(argv[0], argv[1:], encoding="utf-8", timeout=30, preexec_fn=heed_keys)
        self.child.logfile_read = io.StringIO()

    @property
    def screen(self):
        """All that it has written, as far as it was waited for."""
        return self.child.logfile_read.getvalue()

    def wait_for(self, *patterns):
        """The number of the one that comes first; None: it has ended."""
        ended = False
        while (event := self.child.expect([*patterns, pexpect.EOF])) == len(patterns):
            # util-linux' login closes the terminal and opens it again, which looks like the end. The end is when there
            # is no more to read from a process that was seen to have ended.
            self.child.flag_eof = False
            if ended:
                return None
            ended = not self.child.isalive()
            time.sleep(0.01)
        return event

    def wait_for_prompt(self, prompt=PROMPT):
        """Until it reads a password or a code, or another prompt comes; returns as wait_for."""
        event = self.wait_for(f"(?:{prompt})|(?:{CODE_PROMPT})", NAME_PROMPT)
        if event == 0 and not re.search(CODE_PROMPT, self.child.after):
            # Whether a prompt of the caller's own, as sudo -p has it, is for a code is not to be seen.
            self.child.waitnoecho(-1 if prompt == PROMPT else 2)
        return event

    def type(self, text):
        """Or press a key."""
        if text == CTRL_C:
            self.interrupt()
        elif text == CTRL_D:
            self.child.sendeof()
        else:
            self.child.sendline(text)

    def ignores(self, number):
        [mask] = re.findall(r"^SigIgn:\s+(\S+)", pathlib.Path(f"/proc/{self.child.pid}/status").read_text(), re.MULTILINE)
        return bool(int(mask, 16) & 1 << number - 1)

    def interrupt(self):
        """Until something comes of it: it is lost if it comes between sudo's prompt and its read."""
        if self.ignores(signal.SIGINT):  # as util-linux' login does, at any prompt
            self.child.sendintr()
            self.child.sendeof()
            return
        more = ""
        for _ in range(60):
            if not self.child.isalive() or more.strip("^C\r\n"):
                return
            self.child.sendintr()
            if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=0.5) == 0:
                return
            more = self.child.before  # and it stays there to be waited for
        raise AssertionError(f"Ctrl-C does nothing: {self.screen}")

    def hang_up(self):
        """Its terminal goes, and whoever has not noticed by then goes, too."""
        self.child.close(force=True)

    def status(self):
        """After the end."""
        self.child.close()
        return self.child.exitstatus if self.child.signalstatus is None else 128 + self.child.signalstatus


def talk(argv, *answers, prompt=PROMPT):
    """Give the answers one by one; when asked for more, press Ctrl-D. When login asks for a name, hang up. An answer may
    be a function, which is called when it is asked for."""
    program = Program(argv)
    asked = []
    while (event := program.wait_for_prompt(prompt)) is not None:
        if event == 1:
            program.child.kill(signal.SIGHUP)
            continue
        text = answers[len(asked)] if len(asked) < len(answers) else CTRL_D
        asked.append((program.screen.splitlines()[-1], program.child.getecho()))
        program.type(text() if callable(text) else text)
    return Result(program.screen, len(asked), asked, program.status())


def as_user(user, argv):
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--reset-env", *argv]


def ssh_command(port, user, tries, method, command, key=None):
    """key: the file of a private key."""
    options = {
        "PreferredAuthentications": method,
        "NumberOfPasswordPrompts": tries,
        **({"IdentityFile": key, "IdentitiesOnly": "yes"} if key else {"PubkeyAuthentication": "no"}),
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
        "GlobalKnownHostsFile": "/dev/null",
    }
    argv = ["ssh", "-F", "none", "-p", str(port)]
    for name, value in options.items():
        argv += ["-o", f"{name}={value}"]
    return [*argv, f"{user}@127.0.0.1", command]


def ssh(port, user, *answers, method="password", command="id -un", tries=None, key=None):
    """tries: of each method; by default one for each answer."""
    return talk(ssh_command(port, user, tries or len(answers), method, command, key), *answers)


def sudo(user, *answers, options=(), command=("id", "-un"), prompt=PROMPT):
    """-k: a password typed before does not count."""
    return talk(as_user(user, ["sudo", "-k", *options, *command]), *answers, prompt=prompt)


def su(user, target, *answers, command="id -un"):
    return talk(as_user(user, ["su", target, "-c", command]), *answers)


def login(user, *answers):
    """As getty does: root runs it, the user's name is known. Goes with the fixture profiles."""
    return talk(["login", user], *answers)


def together(*calls):
    """The results of calls made at the same time; not in threads, for those must not open terminals."""
    with ProcessPoolExecutor(len(calls), mp_context=get_context("fork")) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]
