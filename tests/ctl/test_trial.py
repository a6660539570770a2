"""try, keep, undo and restore: whatever is killed wherever, the old stack comes back."""
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

import conftest
from conftest import GOOD

OLD = "# the old one\nauth required pam_unix.so\n"
LONG = 10
# Another run of the machine.
OTHER_BOOT = "00000000-0000-0000-0000-000000000000"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def trial(world):
    made = Trial(world)
    yield made
    made.end_watchers()


class Trial:
    def __init__(self, world):
        self.world, self.stack = world, world.pam / "sshd"
        self.example = world.folder / "example"
        self.example.write_text(GOOD)
        self.stack.write_text(OLD)
        self.stack.chmod(0o640)
        os.chown(self.stack, 0, 1)

    def ctl(self, command, *words, service="sshd", pam=None):
        return self.world.run(command, service, "--state-dir", self.world.state, "--pam-dir", pam or self.world.pam,
                              *words)

    def start(self, *words, minutes=LONG, **more):
        return self.ctl("try", "--minutes", minutes, "--example", self.example, *words, **more)

    def restore(self):
        return self.world.run("restore", "--state-dir", self.world.state)

    def state(self, ending):
        return self.world.state / ("sshd" + ending)

    def is_old(self):
        status = self.stack.stat()
        return (self.stack.read_text() == OLD and status.st_mode & 0o7777 == 0o640
                and (status.st_uid, status.st_gid) == (0, 1))

    def is_new(self):
        status = self.stack.stat()
        return (self.stack.read_text() == GOOD and status.st_mode & 0o7777 == 0o640
                and (status.st_uid, status.st_gid) == (0, 1))

    def watchers(self):
        """The processes that this trial left behind."""
        found = []
        for folder in pathlib.Path("/proc").iterdir():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except (OSError, NotADirectoryError):
                continue
            if folder.name.isdigit() and str(self.world.state).encode() in words:
                found.append(int(folder.name))
        return found

    def end_watchers(self):
        for pid in self.watchers():
            os.kill(pid, signal.SIGKILL)

    def kill_watcher(self):
        pid, = self.watchers()
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self.watchers())

    def let_time_pass(self):
        """As after a reboot, or with the time up: the state says so."""
        text = self.state(".trial").read_text()
        lines = ["boot " + OTHER_BOOT if line.startswith("boot ") else line for line in text.splitlines()]
        self.state(".trial").write_text("\n".join(lines) + "\n")

    def leftovers(self):
        """Files that should not be there when nothing is tried."""
        return sorted(path.name for folder in (self.world.state, self.world.pam) for path in folder.iterdir()
                      if path.name not in ("lock", "sshd", "sshd.tried"))


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


# ---- the four commands ----

def test_try_and_undo(trial):
    done = trial.start()
    assert done.returncode == 0 and "genauthctl keep sshd" in done.stdout and trial.is_new()
    assert "ssh -o PubkeyAuthentication=no" in done.stdout
    assert trial.ctl("undo").returncode == 0 and trial.is_old()
    assert trial.state(".tried").read_text() == GOOD and trial.leftovers() == []
    wait_for(lambda: not trial.watchers())


def test_time_is_up(trial):
    assert trial.start(minutes=0.02).returncode == 0 and trial.is_new()
    wait_for(trial.is_old)
    wait_for(lambda: trial.leftovers() == [])
    wait_for(lambda: not trial.watchers())


def test_time_is_not_up(trial):
    trial.start()
    assert trial.restore().returncode == 0
    time.sleep(1.2)
    assert trial.is_new()


def test_keep(trial):
    trial.start(minutes=0.04)
    assert trial.ctl("keep").returncode == 0
    wait_for(lambda: not trial.watchers())
    time.sleep(2.5)
    assert trial.restore().returncode == 0 and trial.is_new()


def test_undo_after_keep_goes_back_to_the_first(trial):
    trial.start()
    trial.ctl("keep")
    trial.example.write_text(GOOD + "# second\n")
    assert trial.start().returncode == 0
    trial.ctl("keep")
    assert trial.ctl("undo").returncode == 0 and trial.is_old() and trial.leftovers() == ["sshd.kept.1"]
    assert trial.state(".kept.1").read_text() == GOOD
    assert trial.ctl("undo").returncode == 1


