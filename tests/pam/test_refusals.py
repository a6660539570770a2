"""Bad input: each gets its code, one clear log line, and no traffic."""
import errno
import os
import pathlib

import pytest

import pam

PASSWORD = "correct horse"


def refused(world, result, code, verdict, reason):
    assert result.codes == [code]
    assert result.line["verdict"] == verdict
    assert reason in result.line["reason"], result.line["reason"]
    assert world.server.connections() == 0


def config_refused(world, reason, **options):
    refused(world, world.run(PASSWORD, **options), "PAM_SERVICE_ERR", "CONFIG", reason)


# ---- configuration ----

def test_missing_file(world):
    world.conf.unlink()
    config_refused(world, "genauth.conf: No such file")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_foreign_file(world):
    os.chown(world.conf, 65534, 65534)
    config_refused(world, "belongs to uid 65534")


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_writable_file(world, mode):
    world.conf.chmod(mode)
    config_refused(world, "chmod go-w")


def test_writable_folder(world):
    world.folder.chmod(0o775)
    config_refused(world, "may write to it")


def test_fifo(world):
    world.conf.unlink()
    os.mkfifo(world.conf, 0o600)
    config_refused(world, "not a regular file")


@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EPERM])
@pytest.mark.parametrize("call", ["close_range", "landlock_create_ruleset"])
def test_kernels_and_containers_that_refuse_a_call(world, monkeypatch, call, error):
    """Before Linux 5.9 and 5.13, or by a container's filter that is older than the call."""
    refuse = pathlib.Path(pam.DRIVER).parent / "refuse"
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, str(refuse), call, str(error)])
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS", result.line


def test_symbolic_links(world):
    """Of root they are followed, as Kubernetes and certbot make them; of others they are not."""
    world.conf.rename(world.folder / "real")
    world.conf.symlink_to("real")
    ca = pathlib.Path(world.server.ready["ca_file"])
    (world.folder / "ca.pem").symlink_to(ca)
    world.write_conf(world.base.replace(str(ca), str(world.folder / "ca.pem")))
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    world.server.clear_journal()
    os.lchown(world.conf, 65534, 65534)
    config_refused(world, "genauth.conf: belongs to uid 65534")


@pytest.mark.parametrize("text, reason", [
    ("app_hots = x\n", "genauth.conf:5: unknown key 'app_hots'"),
    ("timeout = soon\n", "genauth.conf:5: timeout: must be a whole number from 1 to 120"),
    ("app_host = http://localhost\n", "must begin with https://"),
    ("preconnect = ture\n", "must be yes or no"),
    ("password_encrypt_typ = rsa\n", "unknown key"),
    ("[sudo]\nnonsense\n", "genauth.conf:6: neither [section] nor key = value"),
])
def test_bad_lines(world, text, reason):
    world.write_conf(world.base.replace("app_host = " + world.server.host + "\n", "\n") + text
                     if text.startswith("app_host") else world.base + text)
    config_refused(world, reason)


def test_secret_in_an_open_file(world):
    world.conf.chmod(0o640)
    config_refused(world, "chmod 600")


@pytest.mark.parametrize("argument, reason", [
    ("app_secret=canary", "app_secret: must not stand on a pam.d line"),
    ("app_secret_file=/x", "must not stand on a pam.d line"),
    ("app_secret:canary", "unknown option 'app_secret'"),
    ("proxy=http://u:canary@h:1", "must not stand on a pam.d line"),
    ("usefirst_pass", "unknown option 'usefirst_pass'"),
    ("timeout=soon", "pam.d line: timeout"),
    ("app_host=http://x", "https://"),
    ("nonsense=1", "unknown option"),
])
def test_bad_pam_line(world, argument, reason):
    world.write_service("sshd", argument)
    result = world.run(PASSWORD)
    refused(world, result, "PAM_SERVICE_ERR", "CONFIG", reason)
    assert "canary" not in str(result)


def test_contradicting_flags(world):
    world.write_service("sshd", "use_first_pass", "try_first_pass")
    config_refused(world, "exclude each other")
    world.write_service("sshd", "timeout=3", "timeout=4")
    config_refused(world, "stands there twice")


