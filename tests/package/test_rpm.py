"""The RPM, as far as a Debian host can show it: what is in it, and that it leaves no stack behind."""

import re

import pytest

from machine import CONF, PAM_D
from package import PACKAGES, SOURCE, mode, run

LIST = """\
-rw-------  cn /etc/security/genauth.conf
-rwxr-xr-x     /usr/bin/genauthctl
-rw-r--r--     /usr/lib/systemd/system/genauth-trial.path
-rw-r--r--     /usr/lib/systemd/system/genauth-trial.service
-rw-r--r--     /usr/lib/systemd/system/pam_genauth.service
-rw-r--r--     /usr/lib/systemd/system/pam_genauth.socket
lrwxrwxrwx     /usr/lib/systemd/system/paths.target.wants/genauth-trial.path
-rw-r--r--     /usr/lib/sysusers.d/pam_genauth.conf
-rwxr-xr-x     /usr/lib64/security/pam_genauth.so
-rwxr-xr-x     /usr/libexec/pam_genauth/authselect-profile
-rwxr-xr-x     /usr/libexec/pam_genauth/genauth-caller
-rwxr-xr-x     /usr/libexec/pam_genauth/genauth-listen
-rwxr-xr-x     /usr/libexec/pam_genauth/genauth-signin
-rw-r--r--     /usr/share/bash-completion/completions/genauthctl
-rw-r--r--  d  /usr/share/doc/pam_genauth/NEWS
-rw-r--r--  d  /usr/share/doc/pam_genauth/README.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/README.zh_CN.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/SECURITY.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/cloud-init.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/guards.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/hosts.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/install.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/install.zh_CN.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/migrate.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/systems.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/trouble.md
-rw-r--r--  d  /usr/share/doc/pam_genauth/trouble.zh_CN.md
-rw-r--r--  l  /usr/share/licenses/pam_genauth-0.1.0/LICENSE
-rw-r--r--     /usr/share/locale/zh_CN/LC_MESSAGES/pam_genauth.mo
-rw-r--r--  d  /usr/share/man/man5/genauth.conf.5
-rw-r--r--  d  /usr/share/man/man8/genauthctl.8
-rw-r--r--  d  /usr/share/man/man8/pam_genauth.8
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/README
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/common-auth
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/common-password
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/genauth.conf
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/login
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/passwd
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/sshd
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/su
-rw-r--r--     /usr/share/pam_genauth/pam.d-examples/sudo
-rw-r--r--     /usr/share/zsh/site-functions/_genauthctl
"""


SELINUX = """\
/usr/share/selinux/devel/include/contrib/genauth_signin.if
/usr/share/selinux/packages/targeted/genauth_signin.pp
"""


def files():
    """But for those with symbols, which newer ones make beside it."""
    return [file for file in PACKAGES.glob("rpm/*.rpm") if "-debug" not in file.name]


def rpm_file():
    [file] = (file for file in files() if not file.name.endswith((".src.rpm", ".noarch.rpm")))
    return file


def test_files():
    lines = run("rpm", "-qp", "--qf", "[%{filemodes:perms}  %-2{fileflags:fflags} %{filenames}\n]", rpm_file())
    assert run("rpm", "-qp", "--qf", "[%{fileusername}:%{filegroupname}\n]", rpm_file()).split().count(
        "root:root") == len(lines.splitlines())
    lines = [line for line in lines.splitlines(True) if line[0] != "d" and "/.build-id/" not in line]
    # Newer ones compress manuals.
    assert re.sub(r"(?m)(/man/.*)\.gz$", r"\1", "".join(lines)) == LIST


def test_files_of_the_policy_module():
    [file] = PACKAGES.glob("rpm/*.noarch.rpm")
    assert run("rpm", "-qp", "--qf", "%{name}", file) == "pam_genauth-selinux"
    assert run("rpm", "-qlp", file) == SELINUX


def test_rpmlint():
    """Of package, source and spec, but for what packaging/rpmlint.toml gives a reason for."""
    said = run("rpmlint", "--config", SOURCE / "packaging" / "rpmlint.toml", *files(),
               SOURCE / "packaging" / "pam_genauth.spec", status=None)
    assert re.search(r"^ *3 packages and 1 specfiles checked; 0 errors, 0 warnings", said, re.MULTILINE), said


@pytest.fixture
def rpm(tmp_path, absent):
    """rpm(...) on a database of its own, in which the package is."""

    # Debian's own demand, up to 12.
    force = ["--force-debian"] if "--force-debian" in run("rpm", "--help") else []

    def call(*arguments, status=0):
        return run("rpm", *force, "--dbpath", tmp_path / "db", *arguments, status=status)

    call("--install", "--nodeps", rpm_file())
    return call


def test_erasing(rpm):
    """It stops at lines by hand, with nothing changed; ends trials; and keeps the edited options file closed."""
    original = (PAM_D / "sudo").read_text()
    run("genauthctl", "try", "sudo")
    stack = PAM_D / "su"
    edited = "auth sufficient pam_genauth.so\n" + stack.read_text()
    stack.write_text(edited)
    CONF.write_text("app_secret = edited\n")

    output = rpm("--erase", "pam_genauth", status=1)
    assert "\n/etc/pam.d/su\n" in output
    assert "pam_genauth" in (PAM_D / "sudo").read_text()
    assert stack.read_text() == edited
    assert rpm("-q", "pam_genauth").startswith("pam_genauth-0.1.0")

    stack.write_text(edited.split("\n", 1)[1])
    rpm("--erase", "pam_genauth")
    assert (PAM_D / "sudo").read_text() == original
    saved = CONF.with_name("genauth.conf.rpmsave")
    assert mode(saved) == "0o600"
    assert not CONF.exists()
    saved.unlink()