def test_no_version_is_ever_lost(trial):
    """Edits between trials, also those that a second keep or undo passes over."""
    trial.start()
    trial.ctl("keep")
    for text in ("# one\n", "# two\n"):
        trial.stack.write_text(GOOD + text)
        assert trial.start().returncode == 0 and trial.ctl("keep").returncode == 0
    trial.stack.write_text(GOOD + "# three\n")
    done = trial.ctl("undo")
    assert trial.is_old() and f"{trial.state('.tried')}" in done.stdout and "before the first trial" in done.stdout
    trial.start()
    trial.stack.write_text(GOOD + "# four\n")
    done = trial.ctl("undo")
    assert f"{trial.state('.tried')}" in done.stdout
    texts = {path.name: path.read_text() for path in trial.world.state.iterdir()}
    assert {name: text.removeprefix(GOOD) for name, text in texts.items() if name.startswith("sshd")} == {
        "sshd.kept.1": "# one\n", "sshd.kept.2": "# two\n", "sshd.tried.1": "# three\n", "sshd.tried": "# four\n"}


def test_undo_says_nothing_of_what_it_has_not_kept(trial):
    trial.start()
    trial.stack.write_text(OLD)
    assert ".tried" not in trial.ctl("undo").stdout and not trial.state(".tried").exists()


def test_a_link_that_came_meanwhile(trial):
    """The way back replaces it, and keeps it."""
    trial.start()
    (trial.world.pam / "real").write_text("# elsewhere\n")
    trial.stack.unlink()
    trial.stack.symlink_to("real")
    done = trial.ctl("undo")
    assert trial.is_old() and not trial.stack.is_symlink() and ".tried" in done.stdout
    assert os.readlink(trial.state(".tried")) == "real"


@pytest.mark.parametrize("kept", [False, True])
def test_another_folder(trial, kept):
    """What was saved in one --pam-dir is never put into another."""
    other = trial.world.folder / "other"
    other.mkdir()
    (other / "sshd").write_text("# the real one\n")
    done = trial.start()
    assert f"{trial.world.pam}/sshd: " in done.stdout
    if kept:
        assert f"{trial.world.pam}/sshd: kept" in trial.ctl("keep").stdout
    for command in ("undo", "keep", "try"):
        done = trial.start(pam=other) if command == "try" else trial.ctl(command, pam=other)
        assert done.returncode == 1 and f"{trial.world.pam}/sshd, not of {other}/sshd" in done.stderr
    assert (other / "sshd").read_text() == "# the real one\n" and trial.is_new()
    done = trial.ctl("undo")
    assert f"{trial.world.pam}/sshd: " in done.stdout and trial.is_old()
    assert trial.start(pam=other).returncode == 0 and (other / "sshd").read_text() == GOOD


def test_an_old_copy_of_another_folder(trial):
    """try was killed after it had saved; then something else is tried."""
    trial.world.state.mkdir(parents=True, mode=0o700)
    trial.state(".old").write_text("# from elsewhere\n")
    trial.state(".place").write_text("/elsewhere")
    trial.start()
    trial.ctl("keep")
    assert trial.ctl("undo").returncode == 0 and trial.is_old()
    assert trial.state(".kept.1").read_text() == "# from elsewhere\n"


def test_end_on_a_full_disk(trial):
    """The way back needs no space."""
    disk = trial.world.folder / "disk"
    script = f"""mount -t tmpfs -o size=64k none {disk} && cp -a {trial.stack} {disk}/sshd &&
        {conftest.GENAUTHCTL} try sshd --minutes 0.03 --example {trial.example} --pam-dir {disk} --state-dir {disk}/try/x
        dd if=/dev/zero of={disk}/fill bs=1k 2>/dev/null
        for i in 1 2 3 4 5 6 7 8 9 10; do [ -e {disk}/try/x/sshd.trial ] && sleep 0.5; done; cat {disk}/sshd; ls -A {disk}"""
    disk.mkdir()
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no private mounts here")
    assert OLD + "fill\nsshd\ntry\n" in done.stdout, done


