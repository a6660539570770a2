"""su and login."""

from dialogue import login, su
from machine import ALICE, BOB, WRONG


def test_su(standin):
    result = su("alice", "bob", BOB)
    assert (result.status, result.lines[-1]) == (0, "bob")
    [post] = standin.posts()
    assert post["body"]["passwordPayload"]["account"] == "bob"


def test_su_with_ones_own_password():
    result = su("alice", "bob", ALICE)
    assert result.status != 0
    assert "Authentication failure" in result.screen


def test_su_to_root(standin):
    """GenAuth would allow it."""
    standin.set_user("root", password=ALICE)
    assert su("alice", "root", ALICE).status != 0
    assert standin.connections() == 0


def test_login(profiles, syslog):
    result = login("alice", ALICE)
    assert result.lines[-2:] == ["logged in as", "alice"]
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["service"]) == ("OK", "login")


def test_login_with_a_wrong_password(profiles, standin):
    result = login("alice", WRONG)
    assert "Login incorrect" in result.screen
    assert "logged in" not in result.screen
    assert len(standin.posts()) == 1
