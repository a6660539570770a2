"""A genauth-signin that was taken over: what it can have a person asked, and what becomes of its host."""

import pathlib
import shutil
import subprocess

import pytest

import machine
import world
from world import Code

FOLDER = pathlib.Path("/run/impostor")
SAYS, REPLIES, MARK = (FOLDER / name for name in ("says", "replies", "mark"))
HELPER = world.BUILD.parents[1] / "genauth-signin"

PASSWORD = "Password: "
ASKED = "GenAuth code sent by e-mail to a***@x***: "
TRIES = 5  # the most of mfa_tries

# With codes for more questions than may be asked.
TYPED = "\t".join(["password", *(f"1234{number:02}" for number in range(12))])


class Impostor:
    """In the place of genauth-signin, see impostor.c for its letters."""

    def says(self, letters):
        SAYS.write_text(letters)

    def replies(self):
        return REPLIES.read_text().splitlines() if REPLIES.exists() else []


@pytest.fixture
def impostor(standin):
    """All may be asked for that can be."""
    machine.write_conf(standin, timeout=60, mfa="ask", mfa_tries=TRIES)
    # Not "debug": a host whose log is full, and whose calls a timer interrupts, connects to it anew.
    world.write_service()
    FOLDER.mkdir()
    subprocess.run(["mount", "--bind", world.IMPOSTOR, HELPER], check=True)
    yield Impostor()
    subprocess.run(["umount", "--lazy", HELPER], check=True)
    shutil.rmtree(FOLDER)


def log_in(*conditions, password=TYPED):
    """The report of a host in which nothing has changed."""
    report = world.log_in(*conditions, password=password)
    assert report.changes == [] and report.before
    return report


def test_the_impostor_is_believed(impostor):
    """Else the tests below would show nothing. Its verdict is all that it has."""
    impostor.says("Rttqta")
    report = log_in()
    assert (report.code, report.prompts) == (Code.SUCCESS, [PASSWORD, ASKED])
    assert impostor.replies() == ["123400"]


def test_a_person_is_asked_as_often_as_the_option_says(standin, impostor):
    for tries in (1, TRIES):
        machine.write_conf(standin, mfa="ask", mfa_tries=tries)
        impostor.says("Rtt(qt)")
        report = log_in()
        assert (report.code, report.prompts) == (Code.SYSTEM_ERR, [PASSWORD] + tries * [ASKED])
        assert impostor.replies() == [f"1234{number:02}" for number in range(tries)] + ["-"]
        REPLIES.unlink()
        impostor.says("Rtt" + tries * "qt" + "a")
        assert log_in().code == Code.SUCCESS
        impostor.says("Rtt" + (tries + 1) * "qt" + "a")
        assert log_in().code == Code.SYSTEM_ERR
        REPLIES.unlink()


@pytest.mark.parametrize("options, letters", [({}, "q"), ({}, "W"), ({"second_factor": "required"}, "q")],
                         ids=["nothing demanded, e-mail", "nothing demanded, OTP", "OTP demanded, e-mail"])
def test_a_person_is_not_asked_for_what_no_option_demands(standin, impostor, options, letters):
    machine.write_conf(standin, **options)
    impostor.says(f"Rtt{letters}ta")
    report = log_in()
    assert (report.code, report.prompts, impostor.replies()) == (Code.SYSTEM_ERR, [PASSWORD], ["-"])


@pytest.mark.parametrize("letters, code", [("n", Code.SYSTEM_ERR), ("a", Code.SYSTEM_ERR), ("g", Code.SYSTEM_ERR),
                                           ("Wtg", Code.SYSTEM_ERR), ("Wtn", Code.SYSTEM_ERR), ("Wta", Code.SUCCESS)])
def test_an_ok_without_the_factor_is_none(standin, impostor, letters, code):
    machine.write_conf(standin, second_factor="required")
    impostor.says(f"Rtt{letters}")
    assert log_in().code == code


@pytest.mark.parametrize("letters", ["ttqa", "ttqRa", "RttQa", "RttLa", "RtqR!ta", "qR!tta", "Rtaq!t", "Raq!tt"])
def test_questions_out_of_their_place_are_not_asked(impostor, letters):
    """Without READY; in words of its own; with more detail than has room; before the password is there."""
    impostor.says(letters)
    conditions = ["password-after=/run/impostor/mark"] if "!" in letters else []
    report = log_in(*conditions)
    assert (report.code, report.prompts) == (Code.SYSTEM_ERR, [PASSWORD])
    assert impostor.replies() == []


@pytest.mark.parametrize("letter, prompt", [
    ("T", "GenAuth refused that code. Code sent by SMS to ***: "), ("W", "GenAuth one-time code: "),
    ("U", "GenAuth code sent by e-mail to ?***@x***: ")])
