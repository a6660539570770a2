"""genauthctl setup with a person at a terminal: what is asked, what is said of wrong answers, and whatever interrupts."""
import io
import os
import pathlib
import re
import signal
import time

import pexpect
import pytest

import conftest
from dialogue import heed_keys
from test_setup import (APP, BASIC_APP, DONE, LOGIN, METHOD, OLD, PASSWORD, POST_APP, PUBLIC_APP, SECRET, ADDRESS, CHECK,
                        host, lines_of, nothing_is_left, words_of)  # noqa: F401

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


class Dialogue:
    def __init__(self, host, *words, ca_file=True):
        self.host = host
        words = [*(words_of(host) if ca_file else words_of(host)[:-2]), *words]
        self.child = pexpect.spawn(conftest.GENAUTHCTL, ["setup", *map(str, words)],
                                   encoding="utf-8", timeout=60, preexec_fn=heed_keys,
                                   env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "NO_COLOR": "1"})
        self.child.logfile_read = io.StringIO()

    @property
    def screen(self):
        return self.child.logfile_read.getvalue().replace("\r\n", "\n")

    def wait(self, prompt):
        """For that very question, and that it shows or hides what is typed."""
        self.child.expect_exact(prompt)
        hidden = prompt.startswith(("app_secret", "GenAuth password"))
        assert self.child.getecho() == (not hidden)

    def answer(self, prompt, text):
        self.wait(prompt)
        self.child.sendline(text)

    def application(self, number="1", method=""):
        """All that is right."""
        server = self.host.server
        self.answer("app_host: ", server.host)
        self.answer("app_id: ", server.app_id[:-1] + number)
        self.answer("app_secret: ", SECRET + number)
        self.answer("token_endpoint_auth_method [client_secret_post]: ", method)
        self.answer("connection [PASSWORD]: ", "")

    def end(self):
        """The exit status; no secret was on the screen, or can have been in the list of processes."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert SECRET not in self.screen and PASSWORD not in self.screen
        return self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus


@pytest.fixture
def begin(host):
    """Begins a dialogue; with no genauth.conf, or this one."""
    def begin(old=None, *words):
        if old is not None:
            host.write_conf(old)
        return Dialogue(host, *words)
    return begin


def test_from_nothing_to_a_trial(host, begin):
    """One command: the application, genauth.conf, check, a login, and sshd on trial."""
    talk = begin("min_uid = 1\n")
    talk.application()
    talk.answer("user (Enter: nobody): ", "sync")
    arguments = pathlib.Path(f"/proc/{talk.child.pid}/cmdline").read_text()
    talk.answer("GenAuth password: ", PASSWORD)
    talk.answer("genauthctl try sshd? [y/N] ", "y")
    try:
        assert talk.end() == DONE
        assert SECRET not in arguments and "pam_genauth.so" in (host.pam / "sshd").read_text()
    finally:
        host.run("undo", "sshd", "--pam-dir", host.pam, "--state-dir", host.state)
    steps = ["Ctrl-C", "authentication address", "ok       genauth ", "The id of the application", "ok       app ",
             "token exchange authentication method of the", "ok       method ", "Whose passwords", "written, for root alone",
             "genauth.conf.old.1", "errors: 0", "The first login: a user", "verdict    OK", "for ten minutes",
             "the new stack is in place"]
    places = [" ".join(talk.screen.split()).index(" ".join(step.split())) for step in steps]
    assert places == sorted(places)
    assert lines_of(host) == ["min_uid = 1", f"ca_file = {host.server.ready['ca_file']}", f"app_host = {host.server.host}",
                              f"app_id = {host.server.app_id}", f"app_secret = {host.server.app_secret}",
                              "token_endpoint_auth_method = client_secret_post", "connection = PASSWORD"]
    assert [entry["body"]["passwordPayload"]["account"] for entry in host.server.posts()] == ["sync"]


def test_the_screen_fits(begin):
    """On 80 columns, but for what is to be copied."""
    talk = begin()
    talk.application()
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == DONE
    lines = re.sub("\r[^\n]*\033\\[K", "", talk.screen).splitlines()
    own = [line for line in lines if str(talk.host.folder) not in line and str(conftest.BUILD) not in line]
    assert all(len(line) <= 80 for line in own) and len(own) > 40, lines


def test_nobody_signs_in(host, begin):
    talk = begin()
    talk.application()
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == DONE and "genauthctl login USER" in talk.screen and "try sshd?" not in talk.screen
    assert host.conf.exists() and host.server.posts() == []


@pytest.mark.parametrize("answer", ["", "n", "yes please"])
def test_no_trial(host, begin, answer):
    talk = begin("min_uid = 1\n", "--user", "sync")
    talk.application()
    talk.answer("GenAuth password: ", PASSWORD)
    talk.answer("genauthctl try sshd? [y/N] ", answer)
    assert talk.end() == DONE and "pam_genauth.so" not in (host.pam / "sshd").read_text()


@pytest.mark.parametrize("stack", [None, conftest.GOOD])
def test_a_trial_is_not_offered_in_vain(host, begin, stack):
    """Without sshd, or where it asks GenAuth already."""
    if stack:
        host.write_stack("sshd", stack)
    else:
        (host.pam / "sshd").unlink()
    talk = begin("min_uid = 1\n", "--user", "sync")
    talk.application()
    talk.answer("GenAuth password: ", PASSWORD)
    assert talk.end() == DONE and "try sshd?" not in talk.screen


def test_wrong_answers(host, begin):
    """Each is asked for again, with the reason, before anything else is asked or written."""
    talk = begin("min_uid = 1\n")
    ca_file = f"ca_file [{host.server.ready['ca_file']}]: "
    talk.answer("app_host: ", "localhost")
    talk.child.expect_exact("genauthctl: app_host: ")
    talk.answer("app_host: ", "https://genauth.invalid")
    talk.child.expect_exact("error    dns ")
    talk.answer("app_host [https://genauth.invalid]: ", "")
    talk.answer(ca_file, "")
    talk.child.expect_exact("error    dns ")
    talk.answer("app_host [https://genauth.invalid]: ", "https://localhost:1")
    talk.answer(ca_file, "/nowhere")
    talk.child.expect_exact("/nowhere: No such file")
    talk.answer("app_host [https://localhost:1]: ", "")
    talk.answer("ca_file [/nowhere]: ", host.server.ready["ca_file"])
    talk.child.expect_exact("error    tcp ")
    talk.answer("app_host [https://localhost:1]: ", host.server.host)
    talk.answer(ca_file, "")
    talk.answer("app_id: ", "")
    talk.child.expect_exact("genauthctl: app_id: ")
    talk.answer("app_id: ", "two words")
    talk.child.expect_exact("genauthctl: app_id: ")
    talk.answer("app_id: ", POST_APP)
    talk.answer("app_secret: ", "")
    talk.child.expect_exact("there must be a secret")
    talk.answer("app_secret: ", SECRET + "x")
    talk.child.expect_exact("error    app ")
    talk.answer(f"app_id [{POST_APP}]: ", BASIC_APP)
    talk.answer("app_secret: ", "-")
    talk.child.expect_exact("error    method ")
    talk.answer(f"app_id [{BASIC_APP}]: ", "")
    talk.answer("app_secret: ", SECRET + "2")
    talk.answer("token_endpoint_auth_method [client_secret_post]: ", "basic")
    talk.child.expect_exact("token_endpoint_auth_method: ")
    talk.answer("token_endpoint_auth_method [client_secret_post]: ", "")
    talk.child.expect_exact("error    method ")
    talk.answer("token_endpoint_auth_method [client_secret_post]: ", "client_secret_basic")
    talk.answer("connection [PASSWORD]: ", "password")
    talk.child.expect_exact("connection: ")
    assert host.conf.read_text() == "min_uid = 1\n"
    talk.answer("connection [PASSWORD]: ", "")
    talk.answer("user (Enter: nobody): ", "nobody-knows")
    talk.answer("user (Enter: nobody): ", "sync")
    talk.answer("GenAuth password: ", "wrong")
    talk.child.expect_exact("DENIED")
    talk.answer("user (Enter: nobody): ", "sync")
    talk.answer("GenAuth password: ", PASSWORD)
    talk.answer("genauthctl try sshd? [y/N] ", "n")
    assert talk.end() == DONE and len(host.server.posts()) == 2
    assert {f"app_id = {BASIC_APP}", f"app_secret = {SECRET}2",
            "token_endpoint_auth_method = client_secret_basic"} < set(lines_of(host))


def test_an_option_that_is_wrong_is_asked_for(host, begin):
    """What the command line has is not asked for, as long as it is right."""
    talk = begin("min_uid = 1\n", "--app-host", "https://localhost:1", "--app-id", POST_APP, "--secret-file", host.secret,
                 "--connection", "PASSWORD")
    talk.answer("app_host [https://localhost:1]: ", host.server.host)
    talk.answer("ca_file [", "")
    talk.answer("token_endpoint_auth_method [client_secret_post]: ", "")
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == DONE and "app_id: " not in talk.screen and "app_secret:" not in talk.screen


def test_an_authority_that_the_system_does_not_have(host):
    """Asked for where the certificate is the trouble, and not before."""
    host.write_conf("min_uid = 1\n")
    talk = Dialogue(host, ca_file=False)
    talk.answer("app_host: ", "https://localhost:1")
    talk.child.expect_exact("error    tcp ")
    talk.answer("app_host [https://localhost:1]: ", host.server.host)
    talk.child.expect_exact("error    tls ")
    talk.answer(f"app_host [{host.server.host}]: ", "")
    talk.answer("ca_file: ", "")
    talk.child.expect_exact("error    tls ")
    talk.answer(f"app_host [{host.server.host}]: ", "")
    talk.answer("ca_file: ", host.server.ready["ca_file"])
    talk.answer("app_id: ", POST_APP)
    talk.answer("app_secret: ", SECRET + "1")
    talk.answer("token_endpoint_auth_method [client_secret_post]: ", "")
    talk.answer("connection [PASSWORD]: ", "")
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == DONE and talk.screen.count("ca_file: ") == 2
    assert f"ca_file = {host.server.ready['ca_file']}" in lines_of(host)


def test_what_is_there_is_offered(host, begin):
    """But for the secret, which is not shown."""
    talk = begin(host.base)
    talk.answer(f"app_host [{host.server.host}]: ", "")
    talk.answer(f"app_id [{POST_APP}]: ", "")
    talk.answer("app_secret [as it is]: ", "")
    talk.answer("token_endpoint_auth_method [client_secret_post]: ", "")
    talk.answer("connection [PASSWORD]: ", "")
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == DONE and host.base in host.conf.read_text()


def test_from_one_application_to_one_without_a_secret(host, begin):
    talk = begin(host.base)
    talk.answer(f"app_host [{host.server.host}]: ", "")
    talk.answer(f"app_id [{POST_APP}]: ", PUBLIC_APP)
    talk.answer("app_secret [as it is]: ", "-")
    talk.answer("connection [PASSWORD]: ", "")
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == DONE and "app_secret = " not in "\n".join(lines_of(host))


def test_no_more_answers(host, begin):
    """Ctrl-D, at each question: the status of its step, and nothing written before the last."""
    for count, status in ((0, ADDRESS), (1, APP), (2, APP), (3, METHOD), (4, METHOD)):
        talk = begin("min_uid = 1\n")
        reach(talk, count)
        talk.child.sendeof()
        assert talk.end() == status
        nothing_is_left(host, "min_uid = 1\n")


def test_nobody_gets_in(begin):
    talk = begin("min_uid = 1\n", "--user", "sync")
    talk.application()
    talk.answer("GenAuth password: ", "wrong")
    talk.answer("user (Enter: nobody): ", "")
    assert talk.end() == LOGIN


def test_check_ends_it(host, begin):
    host.write_stack("sudo", "auth required pam_genauth.so nonsense\n")
    talk = begin("min_uid = 1\n")
    talk.application()
    assert talk.end() == CHECK and "repair what check has found" in " ".join(talk.screen.split())


def test_changed_meanwhile(host, begin):
    """By an editor in another terminal: that is not overwritten."""
    talk = begin("min_uid = 1\n")
    reach(talk, 4)
    host.write_conf("min_uid = 2\n")
    talk.child.sendline("")
    assert talk.end() == 6 and "somebody has changed this meanwhile" in talk.screen
    nothing_is_left(host, "min_uid = 2\n")


# ---- interrupted ----

PROMPTS = ["app_host: ", "app_id: ", "app_secret: ", "token_endpoint_auth_method [client_secret_post]: ",
           "connection [PASSWORD]: ", "user (Enter: nobody): ", "GenAuth password: ", "genauthctl try sshd? [y/N] "]


def reach(talk, count):
    """Up to that question, which is left open."""
    answers = [talk.host.server.host, POST_APP, SECRET + "1", "", "", "sync", PASSWORD]
    for prompt, answer in zip(PROMPTS[:count], answers):
        talk.answer(prompt, answer)
    talk.wait(PROMPTS[count])


def gets_its_echo_back(talk, seconds=20):
    deadline = time.monotonic() + seconds
    while not talk.child.getecho():
        assert time.monotonic() < deadline, "what is typed is still hidden"
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP, "key"])
@pytest.mark.parametrize("count", range(len(PROMPTS)))
def test_interrupted_at_each_question(host, begin, count, number):
    """Before genauth.conf is written nothing has changed, afterwards it is whole; and what is typed is shown again."""
    talk = begin(OLD.replace("app_id = old\n", ""))
    reach(talk, count)
    talk.child.send("half an answer")
    if number == "key":
        talk.child.sendintr()
    else:
        talk.child.kill(number)
    gets_its_echo_back(talk)
    assert talk.end() == -(signal.SIGINT if number == "key" else number)
    if count < 5:
        nothing_is_left(host, OLD.replace("app_id = old\n", ""))
    else:
        assert {f"app_id = {POST_APP}", f"app_secret = {SECRET}1"} < set(lines_of(host))
        assert (host.folder / "genauth.conf.old.1").read_text() == OLD.replace("app_id = old\n", "")
    assert list(host.folder.glob(".*")) == [] and "pam_genauth.so" not in (host.pam / "sshd").read_text()


def test_hung_up(host, begin):
    """The terminal goes away, at the secret."""
    talk = begin("min_uid = 1\n")
    reach(talk, 2)
    talk.child.close(force=False)
    assert not talk.child.isalive()
    nothing_is_left(host, "min_uid = 1\n")

