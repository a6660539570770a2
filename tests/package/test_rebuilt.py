"""That the package comes out the same wherever it is built, and hardened."""

import filecmp

from package import PACKAGES, run


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
