"""Runs the real ssh, sudo, su and login on a terminal of their own and types the passwords they ask for."""

import dataclasses
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pexpect

# At the end of what was written: the same words inside a message are not a prompt.
PROMPT = r"(?i)password[^:\r\n]*: $"
NAME_PROMPT = "login: $"


@dataclasses.dataclass
class Result:
    screen: str  # all that the program wrote
    prompts: int  # how often it asked
    status: int  # its exit status, or 128 + the signal that ended it

    @property
    def lines(self):
        return self.screen.splitlines()


def talk(argv, *answers, prompt=PROMPT, pause=0):
    """Give the answers one by one, each after a pause of so many seconds; when asked for more, press Ctrl-D. When login
    asks for a name, hang up."""
    child = pexpect.spawn(argv[0], argv[1:], encoding="utf-8", timeout=30)
    screen, prompts, ended = "", 0, False
    while True:
        event = child.expect([prompt, NAME_PROMPT, pexpect.EOF])
        screen += child.before
        if event == 0:
            screen += child.after
            child.waitnoecho()
            time.sleep(pause)
            if prompts < len(answers):
                child.sendline(answers[prompts])
            else:
                child.sendeof()  # Ctrl-C is lost if it comes between sudo's prompt and its read
            prompts += 1
        elif event == 1:
            child.kill(signal.SIGHUP)
        else:
            # util-linux' login closes the terminal and opens it again, which looks like the end. The end is when there
            # is no more to read from a process that was seen to have ended.
            child.flag_eof = False
            if ended:
                break
            ended = not child.isalive()
            time.sleep(0.01)
    child.close()
    status = child.exitstatus if child.signalstatus is None else 128 + child.signalstatus
    return Result(screen, prompts, status)


def as_user(user, argv):
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--reset-env", *argv]


def ssh(port, user, *answers, method="password", command="id -un", pause=0):
    options = {
        "PreferredAuthentications": method,
        "NumberOfPasswordPrompts": len(answers),
        "PubkeyAuthentication": "no",
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
        "GlobalKnownHostsFile": "/dev/null",
    }
    argv = ["ssh", "-F", "none", "-p", str(port)]
    for name, value in options.items():
        argv += ["-o", f"{name}={value}"]
    return talk([*argv, f"{user}@127.0.0.1", command], *answers, pause=pause)


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