def test_nobody_waits_for_who_reads_slowly(trial):
    """try, whose output is a pipe that is full, does not hold up the end of other trials."""
    trial.world.write_stack("sudo", OLD)
    trial.start(minutes=0.03)
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, b"x" * 4096)
    process = subprocess.Popen([conftest.GENAUTHCTL, "try", "sudo", "--example", trial.example, "--state-dir",
                                trial.world.state, "--pam-dir", trial.world.pam], stdout=writing)
    try:
        wait_for(trial.is_old)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        os.close(reading)
        os.close(writing)
    trial.ctl("undo", service="sudo")


# ---- what would be lost ----

def test_modules_that_would_be_lost(trial):
    trial.stack.write_text("auth required pam_otp.so\n" + OLD + "@include more\n-session optional pam_otp.so\n")
    trial.world.write_stack("more", "account required pam_access.so\naccount required pam_unix.so\n")
    text = trial.stack.read_text()
    done = trial.start()
    assert done.returncode == 1 and trial.stack.read_text() == text and not trial.state(".trial").exists()
    assert [line.split(": ", 1)[1] for line in done.stderr.splitlines()[:-1]] == [
        f"{trial.stack}:1: pam_otp.so of auth would be lost",
        f"{trial.world.pam}/more:1: pam_access.so of account would be lost",
        f"{trial.stack}:5: pam_otp.so of session would be lost"]
    assert trial.start("--replace").returncode == 0 and trial.stack.read_text() == GOOD


@pytest.mark.parametrize("service", ["sshd", "sudo", "su", "login"])
def test_stock_stacks_lose_nothing(trial, service):
    """Those of this machine, if they are as Debian ships them."""
    if not pathlib.Path(f"/etc/pam.d/{service}").exists() or not pathlib.Path("/etc/debian_version").exists():
        pytest.skip(f"no {service} of Debian here")
    shutil.copytree("/etc/pam.d", trial.world.pam, dirs_exist_ok=True)
    done = trial.ctl("try", service=service)
    assert done.returncode == 0, done.stderr
    assert (trial.world.pam / service).read_text() == (conftest.SOURCE / "pam.d-examples" / service).read_text()


# ---- the reboot ----

@pytest.mark.parametrize("status, ends", [(0, True), (3, False), (None, False)])
def test_whether_a_reboot_ends_it(trial, status, ends):
    """Only where systemd waits for it, and for the built-in directory."""
    trial.world.write_stack("sudo", OLD)
    built_in = pathlib.Path(conftest.GENAUTHCTL).resolve().parent / "trials"
    systemctl = built_in.with_name("systemctl")
    shutil.rmtree(built_in, ignore_errors=True)
    if status is not None:
        systemctl.write_text(f"#!/bin/sh\n[ \"$*\" = 'is-active --quiet genauth-trial.path' ] && exit {status}\nexit 9\n")
        systemctl.chmod(0o755)
    try:
        there = trial.world.run("try", "sudo", "--example", trial.example, "--pam-dir", trial.world.pam)
        elsewhere = trial.start()
    finally:
        systemctl.unlink(missing_ok=True)
        trial.world.run("undo", "sudo", "--pam-dir", trial.world.pam)
        shutil.rmtree(built_in, ignore_errors=True)
    undo = f"genauthctl undo sudo --pam-dir {trial.world.pam}\n"
    assert ("A reboot ends the trial too" in there.stdout) == ends, there
    assert there.stdout.endswith("A reboot does NOT end this trial; after one, say " + undo) != ends
    assert "A reboot does NOT end this trial" in elsewhere.stdout
    assert elsewhere.stdout.endswith(f"genauthctl undo sshd --pam-dir {trial.world.pam} --state-dir "
                                     f"{trial.world.state}\n")


def test_undo_of_a_second_trial_goes_back_to_what_was_kept(trial):
    trial.start()
    trial.ctl("keep")
    trial.example.write_text(GOOD + "# second\n")
    trial.start()
    assert trial.ctl("undo").returncode == 0 and trial.is_new()
    assert trial.ctl("undo").returncode == 0 and trial.is_old()


