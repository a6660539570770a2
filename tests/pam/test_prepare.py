"""The flag "prepare": genauth-signin is started while another module asks, and a line behind picks it up."""
import pathlib

import pytest

import pam

PASSWORD = "correct horse"
ASKS = "auth optional pam_unix.so nodelay\n"
PASSWORD_MODULE = pathlib.Path(pam.MODULE).parents[2] / "bench/.libs/password.so"
SLOWLY = ("--pause", "400")


def write_stack(world, *arguments, login=("use_first_pass",), asks=ASKS):
    line = f"auth optional {pam.MODULE} conf={world.conf} prepare {' '.join(arguments)}\n"
    world.write_service("sshd", *login, before=line + asks)


def test_the_line_behind_asks_what_was_prepared(world):
    write_stack(world)
    result = world.run(PASSWORD, extra=SLOWLY)
    assert result.code == "PAM_SUCCESS" and result.prompts == ["Password: "]
    # One process, one connection, one log line.
    assert world.server.connections() == 1 and len(world.server.posts()) == 1
    assert result.line["connect_ms"] == result.line["tls_ms"] == "0"
    assert world.run("wrong", extra=SLOWLY).code == "PAM_AUTH_ERR"


@pytest.mark.parametrize("control", ["required", "requisite", "sufficient", "optional", "[success=ok default=bad]"])
def test_the_line_alone_lets_nobody_in(world, control):
    (world.services / "sshd").write_text(f"auth {control} {pam.MODULE} conf={world.conf} prepare\n" + (
        "auth required pam_permit.so\n" if control in ("required", "requisite", "[success=ok default=bad]") else ""))
    result = world.run(PASSWORD)
    # Where no line counts, libpam says no in its own words.
    assert result.code in ("PAM_AUTH_ERR", "PAM_PERM_DENIED")
    assert "verdict=" not in str(result.log) and max(result.delays, default=0) == 0 and result.prompts == []


def test_what_is_wrong_is_said_once(world):
    write_stack(world)
    world.write_conf(world.base + "nonsense = 1\n")
    result = world.run(PASSWORD)
    assert result.code == "PAM_SERVICE_ERR" and "nonsense" in result.line["reason"]


@pytest.mark.parametrize("arguments, login, extra", [
    (["timeout=9"], ["use_first_pass"], ()), ([], ["use_first_pass", "lang=ja-JP"], ()),
    ([], ["use_first_pass"], ("--becomes", "alicia"))])
def test_what_differs_is_not_asked(world, arguments, login, extra):
    """Other options, another user: what was prepared ends, and a new process is asked."""
    world.add_user("alicia", uid=4200)
    world.server.set_user("alicia", password=PASSWORD)
    # pam_unix itself does not live through a change of PAM_USER (AddressSanitizer).
    write_stack(world, *arguments, login=login, asks=f"auth optional {PASSWORD_MODULE}\n" if extra else ASKS)
    result = world.run(PASSWORD, extra=[*SLOWLY, *extra])
    assert result.code == "PAM_SUCCESS"
    assert world.server.connections() == 2 and len(world.server.posts()) == 1


def test_who_is_not_served_costs_no_connection(world):
    write_stack(world)
    world.run(PASSWORD, user="root", extra=SLOWLY)
    assert world.server.connections() == 0


def test_each_authentication_of_a_handle_prepares_anew(world):
    """As sudo does it: pam_authenticate once more, and the first one's process must not be left."""
    write_stack(world)
    result = world.run("wrong", PASSWORD, calls=("authenticate", "authenticate", "setcred"), extra=SLOWLY)
    assert result.codes == ["PAM_AUTH_ERR", "PAM_SUCCESS", "PAM_SUCCESS"]
    assert world.server.connections() == 2 and len(world.server.posts()) == 2


