"""genauthctl key: the key that GenAuth publishes, printed or in a file that logins then use; and what check says of
that file."""
import json
import os
import resource
import signal
import ssl
import subprocess
import urllib.request

import pytest

import conftest
from test_check import only, results
from test_login import login


def key(world, *words):
    return world.run("key", "--conf", world.conf, "--pam-dir", world.pam, *words)


def published(server, kind):
    """The same by other means."""
    context = ssl.create_default_context(cafile=server.ready["ca_file"])
    with urllib.request.urlopen(f"{server.host}/api/v3/system", context=context) as reply:
        return json.load(reply)[kind]["publicKey"]


@pytest.fixture(params=["rsa", "sm2"])
def kind(request, online):
    online.base += f"password_encrypt_type = {request.param}\n"
    online.write_conf(online.base)
    return request.param


@pytest.fixture
def rsa(online):
    online.base += "password_encrypt_type = rsa\n"
    online.write_conf(online.base)
    online.file = online.folder / "password-key"
    return online


def name_file(world, file):
    world.write_conf(world.base + f"password_public_key_file = {file}\n")


def test_printed(online, kind):
    """Alone, so that it can go into a pipe."""
    done = key(online)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout == published(online.server, kind).rstrip("\n") + "\n"
    assert online.server.posts() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_saved(online, kind):
    """What is said is what genauth.conf needs; then a login fetches no key."""
    file = online.folder / "password-key"
    umask = os.umask(0o077)
    done = key(online, "--save", file)
    os.umask(umask)
    line = f"password_public_key_file = {file}\n"
    assert done.returncode == 0 and done.stderr == "" and f"\n  {line}" in done.stdout
    assert file.read_text() == published(online.server, kind).rstrip("\n") + "\n"
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode) == (0, 0, 0o100644)
    assert [path.name for path in file.parent.glob("*password-key*")] == [file.name]
    online.write_conf(online.base + line)
    online.server.clear_journal()
    assert login(online, "alice").returncode == 0
    assert [entry["method"] for entry in online.server.journal() if "method" in entry] == ["POST"]


def test_over_another_one(rsa):
    assert "the key is in it" in key(rsa, "--save", rsa.file).stdout
    name_file(rsa, rsa.file)
    done = key(rsa, "--save", rsa.file)
    assert done.returncode == 0 and "the same key as before" in done.stdout and "Logins use it" in done.stdout
    old = rsa.file.read_text()
    rsa.server.set_system(rsa_bits=1024)
    done = key(rsa, "--save", rsa.file)
    assert done.returncode == 0 and "another key than before" in done.stdout and "write into" not in done.stdout
    assert rsa.file.read_text() == key(rsa).stdout != old


@pytest.mark.parametrize("held", [None, "garbage"])
def test_the_file_of_the_option_is_not_needed(rsa, held):
    """It is what this command makes."""
    if held:
        rsa.file.write_text(held)
    name_file(rsa, rsa.file)
    assert "BEGIN PUBLIC KEY" in key(rsa).stdout
    rsa.file.unlink(missing_ok=True)
    assert key(rsa, "--save", rsa.file).returncode == 0
    assert login(rsa, "alice").returncode == 0


def test_of_a_service(online):
    online.write_conf(online.base + "[sudo]\npassword_encrypt_type = rsa\n")
    assert "BEGIN PUBLIC KEY" in key(online, "--service", "sudo").stdout
    done = key(online)
    assert done.returncode == 1 and done.stdout == "" and "password_encrypt_type is none" in done.stderr


def refused(world, *words):
    """With what is said; nothing is written."""
    before = world.file.read_text() if world.file.exists() else None
    done = key(world, "--save", world.file, *words)
    assert done.returncode == 1 and done.stdout == ""
    assert before == (world.file.read_text() if world.file.exists() else None)
    assert list(world.folder.glob(".*")) == []
    return done.stderr


@pytest.mark.parametrize("held", [None, "-----BEGIN PUBLIC KEY-----\n"])
@pytest.mark.parametrize("fault, said", [("genauth.invalid", "dns: "), ("port", "tcp: Connection refused"),
                                         ("ca_file", "tls: "), ("certificate", "/none: No such file"), ("system", "key: ")])
def test_faults_on_the_way(rsa, fault, said, held):
    if held:
        rsa.file.write_text(held)
    changes = {"genauth.invalid": ("localhost", fault), "port": (f":{rsa.server.port}", ":1"),
               "ca_file": ("ca_file", "#ca_file"),
               "certificate": ("app_id", "client_cert = /none\nclient_key = /none\napp_id")}
    rsa.write_conf(rsa.base.replace(*changes.get(fault, ("", "")), 1))
    if fault == "system":
        rsa.server.set_answer("/api/v3/system", {"http": 502, "body": "<html>"})
    shown = refused(rsa)
    assert said in shown and '"genauthctl check" says what to do' in shown


@pytest.mark.parametrize("body", ['{"rsa": {"publicKey": "x"}}', '{"sm2": {"publicKey": "x"}}'])
def test_no_such_key(rsa, body):
    rsa.server.set_system(body=body)
    shown = refused(rsa)
    assert "genauthctl: key: GenAuth" in shown and "see password_encrypt_type" in shown and "genauthctl check" not in shown


def test_options_with_errors(rsa):
    rsa.write_conf("nonsense = 1\n")
    assert f"{rsa.conf}:1: " in refused(rsa) and key(rsa).returncode == 1


def test_a_helper_that_cannot_be_started(rsa, moved):
    moved["helper"].unlink()
    shown = refused(rsa)
    assert "genauth-signin" in shown and '"genauthctl check"' in shown


