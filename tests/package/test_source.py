"""Without a package: make install and make uninstall from the build folder, with the arguments of README."""

import pathlib

import pytest

from machine import CONF, PAM_D
from package import PACKAGES, naming, run, stacks

LEFT = [pathlib.Path("/usr", path) for path in ("bin/genauthctl", "libexec/pam_genauth/genauth-signin",
                                               "share/pam_genauth/pam.d-examples/sshd")]


def make(*words, status=0):
    return run("make", "-C", PACKAGES.parent, *words, status=status)


@pytest.fixture
def from_source(absent):
    said = make("install")
    [module] = pathlib.Path("/usr/lib").glob("*/security/pam_genauth.so")
    yield module, said
    for stack in PAM_D.iterdir():
        stack.write_text("".join(line for line in stack.open() if "pam_genauth" not in line))
    make("uninstall", status=None)  # perhaps once more


def test_installing(from_source, before):
    """Nothing is said about libraries, for it is none."""
    assert "LD_LIBRARY_PATH" not in from_source[1]
    assert stacks() == before


def test_uninstalling_takes_back_stacks(from_source, before):
    """A trial, and a kept one."""
    run("genauthctl", "try", "su")
    run("genauthctl", "try", "sudo")
    run("genauthctl", "keep", "sudo")
    assert naming() == ["su", "sudo"]
    make("uninstall")
    assert stacks() == before
    assert not from_source[0].exists() and not any(path.exists() for path in [*LEFT, CONF])


def test_a_line_by_hand_stops_it(from_source):
    stack = PAM_D / "sshd"
    original = stack.read_text()
    stack.write_text("auth sufficient pam_genauth.so\n" + original)
    run("genauthctl", "try", "su")
    edited = stacks()
    said = make("uninstall", status=2)
    assert "\n/etc/pam.d/sshd\n" in said and "/etc/pam.d/su" not in said
    assert stacks() == edited
    assert from_source[0].exists() and all(path.exists() for path in [*LEFT, CONF])

    # Elsewhere, this machine's stacks are not concerned.
    make("install", "DESTDIR=/run/elsewhere")
    make("uninstall", "DESTDIR=/run/elsewhere")
    # The whole path of a module in another folder.
    stack.write_text("auth sufficient /run/security/pam_genauth.so\n" + original)
    assert "\n/etc/pam.d/sshd\n" in make("uninstall", "pamdir=/run/security", status=2)
