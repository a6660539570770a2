"""Bad input: each gets its code, one clear log line, and no traffic."""
import errno
import os
import pathlib
import re
import subprocess
import tempfile

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


# ---- kernels and containers that refuse a call ----

REFUSE = pathlib.Path(pam.DRIVER).parent / "refuse"
HELPER = pathlib.Path(pam.DRIVER).parent.parent.parent / "genauth-signin"
LESS = "genauth-signin is less confined than it should be: "
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="the helper only changes its user when started as root")


def refuse(monkeypatch, *calls):
    """Before Linux 5.9 and 5.13, or by a container's filter that is older than the call."""
    words = [str(word) for call, error in calls for word in (REFUSE, call, error)]
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, *words])


def less(result):
    """What the module says that the confinement lacks."""
    return [entry["text"].partition(LESS)[2] for entry in result.log if LESS in entry["text"]]


@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EPERM, errno.EINVAL])
@pytest.mark.parametrize("call, lacks", [
    ("close_range", []), ("capset", []), ("landlock_create_ruleset", ["Landlock"]),
    ("landlock_restrict_self", ["Landlock"]), ("prlimit64", ["RLIMIT_CORE", "RLIMIT_FSIZE"]),
    ("prctl", ["PR_SET_DUMPABLE", "PR_SET_PDEATHSIG", "PR_SET_NO_NEW_PRIVS", "seccomp"]),
])
def test_what_is_refused_is_done_without_and_said(world, monkeypatch, call, lacks, error):
    if call == "prlimit64" and b"__asan_init" in HELPER.read_bytes():
        pytest.skip("AddressSanitizer does not start without it")
    refuse(monkeypatch, (call, error))
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS", result.line
    assert less(result) == ([", ".join(f"{name} ({os.strerror(error)})" for name in lacks)] if lacks else [])


def test_nothing_is_said_of_a_whole_confinement(world):
    assert less(world.run(PASSWORD)) == []


@as_root
@pytest.mark.parametrize("calls, reason", [
    ([("landlock_create_ruleset", errno.ENOMEM)], "confinement: Landlock: Cannot allocate memory"),
    ([("landlock_restrict_self", errno.E2BIG)], "confinement: Landlock: Argument list too long"),
    ([("prctl", errno.EAGAIN)], "ended without an answer"),
    # Else nobody knows that there are none.
    ([("capset", errno.EPERM), ("capget", errno.EPERM)], "confinement: capset: Operation not permitted"),
    ([("setgroups", errno.EPERM)], "becoming nobody: setgroups: Operation not permitted (if this user namespace maps"),
    ([("setresgid", errno.EINVAL)], "becoming nobody: setresgid: Invalid argument (if this user namespace maps"),
    ([("setresuid", errno.EINVAL)], "becoming nobody: setresuid: Invalid argument (if this user namespace maps"),
    ([("setresuid", errno.EAGAIN)], "becoming nobody: setresuid: Resource temporarily unavailable"),
])
def test_what_must_not_be_done_without(world, monkeypatch, calls, reason):
    refuse(monkeypatch, *calls)
    result = world.run(PASSWORD)
    code = "PAM_SERVICE_ERR" if "user namespace" in reason else "PAM_SYSTEM_ERR"
    assert result.code == code and reason in result.line["reason"], result.line
    # Of root, what is no refusal is for whoever is on call.
    assert result.log[-1]["priority"] == (2 if code == "PAM_SYSTEM_ERR" else 3)
    assert world.server.connections() == 0


@pytest.fixture
def only_root(monkeypatch):
    """A user namespace as rootless containers have it that map nobody else."""
    if subprocess.run(["unshare", "--user", "--map-root-user", "true"]).returncode != 0:
        pytest.skip("no user namespaces here")
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "unshare", "--user", "--map-root-user"])


@as_root
def test_a_namespace_that_maps_only_root(world, only_root):
    config_refused(world, "becoming nobody: setgroups: Operation not permitted (if this user namespace maps no other "
                          "user: map one, or set helper_user = root)")
    world.write_conf(world.base + "helper_user = root\n")
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS" and less(result) == [], result.line