def test_edits_during_a_trial_are_kept_aside(trial):
    trial.start()
    trial.stack.write_text("# edited\n")
    trial.ctl("undo")
    assert trial.is_old() and trial.state(".tried").read_text() == "# edited\n"


def test_the_shipped_example(trial):
    for part in ("common-account", "common-session", "common-password"):
        trial.world.write_stack(part, "")
    trial.stack.write_text(OLD)
    assert trial.ctl("try").returncode == 0
    assert trial.stack.read_text() == (conftest.SOURCE / "pam.d-examples/sshd").read_text()


# ---- refusals: nothing is changed ----

def unchanged(trial, done, words, status=1):
    assert done.returncode == status and words in done.stderr + done.stdout, done
    assert trial.is_old() and not trial.state(".trial").exists() and trial.watchers() == []


def test_refuses_a_stack_with_an_error(trial):
    trial.example.write_text(GOOD.replace("default=ignore] pam_genauth", "default=1] pam_genauth"))
    unchanged(trial, trial.start(), "lets everybody in")


def test_refuses_a_stack_without_the_module(trial):
    trial.example.write_text(OLD)
    unchanged(trial, trial.start(), "does not name pam_genauth.so")


@pytest.mark.parametrize("service", ["../sshd", ".sshd", "a/b", "", "-x "])
def test_refuses_odd_names(trial, service):
    done = trial.start(service=service)
    unchanged(trial, done, "", status=2)


def test_refuses_a_service_that_is_not_there(trial):
    unchanged(trial, trial.start(service="nothing"), "No such file")
    assert not (trial.world.pam / "nothing").exists()


def test_refuses_a_link(trial):
    trial.stack.rename(trial.world.pam / "real")
    trial.stack.symlink_to("real")
    done = trial.start()
    assert done.returncode == 1 and "symbolic link" in done.stderr and trial.stack.is_symlink()


def test_refuses_a_second_trial(trial):
    trial.start()
    done = trial.start()
    assert done.returncode == 1 and "already" in done.stderr and trial.is_new()


@pytest.mark.parametrize("command, words", [("keep", "is not being tried; begin with: genauthctl try sshd"),
                                            ("undo", "there is nothing to undo")])
def test_nothing_is_being_tried(trial, command, words):
    """Not even the folder for it is made."""
    unchanged(trial, trial.ctl(command), f"{trial.stack}")
    assert words in trial.ctl(command).stderr and not trial.world.state.parent.exists()
    trial.start()
    trial.ctl("undo")
    trial.state(".tried").unlink()
    assert words in trial.ctl(command).stderr


def test_keep_says_how_the_last_trial_ended(trial):
    """Whether the old stack is back, the new one was kept, or nothing was tried."""
    ended, kept = "is not being tried any more", "is kept already"
    trial.start(minutes=0.02)
    wait_for(lambda: trial.leftovers() == [])
    done = trial.ctl("keep")
    assert done.returncode == 1 and ended in done.stderr and "the old stack is back" in done.stderr and trial.is_old()
    assert "genauthctl try sshd --pam-dir" in done.stderr
    trial.start()
    assert trial.ctl("keep").returncode == 0
    done = trial.ctl("keep")
    assert done.returncode == 1 and kept in done.stderr and "genauthctl undo sshd" in done.stderr and trial.is_new()
    trial.example.write_text(GOOD + "# another\n")
    trial.start()
    trial.ctl("undo")
    assert ended in trial.ctl("keep").stderr and trial.is_new()
    trial.start()
    trial.ctl("keep")
    assert kept in trial.ctl("keep").stderr
    trial.ctl("undo")
    assert ended in trial.ctl("keep").stderr and trial.is_old()
    assert trial.state(".tried.1").read_text() == GOOD


@pytest.mark.parametrize("command", ["try", "keep", "undo"])
@pytest.mark.parametrize("words", [[], ["sshd", "sudo"]])
def test_one_service(trial, command, words):
    done = trial.world.run(command, *words)
    assert done.returncode == 2 and "one service must be named" in done.stderr.splitlines()[0]
    assert "usage: genauthctl try SERVICE" in done.stderr and "\n       genauthctl keep SERVICE\n" in done.stderr
    assert ("common-auth, common-password, login, passwd, sshd, su, sudo\n" in done.stderr) == (command == "try")


