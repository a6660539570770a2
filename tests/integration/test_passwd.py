"""passwd(1), with the stacks of the examples: whose password is changed, and what people see."""

import pathlib
import subprocess

import machine
import pexpect
import pytest
from codes import totp
from dialogue import as_user, su, talk
from machine import ALICE, LOCAL_PASSWORD, WRONG, install_example, write_conf
from sshd import free_port, wait_until

NEW = "another-horse-2"
UPDATE = "/api/v3/update-password"
UNCHANGED = "Your GenAuth password is unchanged."
UNKNOWN = "Try the new one first, then the old one."
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def configure(standin, sections=None, **keys):
    write_conf(standin, sections, user_pool_id=standin.userpool_id, **keys)


@pytest.fixture(autouse=True)
def examples(standin):
    configure(standin)
    install_example("passwd")


@pytest.fixture(autouse=True)
def shadow():
    """A good many tests change it; and of a GenAuth user it must never change."""
    file = pathlib.Path("/etc/shadow")
    before = file.read_bytes()
    yield lambda user: next(line for line in file.read_text().splitlines() if line.startswith(user + ":")).split(":")[1]
    file.write_bytes(before)


def passwd(*answers, user="alice"):
    return talk(as_user(user, ["passwd"]), *answers)


def is_alices(password):
    return su("bob", "alice", password).status == 0


@pytest.mark.parametrize("form", [None, "rsa", "sm2"])
def test_changed(standin, syslog, shadow, form):
    configure(standin, password_encrypt_type=form)
    result = passwd(ALICE, NEW, NEW)
    assert (result.status, result.prompts) == (0, 3) and "updated successfully" in result.screen, result.screen
    update, = standin.posts(UPDATE)
    assert len(standin.posts()) == 1 and update["body"].get("passwordEncryptType") == form
    first, second = syslog.verdicts(2)
    assert (first["verdict"], second["verdict"], second["holds"]) == ("OK", "OK", "new")
    assert first["service"] == second["service"] == "passwd"
    assert is_alices(NEW) and not is_alices(ALICE) and shadow("alice") == "!"
    assert NEW not in syslog.text()


def test_a_refusal_by_policy(standin, shadow):
    result = passwd(ALICE, "short", "short")
    assert result.status != 0
    assert "GenAuth does not take the new password: The new password must have at least 8 characters." in result.screen
    assert UNCHANGED in result.screen and is_alices(ALICE) and shadow("alice") == "!"


def test_two_that_differ(standin):
    result = passwd(ALICE, NEW, NEW + "x")
    assert result.status != 0 and "The two new passwords differ." in result.screen and UNCHANGED in result.screen
    assert standin.posts(UPDATE) == [] and is_alices(ALICE)


def test_a_wrong_current_password(standin, shadow):
    result = passwd(WRONG)
    assert (result.prompts, result.status != 0, shadow("alice")) == (1, True, "!")
    assert len(standin.posts()) == 1 and standin.posts(UPDATE) == []


def start(user="alice"):
    argv = as_user(user, ["passwd"])
    return pexpect.spawn(argv[0], argv[1:], encoding="utf-8", timeout=30)


def answer(child, prompt, word, hidden=True):
    child.expect(prompt)
    if hidden:
        child.waitnoecho()
    child.sendline(word)


def end(child):
    child.expect(pexpect.EOF)
    child.close()
    return child.before


def test_a_second_factor(standin, syslog):
    standin.set_user("alice", totp_secret=SECRET)
    configure(standin, {"passwd": {"second_factor": "required"}})
    child = start()
    answer(child, "Current GenAuth password: ", ALICE)
    answer(child, "one-time code: ", totp(SECRET), hidden=False)
    answer(child, "New GenAuth password: ", NEW)
    answer(child, "Retype new GenAuth password: ", NEW)
    assert "updated successfully" in end(child)
    assert [line.get("factor") for line in syslog.verdicts(2)] == ["otp", None] and is_alices(NEW)


