"""try, keep and undo, killed before each change on disk: the next undo or keep takes up what is left."""
import os
import shutil
import signal

import pytest

import conftest
from test_trial import LONG, OLD, trial  # noqa: F401

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


class Killer:
    """A command that is killed before its n-th change on disk."""

    def __init__(self, trial):
        self.trial, self.library = trial, conftest.BUILD / "tests/ctl/.libs/kill.so"

    def prepare(self, before):
        """The old stack, and after that what these commands make of it."""
        self.trial.end_watchers()
        shutil.rmtree(self.trial.world.state, ignore_errors=True)
        for path in self.trial.world.pam.glob(".*"):
            path.unlink()
        self.trial.stack.write_text(OLD)
        for command in before:
            assert self.run(command, 0).returncode == 0
        self.trial.end_watchers()

    def run(self, command, step):
        words = ["--minutes", LONG, "--example", self.trial.example] if command == "try" else []
        return self.trial.world.run(command, "sshd", "--state-dir", self.trial.world.state, "--pam-dir",
                                    self.trial.world.pam, *words,
                                    env={"LD_PRELOAD": str(self.library), "KILL_AT": str(step)})

    def each_step(self, before, command):
        """Yields once for each moment at which the command can be killed, right after that."""
        for step in range(1, 100):
            self.prepare(before)
            done = self.run(command, step)
            if done.returncode == 0:
                break
            assert done.returncode == -signal.SIGKILL, done
            assert self.trial.is_old() or self.trial.is_new()
            yield step
        assert 5 < step < 99


WAYS = [((), "try"), (("try",), "keep"), (("try",), "undo"), (("try", "keep"), "undo"),
        (("try", "keep", "try"), "keep"), (("try", "keep", "try"), "undo"), (("try", "undo", "try"), "keep")]


@pytest.mark.parametrize("before, command", WAYS)
def test_undo_after_a_kill_at_each_step(trial, before, command):
    """Wherever it was killed, undo, said once for each thing to undo, brings the old stack back, and clears up."""
    for step in Killer(trial).each_step(before, command):
        for _ in range(2):
            done = trial.ctl("undo")
            assert done.returncode == 0 or "nothing to undo" in done.stderr, (step, done)
        assert trial.is_old(), step
        assert trial.start().returncode == 0 and trial.is_new(), step
        assert trial.ctl("undo").returncode == 0 and trial.is_old(), step
        assert [name for name in trial.leftovers() if not name.startswith(("sshd.tried", "sshd.kept."))] == [], step


@pytest.mark.parametrize("before, command", [way for way in WAYS if way[1] == "keep"])
def test_keep_after_a_kill_at_each_step(trial, before, command):
    """Keep goes on where it was killed, and says that it has kept; the way back is there."""
    for step in Killer(trial).each_step(before, command):
        done = trial.ctl("keep")
        assert trial.is_new(), step
        assert "sshd: kept" in done.stdout or "is kept already" in done.stderr, (step, done)
        assert trial.restore().returncode == 0 and trial.is_new(), step
        done = trial.ctl("undo")
        assert done.returncode == 0 and trial.is_old(), (step, done)
