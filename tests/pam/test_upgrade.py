"""For seconds, an upgrade leaves a module and a helper of two versions. Which of them is the older makes no difference
to what people see: a refusal that says what to do, and nothing of theirs is sent anywhere."""
import os
import pathlib

import pytest

import pam

BUILD = pathlib.Path(os.environ.get("PAM_DRIVER", "/x/x/x")).resolve().parents[2]
MODULE = BUILD / "tests/pam/.libs/upgrade.so"
HELPER = BUILD / "tests/pam/upgrade-signin"
HELPERS = {"older": BUILD / "tests/pam/signin_older", "newer": BUILD / "tests/pam/signin_newer"}
CURE = "genauth-signin and pam_genauth.so differ in version: log in again after the upgrade, or install both again"


@pytest.fixture
def upgrade(world):
    """Puts a helper in the place where the module of this world looks for its own; write_service: as the world's, with
    that module."""

    def put(helper):
        HELPER.unlink(missing_ok=True)
        HELPER.symlink_to(helper)

    def write_service(*arguments, **words):
        world.write_service("sshd", *arguments, **words)
        file = world.services / "sshd"
        file.write_text(file.read_text().replace(pam.MODULE, str(MODULE)))

    put.write_service = write_service
    write_service()
    yield put
    HELPER.unlink(missing_ok=True)


def refused(result, reason):
    assert result.code == "PAM_SYSTEM_ERR" and result.messages == []
    assert result.line["verdict"] == "INTERNAL" and result.line["reason"] == reason
    # One line in all: nothing else is to be read, and this says what to do.
    assert len([entry for entry in result.log if "genauth" in entry["text"]]) == 1, result.log


def test_the_same_version_logs_in(world, upgrade):
    upgrade(pam.HELPER)
    assert world.run("correct horse").code == "PAM_SUCCESS"


@pytest.mark.parametrize("helper", HELPERS)
@pytest.mark.parametrize("typing", [[], ["--pause", "400"]], ids=["at-once", "typed"])
def test_another_version_refuses_and_says_the_cure(world, upgrade, helper, typing):
    upgrade(HELPERS[helper])
    refused(world.run("correct horse", extra=typing), CURE)
    assert world.server.posts() == []


@pytest.mark.parametrize("helper", HELPERS)
def test_a_password_from_the_stack_is_refused_alike(world, upgrade, helper):
    """Then the question follows START at once, and the other has not said that it is there."""
    upgrade(HELPERS[helper])
    upgrade.write_service("use_first_pass", before="auth optional pam_unix.so nodelay\n")
    refused(world.run("correct horse"), CURE)
    assert world.server.posts() == []


def test_an_option_that_the_helper_does_not_know(world, upgrade):
    upgrade(BUILD / "tests/pam/signin_options")
    refused(world.run("correct horse"), f"{CURE} (option not_yet)")
    assert world.server.posts() == []


@pytest.mark.parametrize("helper", HELPERS)
def test_after_the_upgrade_the_next_one_logs_in(world, upgrade, helper):
    upgrade(HELPERS[helper])
    assert world.run("correct horse").code == "PAM_SYSTEM_ERR"
    upgrade(pam.HELPER)
    assert world.run("correct horse").code == "PAM_SUCCESS"