@pytest.mark.parametrize("answered", [{"close": "reset"}, {"http": 502, "body": "<html>"}])
def test_an_outage_while_it_is_changed(standin, answered):
    standin.set_answer(UPDATE, answered)
    result = passwd(ALICE, NEW, NEW)
    assert result.status != 0 and UNKNOWN in result.screen and len(standin.posts(UPDATE)) == 1
    # passwd has the last word, and is wrong; the message before it says so.
    assert result.screen.rstrip().endswith("password unchanged"), result.screen
    assert "whatever is said after this" in result.screen and UNCHANGED not in result.screen
    standin.set_answer(UPDATE, None)
    assert is_alices(NEW)


def test_an_outage_from_the_start(standin, shadow):
    configure(standin, app_host=f"https://localhost:{free_port()}")
    result = passwd(ALICE)
    assert result.status != 0 and "GenAuth cannot be reached." in result.screen and shadow("alice") == "!"


@pytest.mark.parametrize("how", ["killed", "broken off"])
def test_an_end_in_the_middle(standin, shadow, how):
    """No process stays, as after every test; and nothing was changed."""
    child = start()
    answer(child, "Current GenAuth password: ", ALICE)
    child.expect("New GenAuth password: ")
    child.waitnoecho()
    if how == "killed":
        child.kill(9)
    else:
        child.sendeof()
    assert (UNCHANGED in end(child)) == (how != "killed")
    assert standin.posts(UPDATE) == [] and is_alices(ALICE) and shadow("alice") == "!"


def test_a_program_that_is_killed_leaves_lines(standin, syslog):
    standin.set_answer(UPDATE, {"delay_ms": 60000})
    child = start()
    answer(child, "Current GenAuth password: ", ALICE)
    answer(child, "New GenAuth password: ", NEW)
    answer(child, "Retype new GenAuth password: ", NEW)
    wait_until(lambda: standin.posts(UPDATE), lambda: "no change came")
    child.close(force=True)
    text = "changing the password at GenAuth service=passwd user=alice caller_uid=20001"
    wait_until(lambda: text in syslog.text(), syslog.text)
    standin.set_answer(UPDATE, None)


def test_root_does_not_change_it_for_others(standin, syslog, shadow):
    result = talk(["passwd", "alice"])
    assert result.status != 0 and result.prompts == 0 and shadow("alice") == "!"
    assert "GenAuth changes a password only for who knows the old one." in result.screen
    line, = syslog.verdicts(1)
    assert line["verdict"] == "DENIED" and standin.connections() == 0


@pytest.fixture
def group(standin):
    subprocess.run(["groupadd", "genauth"], check=True)
    subprocess.run(["gpasswd", "-a", "alice", "genauth"], check=True, stdout=subprocess.DEVNULL)
    configure(standin, {"passwd": {"allow_groups": "genauth"}})
    yield
    subprocess.run(["groupdel", "genauth"], check=True)


def is_localusers(password):
    machine.write_stack("su", "required pam_unix.so")
    return su("bob", "localuser", password).status == 0


def test_who_is_not_served_changes_the_local_password(group, standin, syslog, shadow):
    old = shadow("localuser")
    result = passwd(LOCAL_PASSWORD, NEW, NEW, user="localuser")
    assert (result.status, result.prompts) == (0, 3) and "GenAuth" not in result.screen, result.screen
    assert shadow("localuser") != old and is_localusers(NEW) and standin.connections() == 0
    assert [line["verdict"] for line in syslog.verdicts(1)] == ["SKIP"]
    # The other, on the same host.
    assert passwd(ALICE, NEW, NEW).status == 0 and is_alices_at_genauth(standin, NEW)


def is_alices_at_genauth(standin, password):
    machine.write_genauth_stacks()
    return su("bob", "alice", password).status == 0


def test_root_sets_local_passwords(group, standin, shadow):
    old = shadow("localuser")
    assert talk(["passwd", "localuser"], NEW, NEW).status == 0 and shadow("localuser") != old
    assert talk(["passwd"], NEW, NEW).status == 0
    assert standin.connections() == 0


