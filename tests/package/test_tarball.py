"""make release, from a clone with a tag and a key of its own: what it leaves, and what it refuses."""

import filecmp
import http.server
import json
import os
import re
import subprocess
import threading
from functools import partial

import pytest

from package import SOURCE, run
from tools import TAG, VERSION, Work, elsewhere, git, substitute

TARBALL, SBOM = f"pam_genauth-{VERSION}.tar.xz", f"pam_genauth-{VERSION}.spdx.json"


@pytest.fixture
def folder(released):
    return released.wait()


@pytest.fixture
def results(folder):
    return folder / "build" / "release"


def test_what_is_left(results):
    assert sorted(file.name for file in results.iterdir()) == sorted(
        [TARBALL, f"{TARBALL}.sig", SBOM, "SHA256SUMS", "SHA256SUMS.sig"])
    said = run("sh", "-c", f"cd {results} && sha256sum --check SHA256SUMS")
    assert said.splitlines() == [f"{TARBALL}: OK", f"{SBOM}: OK"]


def commands(heading):
    """Those below that heading of the document."""
    section = (SOURCE / "docs" / "release.md").read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ")[0]
    return [line.strip() for line in section.splitlines() if line.startswith("    ")]


def test_it_is_verified_as_the_document_says(folder, results, tmp_path):
    key = (folder / "key.pub").read_text()
    (tmp_path / "allowed_signers").write_text(f"maintainers@pam-genauth.invalid {key}")
    run("cp", "-a", results, tmp_path / "got")
    verify = [command for command in commands("Verifying one") if command.startswith(("ssh-keygen", "sha256sum"))]
    assert len(verify) == 2

    def tell():
        script = " && ".join(verify).replace("allowed_signers", f"{tmp_path}/allowed_signers")
        return subprocess.run(["sh", "-c", f"cd {tmp_path}/got && {script}"], capture_output=True).returncode

    assert tell() == 0
    for name in (TARBALL, SBOM, "SHA256SUMS"):
        file = tmp_path / "got" / name
        right = file.read_bytes()
        file.write_bytes(right[:-1] + b"x")
        assert tell() != 0, name
        file.write_bytes(right)
    (tmp_path / "allowed_signers").write_text("")
    assert tell() != 0


def test_a_key_of_gpg(tmp_path):
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    file = tmp_path / "file"
    file.write_text("text")
    gpg = ["env", f"GNUPGHOME={home}"]
    run(*gpg, "gpg", "--batch", "--passphrase", "", "--quick-gen-key", "release@localhost", "ed25519", "sign")
    run(*gpg, SOURCE / "packaging" / "sign", "release@localhost", file)
    run(*gpg, "gpg", "--verify", f"{file}.asc", file)
    file.write_text("other")
    run(*gpg, "gpg", "--verify", f"{file}.asc", file, status=1)
    run(*gpg, "gpgconf", "--kill", "all")


def test_the_tarball_is_the_same_elsewhere(folder, results, tmp_path):
    """From the same tag, in another folder, with another umask, locale and time."""
    run("cp", "-a", folder / "clone", tmp_path / "tree")
    Work(tmp_path, "faketime", "-f", "+400d", "sh", "-c", "./configure --quiet && make dist", cwd=tmp_path / "tree",
         env=elsewhere(tmp_path), umask=0o077).wait()
    assert filecmp.cmp(tmp_path / "tree" / TARBALL, results / TARBALL, shallow=False)


def test_it_builds(folder):
    assert VERSION in run(folder / f"pam_genauth-{VERSION}" / "genauthctl", "--version")


