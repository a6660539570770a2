"""The lines of docs/cloud-init.md are true: what they run does what the page says, as they stand."""
import os
import re
import subprocess

import pytest

import conftest
from test_setup import POST_APP, host, lines_of, nothing_is_left, words_of  # noqa: F401

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

PAGE = (conftest.SOURCE / "docs/cloud-init.md").read_text()
LINES = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]


def commands():
    """The entries of runcmd; a line that is indented further goes on with the one before."""
    _, _, text = LINES.partition("runcmd:\n")
    return [" ".join(entry.split()) for entry in re.split(r"^  - ", text, flags=re.MULTILINE)[1:]]


def boot(host, secret):
    """As cloud-init does: the file first, then the commands, whatever becomes of each. What they have said, and how
    pam-auth-update was called."""
    (path, mode, content), = re.findall(r'\{path: (\S+), permissions: "(\d+)", content: (\S+)\}', LINES)
    here = host.folder / "genauth.secret"
    here.write_text(secret)
    here.chmod(int(mode, 8))
    changes = {path: str(here), content: secret, "https://example.genauth.ai": host.server.host,
               "0123456789abcdef01234567": POST_APP}
    programs, called = host.folder / "bin", host.folder / "called"
    programs.mkdir()
    called.touch()
    words = " ".join(f"'{word}'" for word in words_of(host))
    for name, script in (("genauthctl", f'exec {conftest.GENAUTHCTL} "$@" {words}'),
                         ("pam-auth-update", f'echo "$@" >>{called}')):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    said = ""
    for command in commands():
        for before, after in changes.items():
            command = command.replace(before, after)
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              env={"PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0, done
        said += done.stdout + done.stderr
    assert not here.exists() and secret not in said
    return said, called.read_text()


def test_about_ten_lines():
    assert len(LINES.splitlines()) <= 11 and LINES.startswith("#cloud-config\n") and len(commands()) == 2


def test_a_host_that_sets_itself_up(host):
    said, called = boot(host, host.server.app_secret)
    assert called == "--package --enable genauth genauth-prepare\n" and "no GenAuth logins" not in said, said
    assert f"app_secret = {host.server.app_secret}" in lines_of(host)
    profiles = [file.name for file in (conftest.SOURCE / "debian/pam-configs").iterdir()]
    assert set(called.split()[2:]) <= set(profiles)


def test_an_answer_that_is_wrong(host):
    """Then no stack changes, and the log of the boot says why."""
    said, called = boot(host, "another-secret")
    assert called == "" and "no GenAuth logins, status 4\n" in said and "error    app " in said
    nothing_is_left(host)


def test_the_table_has_each_status():
    manual = (conftest.SOURCE / "man/genauthctl.8").read_text().split(".Sh EXIT STATUS")[1].split(".It Cm check\n0:")[0]
    rows = re.findall(r"^\| (\d) \|.*\| (\w+)", PAGE, re.MULTILINE)
    assert [status for status, _ in rows] == [str(number) for number in range(1, 10)]
    assert {status for status, file in rows if file == "written"} == {"7", "8", "9"}
    assert set(re.findall(r"^(\d):", manual, re.MULTILINE)) == {"0", "1", "3", "4", "5", "6", "7", "8", "9"}