def test_restore_takes_no_service(trial):
    done = trial.world.run("restore", "sshd")
    assert done.returncode == 2 and "for all services" in done.stderr and "usage:" in done.stderr


@pytest.mark.parametrize("service", ["nosuch", "README", "genauth.conf"])
def test_services_without_an_example(trial, service):
    trial.world.write_stack("nosuch", OLD)
    done = trial.world.run("try", service.lower(), "--pam-dir", trial.world.pam, "--state-dir", trial.world.state)
    assert done.returncode == 1 and "only for: common-auth, common-password, login, passwd, sshd, su, sudo; name" in done.stderr
    assert trial.start(service="nosuch").returncode == 0


@pytest.mark.parametrize("service, as_root", [("sshd", False), ("login", False), ("su", True), ("su-l", True),
                                              ("sudo", True), ("sudo-i", True), ("runuser", False)])
def test_steps_that_need_root_say_so(trial, service, as_root):
    trial.world.write_stack(service, OLD)
    shown = trial.start(service=service).stdout
    assert ("In a second one, as root:\n" in shown) == as_root and ("In a second one:\n" in shown) != as_root
    assert ("  1. su -P" in shown) == as_root


def test_a_part_of_stacks_needs_no_account_line(trial):
    trial.world.write_stack("common-auth", "auth required pam_unix.so\n")
    done = trial.ctl("try", service="common-auth")
    assert done.returncode == 0 and "account line" not in done.stdout
    assert "through a service that includes this" in done.stdout
    trial.example.write_text("".join(line for line in GOOD.splitlines(True) if not line.startswith("account")))
    assert "account line" in trial.start().stdout


@pytest.mark.parametrize("command", ["try", "keep", "undo", "restore"])
def test_needs_root(trial, command):
    words = [conftest.GENAUTHCTL, command] + ([] if command == "restore" else ["sshd"])
    done = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", *words], capture_output=True, text=True)
    if "setpriv" in done.stderr or "execv" in done.stderr:
        pytest.skip("the build folder is closed to others")
    unchanged(trial, done, "root")


@pytest.mark.parametrize("minutes", ["0", "-1", "x", "1441", "nan"])
def test_minutes(trial, minutes):
    unchanged(trial, trial.start(minutes=minutes), "--minutes", status=2)


# ---- killed ----

def test_watcher_killed(trial):
    trial.start(minutes=0.02)
    trial.kill_watcher()
    time.sleep(1.3)
    assert trial.is_new()
    done = trial.restore()
    assert done.returncode == 0 and "time is up" in done.stderr and trial.is_old() and trial.leftovers() == []


@pytest.mark.parametrize("command, status", [("keep", 1), ("undo", 1), ("try", 0)])
def test_any_call_ends_what_is_overdue(trial, command, status):
    trial.start()
    trial.kill_watcher()
    trial.let_time_pass()
    done = trial.start() if command == "try" else trial.ctl(command)
    assert done.returncode == status and "time is up" in done.stderr
    assert trial.is_new() if command == "try" else trial.is_old()


def test_other_commands_too(trial):
    """check, login and explain look into the built-in place."""
    built_in = pathlib.Path(conftest.GENAUTHCTL).resolve().parent / "trials"
    shutil.rmtree(built_in, ignore_errors=True)
    trial.world.state = built_in
    try:
        trial.start()
        trial.kill_watcher()
        trial.world.run("explain", "7")
        assert trial.is_new()
        trial.let_time_pass()
        # Other tests that run meanwhile may be the ones who end it.
        trial.world.run("explain", "7")
        assert trial.is_old()
    finally:
        shutil.rmtree(built_in, ignore_errors=True)


def test_reboot(trial):
    trial.start(minutes=1000)
    trial.kill_watcher()
    trial.let_time_pass()
    subprocess.run([conftest.GENAUTHCTL, "restore", "--wait", "--state-dir", trial.world.state], check=True, timeout=10)
    assert trial.is_old() and trial.leftovers() == []


