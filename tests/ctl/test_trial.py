"""try, keep, undo and restore: whatever is killed wherever, the old stack comes back."""
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

    def ctl(self, command, *words, service="sshd"):
        return self.world.run(command, *([service] if service else []), "--state-dir", self.world.state, "--pam-dir",
                              self.world.pam, *words)

    def start(self, minutes=LONG, **more):
        return self.ctl("try", "--minutes", minutes, "--example", self.example, **more)

    def restore(self):
        return self.ctl("restore", service=None)

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
    assert trial.ctl("undo").returncode == 0 and trial.is_old() and trial.leftovers() == []
    assert trial.ctl("undo").returncode == 1


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


@pytest.mark.parametrize("command", ["keep", "undo"])
def test_nothing_is_being_tried(trial, command):
    unchanged(trial, trial.ctl(command), "")


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
    trial.state(".old").write_text(copy)
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
    trial.state(".trial").write_text(f"pam_dir {trial.world.pam}\nboot x\nuntil never\n")
    assert trial.restore().returncode == 0 and trial.is_old()
    trial.start()
    trial.kill_watcher()
    trial.state(".trial").write_text("nonsense\n")
    done = trial.restore()
    assert done.returncode == 1 and "by hand" in done.stderr and trial.state(".old").read_text() == OLD


def test_a_restore_that_fails_is_tried_again(trial):
    trial.start()
    trial.kill_watcher()
    trial.let_time_pass()
    trial.world.pam.rename(trial.world.folder / "away")
    done = trial.restore()
    assert done.returncode == 1 and "cannot be put back" in done.stderr
    (trial.world.folder / "away").rename(trial.world.pam)
    assert trial.restore().returncode == 0 and trial.is_old()


# ---- systemd ----

def test_units():
    folder = conftest.SOURCE / "pam_genauth/ctl"
    path = (folder / "genauth-trial.path.in").read_text()
    assert "PathExistsGlob=@trydir@/*.trial" in path
    assert "ExecStart=@sbindir@/genauthctl restore --wait" in (folder / "genauth-trial.service.in").read_text()
