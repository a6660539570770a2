"""genauthctl setup without a person: what it makes of genauth.conf, and the exit status of each step."""
import os
import resource
import signal
import subprocess

import pytest

import conftest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

POST_APP, BASIC_APP, PUBLIC_APP = (f"65f0c0ffee0000000000000{number}" for number in (1, 2, 3))
SECRET = "5ec4e75ec4e75ec4e75ec4e75ec4e70"
PASSWORD = "correct horse"
SECTION = "[sudo]\nsecond_factor = required\n"
DONE, BEGIN, USAGE, ADDRESS, APP, METHOD, FILE, CHECK, LOGIN, TRY = range(10)


@pytest.fixture
def host(online):
    """A host of the stand-in's without a genauth.conf, whose sshd does not ask GenAuth."""
    online.conf.unlink()
    online.write_stack("sshd", "auth required pam_unix.so\naccount required pam_unix.so\n")
    for part in ("account", "session", "password"):
        online.write_stack(f"common-{part}", f"{part} required pam_unix.so\n")
    online.secret = online.folder / "secret"
    online.secret.write_text(online.server.app_secret + "\n")
    online.secret.chmod(0o600)
    online.server.set_user("sync", password=PASSWORD)
    return online


def words_of(host):
    return ["--conf", host.conf, "--pam-dir", host.pam, "--state-dir", host.state, "--ca-file",
            host.server.ready["ca_file"]]


def set_up(host, *more, **changes):
    """changes: of the options; None leaves one away."""
    options = {"app_host": host.server.host, "app_id": host.server.app_id, "secret_file": host.secret, **changes}
    words = [word for name, value in options.items() if value is not None
             for word in ("--" + name.replace("_", "-"), value)]
    return lambda **how: host.run("setup", "--non-interactive", *words_of(host), *words, *more, **how)


def no_secret_in(done, *secrets):
    assert not any(secret in done.stdout + done.stderr for secret in (SECRET, PASSWORD, *secrets)), done


def nothing_is_left(host, old=None):
    """Neither a genauth.conf that was not there nor anything beside it."""
    assert (host.conf.read_text() if host.conf.exists() else None) == old
    there = [path.name for path in host.folder.iterdir() if "genauth.conf" in path.name]
    assert there == ([] if old is None else [host.conf.name])


def lines_of(host):
    return [line for line in host.conf.read_text().splitlines() if line and not line.startswith("#")]


def test_written(host):
    """Filled into the example, for root alone; and check is content."""
    done = set_up(host)()
    assert done.returncode == DONE and done.stderr == "", done
    assert f"{host.conf}: written, for root alone\n" in done.stdout and "errors: 0" in done.stdout
    status = host.conf.stat()
    assert (status.st_uid, status.st_gid, status.st_mode) == (0, 0, 0o100600)
    assert lines_of(host) == [
        f"app_host = {host.server.host}", f"app_id = {host.server.app_id}", f"app_secret = {host.server.app_secret}",
        "token_endpoint_auth_method = client_secret_post", "connection = PASSWORD",
        f"ca_file = {host.server.ready['ca_file']}"]
    example = (conftest.SOURCE / "pam.d-examples/genauth.conf").read_text()
    assert [line for line in host.conf.read_text().splitlines() if line not in lines_of(host)] == example.splitlines()
    no_secret_in(done)
    assert host.server.posts() == [] and [path.name for path in host.folder.glob(".*")] == []


def test_each_row_once(host):
    """Before genauth.conf is written, each thing is said by the step that it is about; behind it, by check."""
    before, _, behind = set_up(host)().stdout.partition("written, for root alone")
    for row in ("dns", "tcp", "tls", "clock", "genauth", "app", "method"):
        assert before.count(f"ok       {row} ") == behind.count(f"ok       {row} ") == 1, (row, before)
    order = [before.index(f"ok       {row} ") for row in ("tls", "app", "method")]
    assert order == sorted(order)