@as_root
def test_root_needs_a_wall(world, monkeypatch):
    """Who stays root could write everything, but for Landlock or the filter."""
    world.write_conf(world.base + "helper_user = root\n")
    refuse(monkeypatch, ("landlock_create_ruleset", errno.ENOSYS))
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS" and less(result) == ["Landlock (Function not implemented)"]
    world.server.clear_journal()
    world.write_conf(world.base + "helper_user = root\nhelper_seccomp = no\n")
    refused(world, world.run(PASSWORD), "PAM_SYSTEM_ERR", "INTERNAL", "helper_user = root needs Landlock or seccomp")


@as_root
@pytest.mark.parametrize("ids", ["0:0", "0:4321", "4321:0"])
def test_another_name_of_root_is_none(world, monkeypatch, ids):
    """Only who writes root means it; nor has anybody root's group by mistake."""
    world.write_conf(world.base + "helper_user = toor\n")
    with tempfile.NamedTemporaryFile("w+") as passwd:
        passwd.write(pathlib.Path("/etc/passwd").read_text() + f"toor:x:{ids}::/:/bin/sh\n")
        passwd.flush()
        os.chmod(passwd.name, 0o644)
        monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "unshare", "--mount", "sh", "-c",
                                             f'mount --bind {passwd.name} /etc/passwd && exec "$@"', "sh"])
        config_refused(world, "helper_user: toor has the rights of root")


def manner(result):
    """What a person sees of a refusal: prompts, messages, and whether he waits; for how long exactly, libpam rolls dice."""
    return len(result.prompts), result.messages, [delay > 0 for delay in result.delays]


@pytest.mark.parametrize("line", [("", ""), ("try_first_pass", "auth optional pam_unix.so nodelay\n")])
def test_who_is_not_served_looks_like_who_is_denied(world, line):
    flags, before = line
    world.write_service("sshd", *flags.split(), before=before)
    world.add_user("carol", shell="/usr/sbin/nologin")
    denied = world.run("wrong", "wrong too")
    assert "verdict=DENIED" in denied.log[-1]["text"]
    for user in ("root", "carol", "nobody-knows-her"):
        skipped = world.run("wrong", "wrong too", user=user)
        assert "verdict=SKIP" in skipped.log[-1]["text"] and manner(skipped) == manner(denied), user


def test_a_broken_file_is_not_told_before_the_prompt(world):
    """Else the prompt would come for those alone who are not served."""
    world.write_conf(re.sub("(?m)^ca_file = .*", "ca_file = /nowhere.pem", world.base))
    served, not_served = world.run(PASSWORD), world.run(PASSWORD, user="root")
    assert served.line["verdict"] == "CONFIG" and not_served.line["verdict"] == "SKIP"
    assert len(served.prompts) == len(not_served.prompts) == 1


@pytest.fixture
def threaded(world, monkeypatch):
    """GenAuth has a name that libcurl looks up in a thread; "localhost" it does not."""
    (world.folder / "hosts").write_text("127.0.0.1 localhost genauth.test\n")
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "unshare", "--mount", "sh", "-c",
                                         f'mount --bind {world.folder}/hosts /etc/hosts && exec "$@"', "sh"])
    world.base = world.base.replace("localhost", "genauth.test")
    world.write_conf(world.base)
    return world


@as_root
@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EPERM])
def test_a_container_that_refuses_clone3(threaded, monkeypatch, error):
    """The C library does without it only after ENOSYS, and that is what our own filter says, whatever the container's."""
    refuse(monkeypatch, ("clone3", error))
    result = threaded.run(PASSWORD)
    assert result.code == "PAM_SUCCESS" and less(result) == [], result.line


@as_root
def test_clone3_is_missed_without_our_filter(threaded, monkeypatch):
    threaded.write_conf(threaded.base + "helper_seccomp = no\n")
    refuse(monkeypatch, ("clone3", errno.ENOSYS))
    assert threaded.run(PASSWORD).code == "PAM_SUCCESS"
    refuse(monkeypatch, ("clone3", errno.EPERM))
    result = threaded.run(PASSWORD)
    assert result.code == "PAM_AUTHINFO_UNAVAIL"
    assert re.search(r"(thread failed to start|Resolving timed out after \d+ milliseconds) \(a container refuses the system call "
                     r"clone3: renew its runtime, or set helper_seccomp = yes\)", result.line["reason"])