def test_a_fault_in_the_options_does_not_concern_root(standin, shadow):
    machine.CONF.write_text("nonsense = 1\n")
    old = shadow("root")
    assert talk(["passwd"], NEW, NEW).status == 0 and shadow("root") != old


@pytest.mark.parametrize("example", ["passwd", "common-password"])
def test_only_if_it_has_expired(standin, shadow, example):
    """passwd -k is no way around GenAuth to the local password."""
    both_are_equal()
    old = shadow("alice")
    use_only(example)
    result = talk(as_user("alice", ["passwd", "-k"]), ALICE, NEW, NEW)
    assert (result.status, len(standin.posts(UPDATE)), shadow("alice")) == (0, 1, old), result.screen


def both_are_equal():
    subprocess.run(["chpasswd", "-c", "SHA256"], input=f"alice:{ALICE}\n", text=True, check=True)


def use_only(example):
    if example == "common-password":
        machine.restore_stacks()
        machine.write_genauth_stacks()
        install_example(example)


def test_the_ways_around_a_missing_module(standin, shadow):
    """As the README of the examples has them, and the stack with default=die stops root's passwd."""
    use_only("common-password")
    stack = machine.PAM_D / "common-password"
    stack.write_text(stack.read_text().replace("pam_genauth.so", "pam_genauth_gone.so"))
    old = shadow("localuser")
    assert talk(["passwd", "localuser"], NEW, NEW).status != 0 and shadow("localuser") == old
    subprocess.run(["chpasswd", "-c", "YESCRYPT"], input=f"localuser:{NEW}\n", text=True, check=True)
    assert is_localusers(NEW)
    subprocess.run(["usermod", "-p", old, "localuser"], check=True)
    assert is_localusers(LOCAL_PASSWORD)


# ---- for all services ----

def test_common_password(standin, shadow):
    machine.restore_stacks()
    machine.write_genauth_stacks()
    install_example("common-password")
    assert passwd(ALICE, NEW, NEW).status == 0 and is_alices(NEW)
    # root's answer there is the local password, which adduser needs.
    result = talk(["passwd", "localuser"], NEW, NEW)
    assert result.status == 0 and "root cannot change it here" in result.screen and is_localusers(NEW)


CLOSED = {"close": "reset"}


@pytest.mark.parametrize("words, answered, posts, said", [
    ([WRONG], None, 0, ""), ([ALICE, "short", "short"], None, 1, "at least 8 characters"),
    ([ALICE, NEW, NEW + "x"], None, 0, UNCHANGED), ([ALICE, NEW, NEW], CLOSED, 1, UNKNOWN),
    ([ALICE, NEW, NEW], {"json": {"statusCode": 400}}, 1, UNCHANGED)],
    ids=("wrong", "policy", "differ", "outage", "refused"))
def test_a_refusal_in_common_password(standin, shadow, words, answered, posts, said):
    """The jump over pam_unix: a refusal reaches neither it nor pam_permit, also where both passwords are equal."""
    both_are_equal()
    old = shadow("alice")
    use_only("common-password")
    standin.set_answer(UPDATE, answered)
    result = passwd(*words)
    standin.set_answer(UPDATE, None)
    assert result.status != 0 and result.prompts == len(words) and said in result.screen, result.screen
    assert shadow("alice") == old and len(standin.posts(UPDATE)) == posts


def test_an_expired_local_password(standin):
    """su asks for another one, and GenAuth has no say in it."""
    install_example("common-password")
    (machine.PAM_D / "su").write_text("auth required pam_unix.so\naccount required pam_unix.so\n"
                                      "session required pam_permit.so\n@include common-password\n")
    subprocess.run(["chage", "-d", "0", "localuser"], check=True)
    result = su("bob", "localuser", LOCAL_PASSWORD, LOCAL_PASSWORD, NEW, NEW)
    assert (result.status, result.lines[-1]) == (0, "localuser"), result.screen
    assert "GenAuth" not in result.screen and standin.connections() == 0
    assert is_localusers(NEW)