OLD = f"# of the house\nmin_uid = 1\napp_id = old\n\n{SECTION}# the end"


def test_what_is_there_is_kept(host):
    """Beside it, and all but the answers in it."""
    host.write_conf(OLD, 0o644)
    done = set_up(host)()
    kept = host.folder / "genauth.conf.old.1"
    assert done.returncode == DONE and f"What was there before is in {kept}\n" in done.stdout
    assert kept.read_text() == OLD and kept.stat().st_mode == 0o100644 and host.conf.stat().st_mode == 0o100600
    text = host.conf.read_text()
    assert text.startswith(f"# of the house\nmin_uid = 1\napp_id = {host.server.app_id}\n")
    assert text.endswith(f"\n{SECTION}# the end") and "app_id = old" not in text
    assert text.index("app_secret") < text.index("[sudo]")
    # Once more: there is nothing to do, and nothing to keep.
    done = set_up(host)()
    assert done.returncode == DONE and "says all that already" in done.stdout and host.conf.read_text() == text
    done = set_up(host, app_id=BASIC_APP, secret_file=secret_of(host, "2"),
                 token_endpoint_auth_method="client_secret_basic")()
    assert done.returncode == DONE and f"is in {host.folder}/genauth.conf.old.2\n" in done.stdout
    assert (host.folder / "genauth.conf.old.2").read_text() == text and kept.read_text() == OLD


def test_the_example_itself_is_not_kept(host):
    host.write_conf((conftest.SOURCE / "pam.d-examples/genauth.conf").read_text())
    assert set_up(host)().returncode == DONE and list(host.folder.glob("*.old*")) == []


@pytest.mark.parametrize("old, kept", [
    ("", ""), ("app_id = x", ""), ("  app_id=x ; of before\r\nmin_uid = 7\r\n", "min_uid = 7\r\n"),
    ("\ufeffapp_id = x\nmin_uid = 7", "min_uid = 7\n"), ("min_uid = 7\n[su]\napp_id = other\n", "[su]\napp_id = other\n"),
    ("#app_id = y\n# app_id = x\nmin_uid = 7\n", "min_uid = 7\n"), ("app_secret_file = {secret}\n", "")])
def test_forms_of_the_file(host, old, kept):
    """As other people write them; what login reads then is what was answered."""
    host.write_conf(old.format(secret=host.secret))
    assert set_up(host)().returncode == DONE
    text = host.conf.read_bytes().decode()
    assert kept in text and text.count(f"app_id = {host.server.app_id}\n") == 1 and "\napp_secret_file" not in text
    assert host.run("login", "alice", "--any-user", "--password-stdin", "--conf", host.conf,
                    input=PASSWORD + "\n").returncode == 0


@pytest.mark.parametrize("secret", ['"quoted', ";comment", "a;b", '"', '"both"'])
def test_secrets_of_any_form(host, secret):
    host.server.set_app(POST_APP, secret=secret)
    host.secret.write_text(secret)
    done = set_up(host)()
    assert done.returncode == DONE, done
    assert host.run("login", "alice", "--any-user", "--password-stdin", "--conf", host.conf,
                    input=PASSWORD + "\n").returncode == 0


def test_without_answers_what_is_there_holds(host):
    host.write_conf(host.base)
    done = set_up(host, app_host=None, app_id=None, secret_file=None)()
    assert done.returncode == DONE and host.base in host.conf.read_text()


def test_an_application_without_a_secret(host):
    host.write_conf("min_uid = 1\n")
    done = set_up(host, app_id=PUBLIC_APP, secret_file=None)()
    assert done.returncode == DONE and "token_endpoint_auth_method = none" in lines_of(host)
    assert not any(line.startswith("app_secret") for line in lines_of(host))


def secret_of(host, number):
    file = host.folder / f"secret-{number}"
    file.write_text(SECRET + number)
    file.chmod(0o600)
    return file