# What a helper says that was taken over.
HELPER = """\
say(8, step=b"6", checked=b"0", text=b"", ms=b"0", key=%r)
if %r:
    say(6, verdict=b"SKIP", reason=b"nobody", request_id=b"", factor=b"none", sub=b"", **{name: b"0" for name in (
        "http_status", "status_code", "api_code", "dns_ms", "connect_ms", "tls_ms", "wait_ms", "proven")})
"""


@pytest.mark.parametrize("text, ends, said", [(b"A" * 128, True, None), (b"A" * 128, False, "ended without an answer"),
                                              (b"\033[31m", True, "malformed answer"), (b"", True, "malformed answer"),
                                              (b"no key at all", True, "malformed answer")])
def test_what_a_helper_hands_over(rsa, moved, text, ends, said):
    rsa.write_conf(rsa.base + "timeout = 60\n")
    conftest.take_over(moved, HELPER % (text, ends))
    if said:
        assert said in refused(rsa)
    else:
        assert key(rsa, "--save", rsa.file).returncode == 0 and rsa.file.read_text() == "A" * 128 + "\n"


@pytest.mark.parametrize("content", ["app_secret = x\n" * 20, "", "-----BEGIN PRIVATE KEY-----\n", "0" * 127,
                                     "-----BEGIN CERTIFICATE-----\n"])
def test_another_file_is_not_replaced(rsa, content):
    """Such as genauth.conf, after a slip of the hand."""
    rsa.file.write_text(content)
    assert f"{rsa.file}: holds something else than a public key" in refused(rsa)


def test_a_link_is_not_replaced(rsa):
    rsa.file.symlink_to(rsa.conf)
    assert "not a regular file" in refused(rsa) and rsa.file.is_symlink()
    rsa.file.unlink()
    rsa.file.symlink_to("/nowhere")
    assert "not a regular file" in refused(rsa) and rsa.file.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_places_that_a_login_would_not_trust(rsa):
    rsa.file.write_text("-----BEGIN PUBLIC KEY-----\n")
    os.chown(rsa.file, 1, 1)
    assert f"{rsa.file}: belongs to uid 1" in refused(rsa)
    rsa.file.unlink()
    rsa.folder.chmod(0o777)
    assert f"{rsa.folder}: group or others may write to it" in refused(rsa)
    rsa.folder.chmod(0o755)
    rsa.server.clear_journal()
    done = key(rsa, "--save", rsa.folder / "none" / "key")
    assert done.returncode == 1 and "No such file" in done.stderr and rsa.server.connections() == 0


@pytest.mark.parametrize("path", ["password-key", ""])
def test_a_relative_path(rsa, path):
    done = key(rsa, f"--save={path}")
    assert done.returncode == 2 and "--save: must be an absolute path" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("killed", [False, True])
def test_whole_or_not_at_all(rsa, killed):
    """Nothing can be written any more, in the middle of the key; also where that kills."""
    old = "-----BEGIN PUBLIC KEY-----\n" * 4
    rsa.file.write_text(old)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL if killed else signal.SIG_IGN)

    done = subprocess.run([conftest.GENAUTHCTL, "key", "--save", rsa.file, "--conf", rsa.conf], preexec_fn=limit,
                          restore_signals=False, capture_output=True, text=True)
    assert done.returncode == (-signal.SIGXFSZ if killed else 1) and rsa.file.read_text() == old
    assert killed or (str(rsa.folder) in done.stderr and list(rsa.folder.glob(".*")) == [])
    done = key(rsa, "--save", rsa.file)
    assert "another key than before" in done.stdout and list(rsa.folder.glob(".*")) == []
    assert rsa.file.read_text() == key(rsa).stdout


def test_standard_output_that_is_full(rsa):
    with open("/dev/full", "w") as full:
        done = subprocess.run([conftest.GENAUTHCTL, "key", "--conf", rsa.conf], stdout=full, stderr=subprocess.PIPE,
                              text=True)
    assert done.returncode == 1 and "standard output" in done.stderr


# ---- check ----

def test_check_compares(online, kind):
    """The cure can be typed as it stands."""
    file = online.folder / "password-key"
    file.write_text(key(online).stdout.rstrip("\n"))
    name_file(online, file)
    finding = only(online.check(), "key")
    assert finding["result"] == "ok" and f"{file} holds the {kind} key" in finding["detail"]
    other = {"rsa": "-----BEGIN PUBLIC KEY-----\nAB==\n-----END PUBLIC KEY-----\n", "sm2": "0" * 128 + "\n"}[kind]
    for text in (other, file.read_text() + "x"):
        file.write_text(text)
        finding = only(online.check(), "key")
        assert finding["result"] == "error" and f"{file} does not hold the {kind} key" in finding["detail"]
    file.write_text(other)
    assert finding["cure"] == f"genauthctl key --save {file} --conf {online.conf}"
    assert online.run(*finding["cure"].split()[1:]).returncode == 0
    assert results(online.check(), "key") == ["ok"]


def test_check_of_a_service(rsa):
    rsa.write_stack("sudo", conftest.GOOD)
    rsa.file.write_text("0" * 128)
    rsa.write_conf(rsa.base + f"[sudo]\npassword_public_key_file = {rsa.file}\n")
    cure = only(rsa.check("--service", "sudo"), "key")["cure"]
    assert f"--save {rsa.file} --service sudo --conf {rsa.conf}" in cure
    assert "publishes a usable rsa key" in only(rsa.check(), "key")["detail"]


def test_check_where_genauth_publishes_none(rsa):
    """There is nothing to compare with."""
    key(rsa, "--save", rsa.file)
    name_file(rsa, rsa.file)
    rsa.server.set_system(body='{"rsa": {"publicKey": "x"}}')
    finding = only(rsa.check(), "key")
    assert finding["result"] == "error" and "cannot be read" in finding["detail"]
