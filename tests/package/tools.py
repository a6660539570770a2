"""What takes long and is started before the tests: lintian, and the package built once more."""

import os
import shutil
import subprocess

from package import PACKAGES, run

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
