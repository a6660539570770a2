"""sudo."""

from dialogue import sudo
from machine import ALICE, LOCAL_PASSWORD, MODULE, WRONG, write_conf, write_stack
from sshd import free_port


def test_right_password(standin, syslog):
    result = sudo("alice", ALICE)
    assert (result.status, result.lines[-1]) == (0, "root")
    [post] = standin.posts()
    assert "clientIp" not in post["body"]["options"]
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["service"], line["user"]) == ("OK", "sudo", "alice")


def test_wrong_password_and_aborted_prompt(standin):
    """The second prompt is answered with Ctrl-D."""
    result = sudo("alice", WRONG)
    assert result.status != 0
    assert result.prompts == 2
    assert "Sorry, try again." in result.screen
    assert len(standin.posts()) == 1


def test_own_prompt():
    result = sudo("alice", ALICE, options=["-p", "custom: "], prompt="custom: $")
    assert (result.status, result.prompts, result.lines[-1]) == (0, 1, "root")


def test_no_token_for_the_target_user(standin):
    write_conf(standin, export_tokens="id_token access_token")
    for options in (["-u", "bob"], ["-u", "bob", "--preserve-env"], []):
        result = sudo("alice", ALICE, options=options, command=["env"])
        assert "SUDO_USER=alice" in result.screen
        assert "GENAUTH" not in result.screen


def test_local_password_while_genauth_is_down(standin):
    write_conf(standin, app_host=f"https://localhost:{free_port()}")
    write_stack("sudo", f"sufficient {MODULE}", "required pam_unix.so try_first_pass")
    result = sudo("localuser", LOCAL_PASSWORD)
    assert (result.status, result.prompts, result.lines[-1]) == (0, 1, "root")
