"""sudo."""

from dialogue import ssh, sudo
from machine import ALICE, LOCAL_PASSWORD, MODULE, WRONG, example_stacks, write_conf, write_stack
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


def use_the_stack_of_the_examples():
    [stack] = example_stacks("Only with a role or a group of GenAuth")
    write_stack("sudo", *stack)


def judged(syslog, logins, refused):
    """The lines of logins; sudo asks again whom it refuses, and gets Ctrl-D, which GenAuth does not hear of."""
    lines = [line for line in syslog.verdicts(logins + refused) if line["http_status"] != "0"]
    assert len(lines) == logins
    return lines


def test_who_loses_the_role_loses_sudo(standin, syslog):
    """The next time, by the same password; and who has none never had it."""
    use_the_stack_of_the_examples()
    write_conf(standin, sections={"sudo sudo-i": {"require_roles": "sudoer"}})
    assert sudo("alice", ALICE).status != 0
    standin.set_user("alice", roles=[{"code": "sudoer"}])
    result = sudo("alice", ALICE)
    assert (result.status, result.lines[-1]) == (0, "root")
    standin.set_user("alice", roles=[{"code": "sudoer", "status": "DISABLE"}])
    assert sudo("alice", ALICE).status != 0
    standin.set_user("alice", roles=[])
    assert sudo("alice", ALICE).status != 0
    assert [(line["verdict"], line["roles"]) for line in judged(syslog, 4, 3)] == [
        ("DISABLED", "-"), ("OK", "sudoer"), ("DISABLED", "-"), ("DISABLED", "-")]
    assert len(standin.posts()) == 4


def test_a_role_for_sudo_alone(sshd, standin):
    use_the_stack_of_the_examples()
    write_conf(standin, sections={"sudo sudo-i": {"require_roles": "sudoer"}})
    assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"
    assert [entry["path"] for entry in standin.journal() if "role" in entry["path"]] == []
    assert sudo("alice", ALICE).status != 0


def test_the_local_password_needs_no_role(standin):
    """For whoever repairs the host; but not for who also has a GenAuth account, by GenAuth's password."""
    use_the_stack_of_the_examples()
    write_conf(standin, sections={"sudo sudo-i": {"require_roles": "sudoer"}})
    standin.set_user("localuser", password=ALICE)
    assert sudo("localuser", LOCAL_PASSWORD).lines[-1] == "root"
    assert standin.posts() == []
    assert sudo("localuser", ALICE).status != 0
    standin.set_user("localuser", roles=[{"code": "sudoer"}])
    assert sudo("localuser", ALICE).lines[-1] == "root"


def test_no_sudo_while_the_roles_cannot_be_had(standin, syslog):
    use_the_stack_of_the_examples()
    write_conf(standin, sections={"sudo sudo-i": {"require_roles": "sudoer", "timeout": 3}})
    standin.set_user("alice", roles=[{"code": "sudoer"}])
    for answer in ({"http": 500}, {"delay_ms": 60000}, {"repeat_to_bytes": 300000}, {"set": {"data.0.code": None}},
                   {"set": {"data.0.namespace": "web"}}):
        standin.set_answer("/api/v3/get-my-role-list", answer)
        assert sudo("alice", ALICE).status != 0
    assert [line["verdict"] for line in judged(syslog, 5, 5)] == ["UNAVAILABLE"] * 4 + ["DISABLED"]