def test_secret_file(world):
    secret = world.folder / "secret"
    secret.write_text(world.server.app_secret + "\n")
    secret.chmod(0o600)
    world.write_conf(world.base.replace(f"app_secret = {world.server.app_secret}", f"app_secret_file = {secret}"),
                     0o644)
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    world.server.clear_journal()
    secret.chmod(0o644)
    config_refused(world, "group or others can read it")


def test_missing_ca_file(world):
    world.write_conf(world.base.replace(world.server.ready["ca_file"], "/nonexistent/ca.pem"))
    config_refused(world, "/nonexistent: No such file")


def test_ca_file_that_is_none(world):
    (world.folder / "ca.pem").write_text("no certificate\n")
    world.write_conf(world.base.replace(world.server.ready["ca_file"], str(world.folder / "ca.pem")))
    result = world.run(PASSWORD)
    assert result.code == "PAM_SERVICE_ERR" and world.server.posts() == []


# ---- users ----

@pytest.mark.parametrize("user, reason", [
    ("root", "uid 0"), ("daemon", "below min_uid"), ("service", "login shell"), ("stranger", "not known"),
    ('a"b', "characters"), ("a\\b", "characters"), ("a\rb", "characters"), ("a\nb", "characters"),
    ("%n%n", "characters"), ("../etc", "characters"), ("a\x1b[2J", "characters"), ("-alice", "characters"),
    ("\u202ealice", "characters"), ("a" * 257, "characters"), ("b" * 5000, "characters"),
])
def test_users_that_are_not_served(world, user, reason):
    result = world.run(PASSWORD, user=user)
    refused(world, result, "PAM_USER_UNKNOWN", "SKIP", reason)
    # Asked like everybody else, so that nobody can tell; but with the stack's password not again.
    assert result.prompts == ["Password: "]


def test_names_unknown_here_are_not_logged(world):
    """People type passwords at the login prompt."""
    assert "hunter2" not in str(world.run(PASSWORD, user="hunter2").log)


def test_min_uid(world):
    world.write_conf(world.base + "min_uid = 4002\n")
    refused(world, world.run(PASSWORD), "PAM_USER_UNKNOWN", "SKIP", "below min_uid")
    world.write_conf(world.base + "min_uid = 1\n")
    refused(world, world.run(PASSWORD, user="root"), "PAM_USER_UNKNOWN", "SKIP", "uid 0")


# ---- passwords ----

@pytest.mark.parametrize("password, reason", [
    ("", "empty"), ("x" * 512, "too long"), ("x" * 1023, "too long"), ("x" * 65536, "too long"),
    (b"caf\xe9", "UTF-8"), ("\b\n\r\x7fINCORRECT", "filler"), ("\b\n\r\x7fINCORRECT\b\n\r", "filler"),
    ("\b\n", "filler"),
])
@pytest.mark.parametrize("preconnect", ["yes", "no"])
def test_passwords_that_are_not_sent(world, password, reason, preconnect):
    world.write_conf(world.base + f"preconnect = {preconnect}\n")
    result = world.run(password)
    assert result.codes == ["PAM_AUTH_ERR"] and reason in result.line["reason"]
    assert world.server.posts() == []
    assert preconnect == "yes" or world.server.connections() == 0


def test_null_reply(world):
    result = world.run(extra=["--null-reply"])
    assert result.code == "PAM_AUTH_ERR" and "no password" in result.line["reason"]
    assert world.server.posts() == []


def test_failed_conversation(world):
    result = world.run(extra=["--fail-conversation"])
    assert result.code == "PAM_AUTH_ERR" and "no password" in result.line["reason"]


# ---- the helper ----

def test_account_that_is_too_long(world):
    world.add_user("a" * 250)
    world.write_conf(world.base + "account_format = %u%u%u\n")
    config_refused(world, "account_format", user="a" * 250)


@pytest.mark.skipif(os.geteuid() != 0, reason="the helper only changes its user when started as root")
@pytest.mark.parametrize("user, reason", [("nosuchuser", "no such user")])
def test_helper_user_that_cannot_be(world, user, reason):
    world.write_conf(world.base + f"helper_user = {user}\n")
    config_refused(world, reason)
