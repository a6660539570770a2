"""That the package comes out the same wherever it is built, hardened, and passes the test that Debian runs."""

import filecmp
import pathlib
import re
import shutil

import pytest

from machine import CA
from package import PACKAGES, SOURCE, deb, run, status
from tools import Work


def test_built_again_it_is_the_same(rebuilt):
    """Bit by bit, sources and package."""
    there = rebuilt.wait()
    files = [file.name for ending in ("deb", "dsc", "debian.tar.xz") for file in there.glob(f"*.{ending}")]
    assert len(files) == 3
    assert filecmp.cmpfiles(PACKAGES / "deb", there, files, shallow=False) == (files, [], [])


def test_all_is_hardened(rebuilt):
    """Each call of the compiler and the linker has all flags that Debian has for that; and none is hidden."""
    rebuilt.wait()
    text = rebuilt.log.read_text()
    assert "-D_FORTIFY_SOURCE" in text and "-Wl,-z,now" in text
    assert run("blhc", "--all", rebuilt.log) == ""


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
    """The test of the package, as Debian runs it."""
    work = Work(tmp_path, "autopkgtest", "--ignore-restrictions=isolation-container,breaks-testbed", deb(), SOURCE, "--",
                "null")
    work.wait()
    said = work.log.read_text()
    assert re.search(r"^login +PASS$", said, re.MULTILINE), said
    assert status() == ""