def test_wait_ends_a_trial_whose_watcher_was_killed(trial):
    trial.start(minutes=0.03)
    trial.kill_watcher()
    subprocess.run([conftest.GENAUTHCTL, "restore", "--wait", "--state-dir", trial.world.state], check=True, timeout=10)
    assert trial.is_old()


def test_killed_while_saving(trial):
    """Half a copy beside its place."""
    trial.world.state.mkdir(parents=True, mode=0o700)
    (trial.world.state / ".sshd.old.genauthctl").write_text("# the o")
    trial.restore()
    assert trial.is_old()
    assert trial.start().returncode == 0 and trial.state(".old").read_text() == OLD
    trial.ctl("undo")
    assert trial.is_old() and trial.leftovers() == []


def test_killed_after_saving(trial):
    trial.start()
    trial.end_watchers()
    trial.state(".trial").unlink()
    trial.stack.write_text(OLD)
    assert trial.restore().returncode == 0 and trial.stack.read_text() == OLD
    assert trial.ctl("keep").returncode == 1
    assert trial.start().returncode == 0


def test_killed_after_the_note(trial):
    """The trial counts as running, and ends as one."""
    trial.start()
    trial.kill_watcher()
    shutil.copyfile(trial.state(".old"), trial.stack)
    assert trial.start().returncode == 1
    trial.let_time_pass()
    assert trial.restore().returncode == 0 and trial.is_old() and trial.leftovers() == []


def test_killed_while_installing(trial):
    """Half the new stack beside its place."""
    trial.start()
    trial.kill_watcher()
    shutil.copyfile(trial.state(".old"), trial.stack)
    (trial.world.pam / ".sshd.genauthctl").write_text("auth [succ")
    trial.let_time_pass()
    assert trial.restore().returncode == 0 and trial.is_old() and trial.leftovers() == []


def test_killed_while_restoring(trial):
    """The old stack is back, the state is not gone yet; then the state is gone, the copy not yet."""
    trial.start()
    trial.kill_watcher()
    trial.let_time_pass()
    copy = trial.state(".old").read_text()
    trial.stack.write_text(copy)
    assert trial.restore().returncode == 0 and trial.is_old()
    shutil.copy2(trial.stack, trial.state(".old"))
    os.chown(trial.state(".old"), 0, 1)
    assert trial.restore().returncode == 0 and trial.is_old()
    assert trial.start().returncode == 0
    trial.ctl("undo")
    assert trial.is_old() and trial.leftovers() == []


def test_killed_while_keeping(trial):
    """The state is gone, the old stack not yet renamed: what is kept stays, and the way back is found."""
    trial.start()
    trial.end_watchers()
    trial.state(".trial").unlink()
    assert trial.restore().returncode == 0 and trial.is_new()
    trial.example.write_text(GOOD + "# second\n")
    assert trial.start().returncode == 0
    trial.ctl("keep")
    assert trial.ctl("undo").returncode == 0 and trial.is_old()


def test_a_keep_that_was_killed_is_undone_as_one(trial):
    """Between the removal of the note and the renaming of the old stack: there is no trial, but a way back."""
    trial.start()
    trial.end_watchers()
    trial.state(".trial").unlink()
    done = trial.ctl("undo")
    assert done.returncode == 0 and "from before the first trial that was kept" in done.stdout and trial.is_old()
    assert trial.leftovers() == []


@pytest.mark.parametrize("delay", [0, 0.002, 0.004, 0.006, 0.01])
def test_killed_somewhere(trial, delay):
    """SIGKILL at some moment of a trial, then a reboot: one of the two stacks, whole, and in the end the old one."""
    process = subprocess.Popen([conftest.GENAUTHCTL, "try", "sshd", "--state-dir", trial.world.state, "--pam-dir",
                                trial.world.pam, "--example", trial.example], stdout=subprocess.DEVNULL)
    time.sleep(delay)
    process.kill()
    process.wait()
    assert trial.is_old() or trial.is_new()
    trial.end_watchers()
    if trial.state(".trial").exists():
        trial.let_time_pass()
    assert trial.restore().returncode == 0 and trial.is_old()