def test_a_person_is_asked_in_our_words(impostor, letter, prompt):
    """What is behind them is a mask, with which nobody can be talked to, and no terminal commanded."""
    impostor.says(f"Rtt{letter}td")
    report = log_in()
    assert (report.code, report.prompts) == (Code.AUTH_ERR, [PASSWORD, prompt])


@pytest.mark.parametrize("letters, code, asked", [
    # It does not want to know.
    ("Rttqa", Code.SUCCESS, 1), ("Rttqd", Code.AUTH_ERR, 1), ("Rttqqqd", Code.AUTH_ERR, 3),
    # Behind its answer there is nothing.
    ("Rttnqqq", Code.SUCCESS, 0), ("Rttdqa", Code.AUTH_ERR, 0), ("Rttqdqa", Code.AUTH_ERR, 1),
    # It says something else in between.
    ("RttqRta", Code.SYSTEM_ERR, 1), ("RttqfFa", Code.SYSTEM_ERR, 1)])
def test_the_first_answer_counts_whatever_else_is_said(impostor, letters, code, asked):
    impostor.says(letters)
    report = log_in()
    assert (report.code, report.prompts) == (code, [PASSWORD] + asked * [ASKED])


@pytest.mark.parametrize("password", ["password", "password\tpassword", "password\t", "password\t" + 128 * "1",
                                      "password\t\b"])
def test_whoever_does_not_reply_is_refused(impostor, password):
    """Not asked again, and whatever is answered. What is no code does not go out: the password, of a host that can give
    nothing else, or what sshd gives."""
    impostor.says("Rttqta")
    report = log_in(password=password)
    assert (report.code, report.prompts) == (Code.AUTH_ERR, [PASSWORD, ASKED])
    assert impostor.replies() == ["-"]
    REPLIES.unlink()
    impostor.says("Rtt(qt)")
    report = log_in(password=password)
    assert (report.code, report.prompts) == (Code.AUTH_ERR, [PASSWORD, ASKED])
    assert impostor.replies() == ["-"]


@pytest.mark.parametrize("letters, asked", [("Rttqf!", 1), ("RttqF!", 5)], ids=("garbage", "questions"))
def test_a_flood_while_the_person_types(impostor, letters, asked):
    impostor.says(letters)
    report = log_in("codes-after=/run/impostor/mark")
    assert report.code == Code.SYSTEM_ERR and len(report.prompts) == 1 + asked


@pytest.mark.parametrize("letters, code", [("Rttq!x", Code.SYSTEM_ERR), ("Rttqa!x", Code.SUCCESS),
                                           ("Rttqd!x", Code.AUTH_ERR)])
def test_its_end_while_the_person_types(impostor, letters, code):
    """The host outlives it, and an answer that was given before is not lost."""
    impostor.says(letters)
    report = log_in("codes-after=/run/impostor/mark", "sigpipe=default")
    assert (report.code, report.prompts) == (code, [PASSWORD, ASKED])


@pytest.mark.parametrize("letters, asked", [("Rttqt", 1), ("Rttqtqt", 2), ("Rtt", 0)])
def test_silence_holds_nobody(standin, impostor, letters, asked):
    machine.write_conf(standin, timeout=1, mfa="ask")
    impostor.says(letters)
    report = log_in()
    assert (report.code, report.prompts) == (Code.AUTHINFO_UNAVAIL, [PASSWORD] + asked * [ASKED])


@pytest.mark.parametrize("letters", ["Rttq!", "RttqF!", "Rttqa!"])
def test_the_host_is_killed_while_the_person_types(impostor, start_host, letters):
    """Nothing is left behind: the fixture no_process_left looks, too."""
    impostor.says(letters)
    host = start_host("codes-after=/run/impostor/never")
    world.wait_until(MARK.exists, lambda: f"was not asked: {world.processes()}")
    host.kill()
    world.wait_until(lambda: not {world.HELPER, world.KEEPER} & set(world.processes().values()), world.processes)


CONDITIONS = [["sigchld=ignored"], ["sigchld=thief"], ["sigchld=waits"], ["closed=01"], ["blocked"], ["timer=1000"],
              ["odd", "core", "timer=1000", "sigchld=thief", "sigpipe=handler", "closed=01"],
              ["odd", "core", "blocked", "sigchld=ignored", "sigpipe=ignored", "closed=01", "nofile=16"]]


@pytest.mark.parametrize("conditions", CONDITIONS, ids="+".join)
def test_unkind_hosts(impostor, conditions):
    for letters, code in (("Rttqta", Code.SUCCESS), ("Rttqtd", Code.AUTH_ERR), ("Rtt(qt)", Code.SYSTEM_ERR),
                          ("Rttqx", Code.SYSTEM_ERR)):
        impostor.says(letters)
        assert log_in(*conditions).code == code