def test_secret_and_password_from_standard_input(host):
    """The secret first, and then the password."""
    host.write_conf("min_uid = 1\n")
    done = set_up(host, "--secret-stdin", "--password-stdin", "--user", "sync", secret_file=None)(
        input=f"{host.server.app_secret}\n{PASSWORD}\n")
    assert done.returncode == DONE and "verdict    OK" in done.stdout
    post, = host.server.posts()
    assert post["body"]["passwordPayload"] == {"account": "sync", "password": PASSWORD}
    no_secret_in(done)


def test_a_trial_at_the_end(host):
    host.write_conf("min_uid = 1\n")
    done = set_up(host, "--try", "sshd")()
    try:
        assert done.returncode == DONE and "the new stack is in place for 10 minutes" in done.stdout, done
        assert "pam_genauth.so" in (host.pam / "sshd").read_text()
    finally:
        undone = host.run("undo", "sshd", "--pam-dir", host.pam, "--state-dir", host.state)
    assert undone.returncode == 0 and "pam_genauth.so" not in (host.pam / "sshd").read_text()


# ---- exit statuses ----

@pytest.mark.parametrize("change, said, status", [
    ({"app_host": "https://genauth.invalid"}, "error    dns ", ADDRESS),
    ({"app_host": "https://localhost:1"}, "error    tcp ", ADDRESS),
    ({"app_host": "http://localhost"}, "app_host: ", ADDRESS),
    ({"app_host": "https://localhost/login"}, "app_host: ", ADDRESS),
    ({"ca_file": "/nowhere"}, "/nowhere: No such file", ADDRESS),
    ({"app_id": "65f0c0ffee00000000000009"}, "error    app ", APP),
    ({"app_id": "two words"}, "app_id: ", APP),
    ({"app_id": BASIC_APP}, "error    app ", APP),
    ({"app_id": BASIC_APP, "secret_file": None}, "error    method ", APP),
    ({"secret_file": "/nowhere"}, "--secret-file: /nowhere: No such file", APP),
    ({"secret_file": "secret"}, "--secret-file: app_secret_file: must be an absolute path", APP),
    ({"secret_file": None, "token_endpoint_auth_method": "client_secret_post"}, "needs a secret", APP),
    ({"token_endpoint_auth_method": "client_secret_basic"}, "error    method ", METHOD),
    ({"token_endpoint_auth_method": "post"}, "token_endpoint_auth_method: ", METHOD),
    ({"connection": "password"}, "connection: ", METHOD),
])
@pytest.mark.parametrize("old", [None, "min_uid = 1\n"])
def test_what_genauth_does_not_take(host, change, said, status, old):
    """The step that is wrong ends it; nothing is written."""
    if old:
        host.write_conf(old)
    done = set_up(host, **change)()
    assert done.returncode == status and said in done.stdout + done.stderr, done
    nothing_is_left(host, old)
    no_secret_in(done)


def test_another_server(host):
    """That speaks TLS, but is no GenAuth."""
    host.server.set_system(body="<html>")
    done = set_up(host)()
    assert done.returncode == ADDRESS and "is no GenAuth" in done.stdout
    nothing_is_left(host)


def test_the_invented_id_goes_nowhere(host):
    """While only the address is known, GenAuth is told no id."""
    set_up(host, app_id="two words")()
    assert [entry["path"] for entry in host.server.journal()] == ["/api/v3/system"]
    assert not any("app-id" in name for entry in host.server.journal() for name in entry["headers"])


@pytest.mark.parametrize("mode, text, said", [(0o644, SECRET, "group or others can read it"), (0o600, "", "app_secret: "),
                                              (0o600, "a\nb\n", "app_secret: "), (0o600, "-", "error    method ")])
def test_secret_files(host, mode, text, said):
    host.secret.write_text(text)
    host.secret.chmod(mode)
    done = set_up(host)()
    assert done.returncode == APP and said in done.stdout + done.stderr
    nothing_is_left(host)