def test_a_state_that_cannot_be_read(trial):
    """Without a time it counts as overdue; without a folder it is left to a person."""
    trial.start()
    trial.kill_watcher()
    trial.state(".trial").write_text("boot x\nuntil never\n")
    assert trial.restore().returncode == 0 and trial.is_old()
    trial.start()
    trial.kill_watcher()
    trial.state(".trial").write_text("")
    trial.state(".place").write_text("nonsense\n")
    done = trial.restore()
    assert done.returncode == 1 and "by hand" in done.stderr and trial.state(".old").read_text() == OLD


def test_a_state_without_a_folder_is_not_taken_for_another(trial):
    """Beside a trial that has one."""
    other = trial.world.folder / "other"
    other.mkdir()
    (other / "su").write_text(OLD)
    trial.world.write_stack("su", "# the real one\n")
    trial.start()
    assert trial.start(service="su", pam=other).returncode == 0
    for pid in trial.watchers():
        os.kill(pid, signal.SIGKILL)
    (trial.world.state / "su.place").unlink()
    (trial.world.state / "su.trial").write_text("")
    assert trial.restore().returncode == 1
    assert (trial.world.pam / "su").read_text() == "# the real one\n" and (other / "su").read_text() == GOOD


def test_a_state_that_others_can_change(trial):
    trial.start()
    trial.world.state.chmod(0o777)
    done = trial.restore()
    assert done.returncode == 1 and str(trial.world.state) in done.stderr
    trial.world.state.chmod(0o700)


def test_relative_state(trial):
    folder = ["--pam-dir", trial.world.pam]
    for words in (["restore"], ["undo", "sshd", *folder], ["try", "sshd", *folder]):
        done = trial.world.run(*words, "--state-dir", "relative")
        assert done.returncode == 2 and "absolute" in done.stderr


@pytest.mark.parametrize("command, option", [("keep", "--minutes=3"), ("undo", "--example=x"), ("try", "--wait"),
                                             ("keep", "--replace"), ("undo", "--wait")])
def test_options_of_other_commands(trial, command, option):
    unchanged(trial, trial.ctl(command, option), f"{option.partition('=')[0]}: not with {command}", status=2)


def test_restore_is_for_all_folders(trial):
    done = trial.world.run("restore", "--state-dir", trial.world.state, "--pam-dir", trial.world.pam)
    assert done.returncode == 2 and "--pam-dir: not with restore" in done.stderr


def test_a_restore_that_fails_is_tried_again(trial):
    trial.start()
    trial.kill_watcher()
    trial.let_time_pass()
    trial.world.pam.rename(trial.world.folder / "away")
    done = trial.restore()
    assert done.returncode == 1 and "cannot be put back" in done.stderr
    (trial.world.folder / "away").rename(trial.world.pam)
    assert trial.restore().returncode == 0 and trial.is_old()


def test_all_of_the_folder_may_be_missing(trial):
    trial.world.state = trial.world.folder / "var/lib/pam_genauth/try"
    assert trial.start().returncode == 0 and trial.is_new()
    assert trial.world.state.stat().st_mode & 0o7777 == 0o700
    assert [folder.stat().st_mode & 0o7777 for folder in trial.world.state.parents[:3]] == [0o755] * 3
    assert trial.ctl("undo").returncode == 0 and trial.is_old()


def test_the_folder_of_an_installation():
    """With README's own arguments, which name no folder for state."""
    assert b"\0/var/lib/pam_genauth/try\0" in (conftest.BUILD / "genauthctl").read_bytes()


# ---- systemd ----

def test_units():
    folder = conftest.SOURCE / "pam_genauth/trial"
    path = (folder / "genauth-trial.path.in").read_text()
    assert "PathExistsGlob=@trydir@/*.trial" in path
    assert "ExecStart=@bindir@/genauthctl restore --wait" in (folder / "genauth-trial.service.in").read_text()


def test_a_trial_that_cannot_be_read_is_overdue(trial):
    """Nobody knows how long it lasts, and nobody must be locked out by it."""
    assert trial.start().returncode == 0 and trial.is_new()
    trial.state(".trial").chmod(0o660)
    assert trial.restore().returncode == 0 and trial.is_old()
