"""What pam_genauth is built for, with compilers that Debian has, and how it is run there."""
import dataclasses
import functools
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
FOLDERS = ("common", "login", "stack")
# Compiled, not linked: for what is in them there are no libraries of other systems.
ONLY_COMPILED = ("ctl", "genauth", "module", "signin", "trial")
# Headers that say the same on all systems, so that those of this one will do.
BORROWED = ("security", "json-c", "curl", "openssl", "linux", "asm-generic")
HERE_INCLUDE = pathlib.Path("/usr/include")
MULTIARCH = HERE_INCLUDE / "x86_64-linux-gnu"

DEFINES = ["-D_GNU_SOURCE", '-DPACKAGE="pam_genauth"', '-DPACKAGE_NAME="pam_genauth"', '-DPACKAGE_VERSION="0"',
           '-DGENAUTH_SIGNIN="/bin/true"'] + [
    f'-DGENAUTH_{name}="/nowhere"' for name in (
        "OPTIONS_FILE", "CACHE", "LOCALE", "MODULES", "SYSTEM_MODULES", "PAM_D", "VENDOR_PAM_D", "EXAMPLES", "TRIALS",
        "SYSTEMCTL")]
FLAGS = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes",
         "-Wformat=2", "-Wwrite-strings", "-Werror"]


@dataclasses.dataclass(frozen=True)
class System:
    name: str
    compile: list
    needs: list                 # files, or names of programs
    link: list = None           # where it is not "compile" that links
    run: list = ()              # in front of what is run: an emulator
    define: list = ("-DHAVE_STRERRORDESC_NP",)
    packages: str = ""

    def can_run(self, program):
        """qemu knows no process that ends without a signal, which the keeper is."""
        return program != "systems/starts" or not self.run

    def missing(self):
        """The first of what it needs that is not here."""
        return next((name for name in self.needs if not (os.path.exists(name) if "/" in name else shutil.which(name))),
                    None)


def emulated(name, triplet, machine, loader, packages, *define, linker="ld.lld"):
    """By clang, which compiles for all of them, and a processor in software.  The C library is Debian's, found by its
    place: qemu's own way puts it before every file that a program opens."""
    return System(name, ["clang", f"--target={triplet}"],
                  [f"qemu-{machine}", "clang", linker, f"/usr/{triplet}/include/stdio.h", f"/usr/lib/gcc-cross/{triplet}"],
                  link=["clang", f"--target={triplet}", f"-fuse-ld={shutil.which(linker)}",
                        f"-Wl,--dynamic-linker=/usr/{triplet}/lib/{loader}", f"-Wl,-rpath,/usr/{triplet}/lib"],
                  run=[f"qemu-{machine}"], define=["-DHAVE_STRERRORDESC_NP", *define], packages=packages)


# As configure has it where there are two.
FILES_64 = "-D_FILE_OFFSET_BITS=64"
SYSTEMS = [
    System("musl", ["musl-gcc"], ["musl-gcc"], define=[], packages="musl-tools"),
    System("i386", ["gcc", "-m32", FILES_64], ["gcc", "/usr/lib32/crt1.o"], packages="libc6-dev-i386"),
    emulated("arm64", "aarch64-linux-gnu", "aarch64", "ld-linux-aarch64.so.1", "libc6-dev-arm64-cross"),
    # Numbers of 32 bits, but seconds of 64, as Debian 13 has it.
    emulated("armhf", "arm-linux-gnueabihf", "arm", "ld-linux-armhf.so.3", "libc6-dev-armhf-cross", FILES_64,
             "-D_TIME_BITS=64"),
    # Bytes in the other order.
    emulated("s390x", "s390x-linux-gnu", "s390x", "ld64.so.1", "libc6-dev-s390x-cross binutils-s390x-linux-gnu",
             linker="s390x-linux-gnu-ld"),
]

# Those that need nothing but the C library, and what is wrapped in them.
PROGRAMS = {
    **{f"unit/test_{name}": [] for name in (
        "account", "file", "ini", "lines", "message", "options", "policy", "prompt", "records", "text")},
    "unit/test_helper": ["-Wl,--wrap=genauth_message_send"],
    **{f"fuzz/fuzz_{name}": [] for name in ("accounts", "options", "policy", "records")},
    "fuzz/fuzz_helper": ["-Wl,--wrap=genauth_message_send"],
    "systems/starts": [],
}


class Build:
    """The objects of a system, in a folder; made once."""

    def __init__(self, system, folder):
        self.system, self.folder = system, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.borrow()

    def borrow(self):
        """Two folders, for OpenSSL's headers are in two."""
        self.includes = ["-I", str(HERE / "include"), "-I", str(SOURCE / "pam_genauth"), "-I", str(SOURCE / "tests"),
                         "-I", str(SOURCE / "tests/unit")]
        for number, place in enumerate((HERE_INCLUDE, MULTIARCH)):
            names = BORROWED + (("asm",) if self.system.name.startswith(("i386", "musl")) else ())
            folder = self.folder / f"include-{number}"
            folder.mkdir(exist_ok=True)
            for name in names:
                if (place / name).exists() and not (folder / name).is_symlink():
                    (folder / name).symlink_to(place / name)
            self.includes += ["-idirafter", str(folder)]

    def compile(self, file, *options):
        return subprocess.run([*self.system.compile, *FLAGS, *DEFINES, *self.system.define, *self.includes, *options,
                               str(file)], capture_output=True, text=True)

    def object(self, file):
        made = self.folder / (str(file.relative_to(SOURCE)).replace("/", "-") + ".o")
        done = self.compile(file, "-c", "-o", str(made))
        assert done.returncode == 0, done.stderr
        return made

    @functools.cached_property
    def library(self):
        """An archive, so that a test may have a function of its own in place of one of ours."""
        made = self.folder / "library.a"
        objects = [self.object(file) for part in FOLDERS for file in sorted((SOURCE / "pam_genauth" / part).glob("*.c"))]
        made.unlink(missing_ok=True)
        subprocess.run(["ar", "rcs", str(made), *map(str, objects)], check=True)
        return made

    def program(self, name):
        made = self.folder / pathlib.Path(name).name
        sources = [f"{name}.c"] + (["fuzz/replay.c"] if name.startswith("fuzz/") else [])
        own = [self.object(SOURCE / "tests" / source) for source in sources]
        done = subprocess.run([*(self.system.link or self.system.compile), "-o", str(made), *map(str, own),
                               str(self.library), *PROGRAMS[name]], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return made

    def run(self, program):
        return subprocess.run([*self.system.run, str(program)], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "SRCDIR": str(SOURCE)})