@pytest.mark.parametrize("words, input, status, said", [
    (["--secret-stdin"], "", APP, "no secret on standard input"),
    (["--secret-stdin"], "\n", APP, "no secret on standard input"),
    (["--secret-stdin"], "wrong\n", APP, "error    app "),
    (["--secret-stdin", "--secret-file", "/x"], "x\n", USAGE, "keep one"),
    (["--user", "sync"], "", USAGE, "need each other"), (["--password-stdin"], "", USAGE, "need each other"),
    (["--app-secret", "x"], "", USAGE, "no such option"), (["--secret", "x"], "", USAGE, ""),
    (["sshd"], "", USAGE, "sshd: not expected"), (["--try", "a/b"], "", USAGE, "a/b")])
def test_usage(host, words, input, status, said):
    done = set_up(host, *words, secret_file=None)(input=input)
    assert done.returncode == status and said in done.stdout + done.stderr, done
    nothing_is_left(host)


@pytest.mark.parametrize("name", ["app_host", "app_id"])
def test_what_must_be_there(host, name):
    done = set_up(host, **{name: None})()
    assert done.returncode == USAGE and f"--{name.replace('_', '-')}: is needed" in done.stderr
    nothing_is_left(host)


@pytest.mark.parametrize("words", [[], ["--app-host", "https://localhost"]])
def test_no_terminal(host, words):
    """Said at once, and not asked into the void."""
    done = host.run("setup", *words_of(host), *words, input="x\n" * 20)
    assert done.returncode == USAGE and "no terminal to ask on" in done.stderr and "--non-interactive" in done.stderr
    done = host.run("setup", "--secret-stdin", *words_of(host), *words)
    assert done.returncode == USAGE and "go with --non-interactive" in done.stderr
    nothing_is_left(host)


@pytest.mark.parametrize("old, said", [("nonsense = 1\n", "genauth.conf:1: "), ("x", "repair it first")])
def test_a_file_with_errors(host, old, said):
    host.write_conf(old)
    done = set_up(host)()
    assert done.returncode == BEGIN and said in done.stderr and host.server.connections() == 0
    nothing_is_left(host, old)


def test_a_link_is_not_replaced(host):
    target = host.folder / "elsewhere"
    target.write_text("min_uid = 1\n")
    target.chmod(0o600)
    host.conf.symlink_to(target)
    assert set_up(host)().returncode == BEGIN and host.conf.is_symlink() and target.read_text() == "min_uid = 1\n"


def test_places_that_nobody_could_trust(host):
    host.folder.chmod(0o777)
    done = set_up(host)()
    host.folder.chmod(0o755)
    assert done.returncode == BEGIN and "group or others may write to it" in done.stderr
    done = set_up(host, conf="genauth.conf")()
    assert done.returncode == BEGIN and "must be an absolute path" in done.stderr
    nothing_is_left(host)


def test_only_root(host):
    for folder in [host.folder, *host.folder.parents][:-1]:
        folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", conftest.GENAUTHCTL, "setup",
                           "--non-interactive", *map(str, words_of(host))], capture_output=True, text=True)
    if "setpriv" in done.stderr:
        pytest.skip("the build folder is closed to others")
    assert done.returncode == BEGIN and "run this as root" in done.stderr


def test_a_helper_that_cannot_be_started(host, moved):
    """It is not taken for a good answer that nothing was found."""
    moved["helper"].unlink()
    done = set_up(host)()
    assert done.returncode == ADDRESS and "genauth-signin cannot be started" in done.stderr
    nothing_is_left(host)


