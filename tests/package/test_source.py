"""Without a package: autogen.sh; make install and make uninstall from the build folder, with the arguments of README."""

import os
import pathlib
import re
import shutil

import pytest

from machine import CONF, PAM_D
from package import PACKAGES, SOURCE, naming, run, stacks

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


# Runs the tool of its own name; whatever it leaves is from one and the same second.
IN_A_SECOND = """#!/bin/sh
/usr/bin/"${0##*/}" "$@"
status=$?
touch -c -d @1790000000 configure.ac aclocal.m4 m4/*.m4 autom4te.cache/*
exit $status
"""


def test_the_tarball_will_have_all_macros_where_the_tools_take_less_than_a_second(tmp_path):
    """Some of them tell what is newer by seconds."""
    tree = tmp_path / "tree"
    (tree / "m4").mkdir(parents=True)
    for name in ("autogen.sh", "configure.ac", "Makefile.am", "m4/genauth_flag.m4"):
        shutil.copy(SOURCE / name, tree / name)
    variables = []
    for tool in ("aclocal", "autom4te", "libtoolize"):
        script = tmp_path / tool
        script.write_text(IN_A_SECOND)
        script.chmod(0o755)
        variables.append(f"{tool.upper()}={script}")
    run("env", *variables, tree / "autogen.sh")
    [told] = re.findall(r"(?m)^am__aclocal_m4_deps = ((?:.*\\\n)*.*)", (tree / "Makefile.in").read_text())
    names = {os.path.basename(file) for file in told.split() if file.endswith(".m4")}
    assert names == {file.name for file in (tree / "m4").iterdir()} and "libtool.m4" in names
