"""What takes long and is started before the tests: lintian, the package built once more, and a release."""

import os
import re
import shutil
import subprocess

from package import PACKAGES, SOURCE, run

# Another locale (one whose small letter of I is not i), time and zone.
ELSEWHERE = {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr", "TZ": "Asia/Kathmandu"}


class Work:
    """Something that runs, and the folder in which it leaves what it makes."""

    def __init__(self, folder, *command, **more):
        self.folder = folder
        self.log = folder / "log"  # a pipe would fill up, and nobody read it meanwhile
        with self.log.open("w") as log:
            self.process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, **more)

    def wait(self):
        assert self.process.wait(1800) == 0, self.log.read_text()[-8000:]
        return self.folder


def elsewhere(folder):
    """That environment; the locale is not the machine's, so that nothing comes to its files."""
    locale = folder / "locale"
    locale.mkdir()
    run("localedef", "-i", "tr_TR", "-f", "UTF-8", locale / "tr_TR.UTF-8")
    return {**os.environ, **ELSEWHERE, "LOCPATH": str(locale), "HOME": str(folder), "USER": "else"}


def rebuild(folder):
    """The package from the same tarball in a folder with a longer name, in other circumstances, more than a year later."""
    environment = elsewhere(folder)
    there = folder / "a-folder-with-a-longer-name"
    there.mkdir()
    [tarball] = PACKAGES.glob("deb/*.orig.tar.xz")
    shutil.copy(tarball, there)
    run("tar", "-C", there, "-xf", tarball)
    [tree] = there.glob("pam_genauth-*")
    build = ["faketime", "-f", "+400d", "dpkg-buildpackage", "--unsigned-source", "--unsigned-changes"]
    environment["DEB_BUILD_OPTIONS"] = "noautodbgsym parallel=2"
    return Work(there, *build, cwd=tree, env=environment, umask=0o077)


GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@localhost",
       "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@localhost"}
[VERSION] = re.findall(r"AC_INIT\(\[pam_genauth\], \[(.*)\]\)", (SOURCE / "configure.ac").read_text())
TAG = f"v{VERSION}"


def git(tree, *words):
    return run("env", *(f"{name}={value}" for name, value in GIT.items()), "git", "-C", tree, *words)


def substitute(file, pattern, replacement):
    text, count = re.subn(pattern, replacement, file.read_text(), count=1)
    assert count, f"{file}: {pattern}"
    file.write_text(text)


def release(folder):
    """A clone whose texts say that it is a release, with a tag and a key of its own, and what make release leaves of it; and what a build from that
    tarball does."""
    origin, clone, build = folder / "origin", folder / "clone", folder / "build"
    shutil.copytree(SOURCE, origin, symlinks=True, ignore=shutil.ignore_patterns(".git", "build", "*.tar.xz"))
    substitute(origin / "NEWS", r"\A(pam_genauth [\d.]+) \(.*\)", r"\1 (2026-12-01)")
    substitute(origin / "debian" / "changelog", "UNRELEASED", "unstable")
    git(origin, "init", "-q")
    git(origin, "add", "--all")
    git(origin, "commit", "-q", "-m", "release")
    git(origin, "tag", "-a", "-m", "release", TAG)
    git(folder, "clone", "-q", origin, clone)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key")
    build.mkdir()
    # The quickest compilation that there is.
    script = f"""set -e
        cd {clone} && ./autogen.sh >log 2>&1 || {{ cat log; exit 1; }}
        rm log
        cd {build} && {clone}/configure --quiet
        make release RELEASE_KEY={folder}/key
        tar -C {folder} -xf release/*.tar.xz
        cd {folder}/pam_genauth-{VERSION} && ./configure --quiet && make -j2"""
    environment = {**os.environ, **GIT, "CFLAGS": "-O0", "MAKEFLAGS": ""}
    return Work(folder, "sh", "-c", script, env=environment)
