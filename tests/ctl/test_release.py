"""release-stacks: no stack names a module that is about to go, and nothing is touched where one would."""
import os
import subprocess

import pytest

import conftest

OLD = "# the old one\nauth required pam_unix.so\n"
HAND = "auth sufficient pam_genauth.so\n"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


class Host:
    """Stacks without the module, which "try" can replace by the examples."""

    def __init__(self, world):
        self.world, self.pam = world, world.pam
        for service in ("sshd", "sudo", "su", "common-auth"):
            world.write_stack(service, OLD)
        for part in ("account", "session", "session-noninteractive", "password"):
            world.write_stack("common-" + part, "")

    def ctl(self, *words):
        return self.world.run(*words, "--state-dir", self.world.state, "--pam-dir", self.pam)

    def put(self, service, *, keep=False):
        """By try, and perhaps keep."""
        assert self.ctl("try", service).returncode == 0
        assert not keep or self.ctl("keep", service).returncode == 0

    def stacks(self):
        return {path.name: path.read_text() for path in self.pam.glob("[!.]*")
                if path.is_file() and not path.is_symlink()}

    def refuses(self, names, *words):
        """Names these files, and has changed nothing."""
        before = self.stacks()
        done = self.ctl("release-stacks", *words)
        assert done.returncode == 1 and self.stacks() == before, done
        assert "is not removed" in done.stderr and "\n\nWithout the module" in done.stderr
        assert [line for line in done.stderr.splitlines() if line.startswith("/")] == [f"{self.pam}/{name}" for name in names]


@pytest.fixture
def host(world):
    made = Host(world)
    yield made
    for service in ("sshd", "sudo", "su"):
        made.ctl("undo", service)


def test_nothing_to_do(host):
    before = host.stacks()
    done = host.ctl("release-stacks")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "") and host.stacks() == before
    assert not host.world.state.exists()


def test_trials_and_kept_stacks(host):
    before = host.stacks()
    host.put("sshd")
    host.put("sudo", keep=True)
    host.put("su", keep=True)
    host.put("su")
    assert host.stacks() != before
    done = host.ctl("release-stacks")
    assert done.returncode == 0 and host.stacks() == before and done.stdout.count(" is back") == 4, done
    assert sorted(path.name for path in host.world.state.glob("*.tried")) == ["sshd.tried", "su.tried", "sudo.tried"]


def test_a_trial_whose_stack_names_it_no_more(host):
    """Else its end would bring the module back, or not find the tool any more."""
    host.put("sshd")
    host.world.write_stack("sshd", "# mine\n")
    assert host.ctl("release-stacks").returncode == 0
    assert host.stacks()["sshd"] == OLD and not list(host.world.state.glob("*.trial"))


def test_a_line_by_hand(host):
    host.put("sudo")
    host.put("su", keep=True)
    host.world.write_stack("sshd", OLD + "-auth sufficient /lib/security/pam_genauth.so use_first_pass # last\n")
    host.world.write_stack("app", HAND)
    host.refuses(["app", "sshd"])


@pytest.mark.parametrize("text", ["# auth required pam_genauth.so\n", "auth required pam_unix.so # not pam_genauth.so\n",
                                  "auth required pam_genauth.sox".replace(".sox", "_so"), ""])
def test_lines_that_do_not_name_it(host, text):
    host.world.write_stack("sshd", text)
    assert host.ctl("release-stacks").returncode == 0


@pytest.mark.parametrize("text", ["auth required pam_genauth.so", "auth\\\n required \\\n pam_genauth.so\n",
                                  "\0auth required pam_genauth.so\n", "#\nauth required pam_genauth.so#\n"])
def test_lines_that_name_it(host, text):
    host.world.write_stack("sshd", text)
    host.refuses(["sshd"])


def test_files_that_are_no_services(host):
    for name in ("sshd~", ".sshd", "sshd.pam-old", "sshd.pam-new", "sshd.dpkg-old", "sshd.ucf-dist", "sshd.rpmsave",
                 "sshd.rpmnew", "sshd.rpmorig"):
        host.world.write_stack(name, HAND)
    (host.pam / "folder").mkdir()
    (host.pam / "nowhere").symlink_to("nothing")
    os.mkfifo(host.pam / "fifo")
    assert host.ctl("release-stacks").returncode == 0


def test_a_link_is_a_service(host):
    (host.world.folder / "elsewhere").write_text(HAND)
    (host.pam / "app").symlink_to(host.world.folder / "elsewhere")
    host.refuses(["app"])


def test_what_cannot_be_read_counts(host):
    """Links in a ring, and a file that begins with an error: libpam may be luckier."""
    (host.pam / "a").symlink_to("b")
    (host.pam / "b").symlink_to("a")
    (host.pam / "c").symlink_to("/proc/self/mem")
    host.refuses(["a", "b", "c"])


def test_a_kept_stack_that_was_edited(host):
    host.put("su", keep=True)
    host.put("sudo", keep=True)
    host.world.write_stack("su", host.stacks()["su"] + "account required pam_access.so\n")
    host.refuses(["su"])


def test_common_files(host):
    """pam-auth-update takes the module out of them, in between; what it has left alone counts in the end."""
    host.put("sudo")
    host.world.write_stack("common-auth", HAND)
    host.refuses(["common-auth"])
    done = host.ctl("release-stacks", "--leave-common")
    assert done.returncode == 0 and host.stacks()["sudo"] == OLD and host.stacks()["common-auth"] == HAND, done
    host.refuses(["common-auth"])
    host.world.write_stack("common-auth", OLD)
    assert host.ctl("release-stacks").returncode == 0
    host.world.write_stack("sshd", HAND)
    host.refuses(["sshd"], "--leave-common")


def test_a_module_elsewhere(host):
    """Only its whole path means it."""
    host.world.write_stack("sshd", HAND)
    assert host.ctl("release-stacks", "--module", "/opt/pam/pam_genauth.so").returncode == 0
    host.world.write_stack("app", "auth required /opt/pam/pam_genauth.so\n")
    host.refuses(["app"], "--module", "/opt/pam/pam_genauth.so")


def test_what_cannot_be_taken_back(host):
    """The rest is; and in the end that stack is named."""
    host.put("sshd")
    host.put("sudo")
    (host.world.state / "sshd.place").write_text("nonsense\n")
    done = host.ctl("release-stacks")
    assert done.returncode == 1 and f"\n{host.pam}/sshd\n" in done.stderr and f"{host.pam}/sudo\n" not in done.stderr
    assert host.stacks()["sudo"] == OLD
    (host.world.state / "sshd.place").write_text(str(host.pam))


def test_a_folder_that_cannot_be_read(host):
    host.pam = host.pam / "sshd"
    done = host.ctl("release-stacks")
    assert done.returncode == 1 and str(host.pam) in done.stderr


@pytest.mark.parametrize("text, status", [(OLD, 0), (HAND, 1)])
def test_a_user_who_is_not_root(host, text, status):
    """For one who installs into a folder of his own."""
    host.world.write_stack("sshd", text)
    for folder in [host.pam, *host.pam.parents][:-1]:
        folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", conftest.GENAUTHCTL, "release-stacks",
                           "--pam-dir", host.pam, "--state-dir", host.world.state], capture_output=True, text=True)
    if "setpriv" in done.stderr or "execv" in done.stderr:
        pytest.skip("the build folder is closed to others")
    assert done.returncode == status, done


def test_operands_and_places(host):
    assert host.ctl("release-stacks", "sshd").returncode == 2
    assert host.world.run("release-stacks", "--state-dir", "relative").returncode == 2
