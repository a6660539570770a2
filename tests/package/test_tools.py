"""What a distribution's tools say of the package."""

import os
import pathlib
import re
import subprocess

import pytest
from debian.copyright import Copyright

from package import PACKAGES, deb, run

# What the C library of a release is; a package is made for each.
GLIBC = {"12": (2, 36), "13": (2, 41)}


def test_lintian(lintian):
    lintian.wait()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    run("dpkg-deb", "--extract", deb(), folder)
    return folder


def test_no_symbol_is_newer_than_the_release(unpacked):
    objects = [*unpacked.glob("usr/lib/*/security/*.so"), *unpacked.glob("usr/libexec/*/*"), unpacked / "usr/bin/genauthctl"]
    assert len(objects) == 5
    needed = {tuple(map(int, version.split("."))) for item in objects
              for version in re.findall(r"\(GLIBC_([\d.]+)\)", run("objdump", "-T", item))}
    assert (2, 34) in needed
    release = re.search(r'^VERSION_ID="?(\d+)', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)
    running = tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")))
    assert max(needed) <= (GLIBC.get(release.group(1), running) if release else running)
    # And who installs it is held to that.
    [demanded] = re.findall(r"libc6 \(>= ([\d.]+)\)", run("dpkg-deb", "--field", deb(), "Depends"))
    assert tuple(map(int, demanded.split("."))) >= max(needed)


def test_nothing_of_libtool_is_in_it(unpacked):
    assert list(unpacked.rglob("*.la")) == []


def test_one_architecture_at_a_time():
    """While the tool and the helper have one path each, whatever the architecture."""
    assert run("dpkg-deb", "--field", deb(), "Multi-Arch").strip() == "no"


SPDX = "SPDX-License-Identifier: BSD-2-Clause"
# From words that are not about the file itself.
SAID_OF_OTHERS = {"debian/copyright", "packaging/sbom", "tests/package/test_tools.py", "tests/package/test_tarball.py"}


def test_every_licence_is_told(tmp_path):
    """What licensecheck finds in a file of the tarball is what debian/copyright says of it."""
    [tarball] = PACKAGES.glob("deb/*.orig.tar.xz")
    run("tar", "-C", tmp_path, "--strip-components=1", "-xf", tarball)
    told = Copyright((tmp_path / "debian" / "copyright").open())
    ours = told.find_files_paragraph("pam_genauth/common/text.c").license.synopsis
    assert ours == "BSD-2-Clause"

    others = [str(file.relative_to(tmp_path)) for file in sorted(tmp_path.rglob("*"))
              if file.is_file() and says_more(file.read_bytes().decode(errors="replace"))]
    command = ["licensecheck", "--machine", "--check=.*", "--ignore=^$", "--shortname-scheme=debian,spdx", *others]
    lines = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    found = {file: licence for file, licence in (line.split("\t")[:2] for line in lines)
             if licence != "UNKNOWN" and file not in SAID_OF_OTHERS}
    assert {"LICENSE", "configure", "build-aux/install-sh", "m4/libtool.m4"} <= set(found)
    for file, licence in found.items():
        words = re.sub(r" \[.*\]| with \S+ exception|[()]", "", licence).lower()
        synopsis = told.find_files_paragraph(file).license.synopsis.lower()
        parts = re.split(r" and | with ", synopsis)
        # A "version 2 of of the License" hides from it what follows: "or any later".
        parts += [part.rstrip("+") for part in parts if file == "m4/libtool.m4"]
        for word in re.split(r" and/or | and ", words):
            assert word in parts, f"{file}: {licence}, told is {synopsis}"


def says_more(text):
    """Of a licence than our line."""
    return re.search(r"(?i)copyright|licen[cs]e", text.replace(SPDX, "")) is not None