@pytest.fixture
def helpers(tmp_path):
    """A line that counts the helpers of the host, each time it is reached, and their numbers so far."""
    script, numbers = tmp_path / "count", tmp_path / "numbers"
    script.write_text(f"#!/bin/sh\nps --ppid $PPID -o comm= | grep -c genauth-keeper >> {numbers}\n{{then}}\n")

    def write(then=":"):
        script.write_text(script.read_text().format(then=then))
        script.chmod(0o755)
        return f"auth optional pam_exec.so quiet {script}\n"

    return write, lambda: numbers.read_text().split()


@pytest.mark.parametrize("then, extra", [(":", ("--becomes", "root")), ("echo nonsense = 1 >> {conf}", ())],
                         ids=("who-is-not-served", "a-fault-in-the-options"))
def test_the_next_authentication_ends_it(world, helpers, then, extra):
    """Also where it prepares nothing itself."""
    write, numbers = helpers
    world.services.joinpath("sshd").write_text(
        f"auth optional {pam.MODULE} conf={world.conf} prepare\nauth optional {PASSWORD_MODULE}\n"
        f"{write(then.format(conf=world.conf))}auth required pam_permit.so\n")
    world.run(PASSWORD, PASSWORD, calls=("authenticate", "authenticate"), extra=extra)
    assert numbers() == ["1", "0"]


def test_it_is_there_for_the_second_line_that_logs_in(world):
    """Two applications of GenAuth: the first line has other options, and leaves it."""
    def line(control, arguments):
        return f"auth {control} {pam.MODULE} conf={world.conf} {arguments}\n"

    (world.services / "sshd").write_text(
        line("optional", "prepare timeout=50") + ASKS + line("[success=ok default=ignore]", "timeout=51")
        + line("required", "timeout=50"))
    result = world.run("wrong", extra=SLOWLY)
    first, second = [pam.fields(entry["text"]) for entry in result.log if "verdict=" in entry["text"]]
    assert (first["verdict"], second["verdict"]) == ("DENIED", "DENIED")
    assert second["tls_ms"] == "0" and world.server.connections() == 2


def test_nobody_is_asked_for_the_name(world):
    """A line behind may find out in another way, as with a card; and one that asks need not have been prepared for."""
    line = f"auth optional {pam.MODULE} conf={world.conf} prepare\n"
    (world.services / "sshd").write_text(line + "auth required pam_deny.so\n")
    assert world.run(user=None).prompts == []
    write_stack(world)
    result = world.run("alice", PASSWORD, user=None)
    assert result.code == "PAM_SUCCESS" and result.prompts == ["login:", "Password: "]


@pytest.mark.parametrize("arguments, conf, words", [
    ("nodelay", "", "asks nobody"), ("conf=/nowhere", "", "/nowhere"), ("", "nonsense = 1\n", "nonsense")])
def test_debug_says_why_nothing_is_prepared(world, arguments, conf, words):
    world.write_conf(world.base + conf)
    write_stack(world, "debug", *arguments.split())
    first = next(entry for entry in world.run(PASSWORD).log if entry["text"].startswith("pam_genauth"))
    assert "nothing is prepared: " in first["text"] and words in first["text"] and first["priority"] == 7


def test_somebody_else_lets_in(world):
    """No line picks it up: it ends with setcred, and with the handle at the latest."""
    world.services.joinpath("sshd").write_text(
        f"auth optional {pam.MODULE} conf={world.conf} prepare\nauth sufficient pam_permit.so\n")
    for calls in (("authenticate",), ("authenticate", "setcred")):
        result = world.run(calls=calls)
        assert result.codes == ["PAM_SUCCESS"] * len(calls) and world.server.posts() == []


def test_the_line_has_no_say_in_setcred(world):
    """Where nobody else has one either, libpam refuses: a line that accepts nobody must not be what it goes by."""
    (world.services / "sshd").write_text(
        f"auth optional {pam.MODULE} conf={world.conf} prepare\nauth optional {PASSWORD_MODULE}\n")
    assert world.run(calls=("setcred",)).codes != ["PAM_SUCCESS"]


@pytest.mark.parametrize("flag", ["use_first_pass", "try_first_pass", "nodelay"])
def test_flags_that_ask(world, flag):
    write_stack(world, flag, "debug")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
