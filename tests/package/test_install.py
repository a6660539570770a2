"""Installing, upgrading and purging: files, the options file, the profile."""

import pathlib
import re

import pytest

from machine import CONF
from package import NAME, SOURCE, deb, install, mode, naming, remove, run, stacks, status


def test_one_version():
    [version] = re.findall(r"AC_INIT\(\[pam_genauth\], \[(.*)\]\)", (SOURCE / "configure.ac").read_text())
    assert run("dpkg-deb", "--field", deb(), "Version").strip().rpartition("-")[0] == version
    assert f"\nVersion:        {version}\n" in (SOURCE / "packaging" / "pam_genauth.spec").read_text()


def test_installing_changes_no_stack(absent, before):
    install()
    assert stacks() == before
    assert mode(CONF) == "0o600" and CONF.owner() == "root"


def test_the_helper_has_a_user_of_its_own(absent):
    run("userdel", "_genauth", status=None)  # like all such users it stays when the package goes
    install()
    assert re.match(r"_genauth:x:\d+:\d+:[^:]*:/:/usr/sbin/nologin\n", run("getent", "passwd", "_genauth"))
    assert "helper-user _genauth\n" in run("genauthctl", "check", "--offline", status=None)


def test_a_user_has_genauthctl_in_the_path(absent, installed):
    """As login gives it to users who are not root."""
    [path] = re.findall(r"^ENV_PATH\s+(PATH=\S+)$", pathlib.Path("/etc/login.defs").read_text(), re.MULTILINE)
    shown = run("setpriv", "--reuid", "65534", "--clear-groups", "env", "-i", path, "genauthctl", "explain", "2333")
    assert "account or password wrong" in shown


def test_purging_leaves_nothing(absent):
    there = files()
    install()
    run("pam-auth-update", "--enable", "genauth")
    run("genauthctl", "try", "sudo")
    run("genauthctl", "keep", "sudo")
    pathlib.Path("/run/pam_genauth").mkdir(0o755)
    pathlib.Path("/run/pam_genauth/key").touch()
    assert len(files() - there) > 30

    remove()
    assert status() == "config-files"
    assert CONF.exists()

    run("dpkg", "--purge", NAME)
    assert status() == ""
    assert files() - there == set()
    assert run("grep", "-rl", "genauth", "/etc/pam.d", "/var/lib/pam", status=1) == ""


def files():
    """All files that have come to the machine's, and all that has our name, but for what dpkg remembers."""
    skipped = ["(", "-path", "*/dpkg", "-o", "-path", "*/var/cache", "-o", "-name", "work", ")", "-prune", "-o"]
    return set(run("find", "/run/sandbox/layers", "/run/pam_genauth", "/etc", *skipped, "(", "!", "-type", "d", "-o",
                   "-name", "*genauth*", ")", "-print", status=None).splitlines())


def test_an_edited_options_file_stays(absent, installed, tmp_path):
    edited = "app_id = edited\n"
    CONF.write_text(edited)
    install()
    assert (CONF.read_text(), mode(CONF)) == (edited, "0o600")
    install(newer(tmp_path))
    assert (CONF.read_text(), mode(CONF)) == (edited, "0o600")
    assert mode(CONF.with_name("genauth.conf.dpkg-dist")) == "0o600"


def test_upgrading(absent, installed, tmp_path):
    """The options file as shipped becomes the new one; stacks stay."""
    run("pam-auth-update", "--enable", "genauth")
    run("genauthctl", "try", "sudo")
    run("genauthctl", "keep", "sudo")
    chosen = stacks()
    assert naming() == ["common-auth", "sudo"]
    install(newer(tmp_path))
    assert stacks() == chosen
    assert CONF.read_text().endswith("\n# newer\n")
    assert mode(CONF) == "0o600"


def newer(folder):
    """The package with a later version and another options file."""
    tree, file = folder / "tree", folder / "newer.deb"
    run("dpkg-deb", "--raw-extract", deb(), tree)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*", r"\g<0>+newer", control.read_text()))
    with open(tree / "etc" / "security" / "genauth.conf", "a") as conf:
        conf.write("\n# newer\n")
    run("dpkg-deb", "--build", "--root-owner-group", "-Znone", tree, file)
    return file

SYSTEMCTL = """\
#!/bin/sh
case "$*" in
*is-enabled*) echo disabled; exit 1 ;;
*is-active*genauth-trial* | *is-active*{active}*) exit 0 ;;
*is-active*) exit 3 ;;
esac
echo "$*" >>{log}
"""


@pytest.fixture
def systemd(tmp_path):
    """systemd(ACTIVE): pretends to be that, with what has ACTIVE in its name running, and returns what it is told to do
    about the units of the socket, when called."""
    running, log = pathlib.Path("/run/systemd/system"), tmp_path / "log"
    programs = [pathlib.Path(name) for name in ("/usr/bin/systemctl", "/usr/sbin/policy-rc.d")]
    before = {program: program.read_bytes() if program.exists() else None for program in programs}
    running.mkdir(parents=True)

    def start(active):
        for program, text in zip(programs, (SYSTEMCTL.format(log=log, active=active), "#!/bin/sh\n")):
            program.write_text(text)
            program.chmod(0o755)
        log.write_text("")
        return lambda: [words for words in re.findall(r"(?m)^(?:--\S+ )*(\w.*)", log.read_text()) if "pam_genauth." in words]

    yield start
    running.rmdir()
    for program, content in before.items():
        if content is None:
            program.unlink()
        else:
            program.write_bytes(content)


UNITS = "pam_genauth.service pam_genauth.socket"


@pytest.mark.parametrize("active, upgraded, removed", [
    ("none", [], [f"stop {UNITS}"]),
    ("pam_genauth", [f"restart {UNITS}"], [f"stop {UNITS}"]),
])
def test_helpers_that_wait_are_started_again(absent, systemd, tmp_path, active, upgraded, removed):
    """Where the socket is in use, and nowhere else: those of before have the old libraries, and messages."""
    commands = systemd("none")
    install()
    assert commands() == []
    commands = systemd(active)
    install(newer(tmp_path))
    assert commands() == upgraded
    commands = systemd(active)
    remove()
    assert commands() == removed