def test_check_has_found_an_error(host):
    """The answers are right, so they are written."""
    host.write_conf("min_uid = 1\n")
    host.write_stack("sudo", "auth required pam_genauth.so nonsense\n")
    done = set_up(host, "--user", "sync", "--password-stdin")(input=PASSWORD + "\n")
    assert done.returncode == CHECK and "written" in done.stdout and "error    " in done.stdout
    assert host.server.posts() == [] and f"app_id = {host.server.app_id}" in lines_of(host)


@pytest.mark.parametrize("user, password", [("sync", "wrong"), ("root", PASSWORD), ("no-such-user", PASSWORD)])
def test_nobody_was_signed_in(host, user, password):
    host.write_conf("min_uid = 1\n")
    done = set_up(host, "--user", user, "--password-stdin", "--try", "sshd")(input=password + "\n")
    assert done.returncode == LOGIN and "verdict    " in done.stdout and f"app_id = {host.server.app_id}" in lines_of(host)
    assert "pam_genauth.so" not in (host.pam / "sshd").read_text()


def test_a_trial_that_cannot_be_started(host):
    host.write_stack("sshd", (host.pam / "sshd").read_text() + "auth required pam_google_authenticator.so\n")
    done = set_up(host, "--try", "sshd")()
    assert done.returncode == TRY and "would be lost" in done.stderr
    assert "pam_genauth.so" not in (host.pam / "sshd").read_text()


# ---- whatever comes in between ----

@pytest.mark.parametrize("old", [None, "min_uid = 1\n" + "#" * 300 + "\n"], ids=["none", "old"])
@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("room", [100, 400])
def test_a_full_disk(host, old, killed, room):
    """Nothing can be written any more, in the middle of it or of what is kept; also where that kills."""
    if old:
        host.write_conf(old)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if killed else signal.SIG_IGN)

    words = [*words_of(host), "--app-host", host.server.host, "--app-id", host.server.app_id, "--secret-file", host.secret]
    done = subprocess.run([conftest.GENAUTHCTL, "setup", "--non-interactive", *map(str, words)], preexec_fn=limit,
                          restore_signals=False, capture_output=True, text=True)
    assert done.returncode == (-signal.SIGXFSZ if killed else FILE), done
    assert killed or "not written" in done.stderr
    assert (host.conf.read_text() if host.conf.exists() else None) == old
    assert list(host.folder.glob(".*")) == [] and (killed or list(host.folder.glob("*.old.*")) == [])
    assert set_up(host)().returncode == DONE and list(host.folder.glob(".*")) == []


@pytest.mark.parametrize("more", [{}, {"NO_LINKAT": "yes"}], ids=["whole", "by-name"])
@pytest.mark.parametrize("old", [None, OLD], ids=["none", "old"])
def test_killed_at_each_step(host, old, more):
    """Before each change on disk: the old file or the new one, whole, and nothing that is half written; where a file
    must have a name from the beginning, such a one is hidden, closed, and cleared up by the next call."""
    library = conftest.BUILD / "tests/ctl/.libs/kill.so"
    assert set_up(host)().returncode == DONE or old
    if old:
        host.write_conf(old)
        assert set_up(host)().returncode == DONE
    new = host.conf.read_text()
    for step in range(1, 100):
        for path in host.folder.glob("*genauth.conf*"):
            path.unlink()
        if old:
            host.write_conf(old)
        done = set_up(host)(env={"LD_PRELOAD": str(library), "KILL_AT": str(step), **more})
        if done.returncode == DONE:
            break
        assert done.returncode == -signal.SIGKILL, done
        assert (host.conf.read_text() if host.conf.exists() else None) in (old, new), step
        for kept in host.folder.glob("genauth.conf.old.*"):
            assert kept.read_text() == old, step
        for left in host.folder.glob(".*genauth.conf*"):
            assert left.stat().st_mode & 0o077 == 0, step
            assert more or left.read_text() in (old, new), step
        assert set_up(host)().returncode == DONE and host.conf.read_text() == new
        assert list(host.folder.glob(".*genauth.conf*")) == [], step
    assert 3 < step < 99
