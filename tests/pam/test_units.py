"""The units of the socket, as far as systemd judges them without running them."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["PAM_DRIVER"]).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze (package systemd)")


@pytest.fixture
def units(tmp_path):
    for kind in ("socket", "service"):
        text = (SOURCE / f"pam_genauth/listen/pam_genauth.{kind}.in").read_text()
        text = text.replace("@cachedir@", "/run/pam_genauth").replace("@pkglibexecdir@", str(BUILD))
        assert "@" not in re.sub(r"(?m)^(#|SystemCallFilter=).*", "", text)
        (tmp_path / f"pam_genauth.{kind}").write_text(text)
    return tmp_path


def analyze(*words):
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)


def test_systemd_knows_every_word(units):
    done = analyze("verify", "--man=no", units / "pam_genauth.socket", units / "pam_genauth.service")
    assert (done.returncode, [line for line in done.stderr.splitlines() if "pam_genauth" in line]) == (0, [])


def test_a_wrong_word_is_seen(units):
    with open(units / "pam_genauth.service", "a") as file:
        file.write("PritectSystem=yes\n")
    assert "PritectSystem" in analyze("verify", "--man=no", units / "pam_genauth.service").stderr


def test_the_service_is_hardened(units):
    """systemd's own measure, in tenths; what is left is that it is root, becomes others, and has a network."""
    words = ("security", "--offline=true", "--no-pager", "--threshold=25", units / "pam_genauth.service")
    done = analyze(*words)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd cannot judge a unit that is not loaded")
    assert done.returncode == 0, done.stdout
    service = units / "pam_genauth.service"
    service.write_text(service.read_text().replace("CapabilityBoundingSet=", "#"))
    assert analyze(*words).returncode != 0
