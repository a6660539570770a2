"""The test of the package that Debian runs."""

import pathlib
import re
import shutil

import pytest

from machine import CA
from package import SOURCE, deb, status
from tools import Work


@pytest.fixture
def testbed(absent, tmp_path):
    """The sandbox is the container. What autopkgtest needs is there, so that it must not ask a mirror; and root's profile
    and the authority of the other tests are out of the way."""
    sources = pathlib.Path("/etc/apt")
    moved = [sources / "sources.list", *sources.glob("sources.list.d/*"), pathlib.Path("/run/home/root/.profile"), CA]
    moved = {file: tmp_path / str(number) for number, file in enumerate(moved) if file.exists()}
    for file, place in moved.items():
        shutil.move(file, place)
    yield
    for file, place in moved.items():
        shutil.move(place, file)


def test_autopkgtest(testbed, tmp_path):
    """With what it needs already there; on machines with nothing but their base it is tests/package/bare."""
    work = Work(tmp_path, "autopkgtest", "--ignore-restrictions=isolation-container,breaks-testbed", deb(), SOURCE, "--",
                "null")
    work.wait()
    said = work.log.read_text()
    assert re.search(r"^first-hour +PASS$", said, re.MULTILINE), said
    assert status() == ""