def test_parts(folder, results):
    """All that the objects are linked with, in the version that is installed here, and by what they were compiled."""
    told = json.loads((results / SBOM).read_text())
    assert (told["spdxVersion"], told["dataLicense"], told["SPDXID"]) == ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT")
    packages = {package["SPDXID"]: package for package in told["packages"]}
    for item in ("SPDXRef-DOCUMENT", *packages):
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", item)
    for relation in told["relationships"]:
        assert {relation["spdxElementId"], relation["relatedSpdxElement"]} <= {"SPDXRef-DOCUMENT", *packages}

    [ours] = (relation["relatedSpdxElement"] for relation in told["relationships"]
              if relation["relationshipType"] == "DESCRIBES")
    digest = run("sha256sum", results / TARBALL).split()[0]
    assert packages[ours]["checksums"] == [{"algorithm": "SHA256", "checksumValue": digest}]
    assert packages[ours]["versionInfo"] == VERSION

    linked = {packages[relation["relatedSpdxElement"]]["name"]: relation["comment"] for relation in told["relationships"]
              if relation["relationshipType"] == "DYNAMIC_LINK"}
    for wanted, soname in (("libpam0g", "libpam.so.0"), ("libjson-c5", "libjson-c.so.5"), ("libc6", "libc.so.6")):
        assert soname in linked[wanted]
    assert any(name.startswith("libcurl4") for name in linked) and any(name.startswith("libssl3") for name in linked)
    assert "pam_genauth.so" not in next(text for name, text in linked.items() if name.startswith("libcurl4"))
    for package in packages.values():
        if package.get("primaryPackagePurpose") == "LIBRARY":
            installed = run("dpkg-query", "-W", "-f", "${Version}\n", package["name"]).split()
            assert package["versionInfo"] in installed
    assert any("GCC" in package["name"] for package in packages.values())


def test_uscan_finds_it(results, tmp_path):
    """Where it is published, as debian/watch looks for it."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=results))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    watch = (SOURCE / "debian" / "watch").read_text()
    address = "https://pam-genauth.invalid/releases/"
    assert address in watch
    (tmp_path / "watch").write_text(watch.replace(address, f"http://127.0.0.1:{server.server_port}/"))
    said = run("env", "no_proxy=127.0.0.1", "uscan", "--no-download", "--dehs", "--package", "pam-genauth",
               "--upstream-version", "0.0.1", "--watchfile", tmp_path / "watch")
    server.shutdown()
    assert f"<upstream-version>{VERSION}</upstream-version>" in said


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


def untracked(clone):
    (clone / "new").touch()


def edited(clone):
    (clone / "LICENSE").write_text("mine")


def no_tag(clone):
    git(clone, "tag", "-d", TAG)


def behind_the_tag(clone):
    commit(clone, "CONTRIBUTING.md", r"\Z", "\nmore\n", tag=False)


def no_date(clone):
    commit(clone, "NEWS", r"\(2026-12-01\)", "(not released)")


def not_in_the_changelog(clone):
    commit(clone, "debian/changelog", "unstable", "UNRELEASED")


def another_version_in_the_spec(clone):
    commit(clone, "packaging/pam_genauth.spec", r"(Version: *).*", r"\g<1>9.9")


def commit(clone, name, pattern, replacement, tag=True):
    substitute(clone / name, pattern, replacement)
    git(clone, "commit", "-q", "-a", "-m", "change")
    if tag:
        git(clone, "tag", "-f", "-a", "-m", "release", TAG)


@pytest.mark.parametrize("change, said", [
    (untracked, "changes that are not committed"),
    (edited, "changes that are not committed"),
    (no_tag, f"there is no tag {TAG}"),
    (behind_the_tag, "is not what is checked out"),
    (no_date, "NEWS does not begin with"),
    (not_in_the_changelog, "debian/changelog does not begin with"),
    (another_version_in_the_spec, "is of another version"),
])
def test_refused(folder, tmp_path, change, said):
    """Before anything is made."""
    git(tmp_path, "clone", "-q", folder / "origin", tmp_path / "clone")
    change(tmp_path / "clone")
    (tmp_path / "build").mkdir()
    output = make_release(tmp_path, folder / "key")
    assert said in output
    assert list((tmp_path / "build").iterdir()) == []


def test_refused_without_a_key(folder, tmp_path):
    git(tmp_path, "clone", "-q", folder / "origin", tmp_path / "clone")
    (tmp_path / "build").mkdir()
    assert "with which key?" in make_release(tmp_path, "")


def test_make_hands_the_refusal_on(folder):
    """And what was there stays."""
    before = os.listdir(folder / "build" / "release")
    run("make", "-C", folder / "build", "release", status=2)
    assert os.listdir(folder / "build" / "release") == before


def make_release(folder, key):
    """What make calls, without configuring a clone for it."""
    done = subprocess.run([folder / "clone" / "packaging" / "release", folder / "clone", VERSION, key],
                          cwd=folder / "build", capture_output=True, text=True)
    assert done.returncode == 1
    return done.stderr
