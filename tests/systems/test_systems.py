"""The functions that need nothing but the C library, on other systems: see README.md."""
import os
import pathlib

import pytest

from systems import ONLY_COMPILED, PROGRAMS, SOURCE, SYSTEMS, Build


@pytest.fixture(scope="session")
def builds(tmp_path_factory):
    """Makes what is built for a system, once; asked again gives the same."""
    made = {}

    def build(system):
        if system.name not in made:
            folder = os.environ.get("SYSTEMS_FOLDER") or tmp_path_factory.mktemp("systems")
            made[system.name] = Build(system, pathlib.Path(folder) / system.name)
        return made[system.name]

    return build


@pytest.fixture
def build(builds, system):
    if system.missing():
        pytest.skip(f"{system.missing()} is not here (Debian: {system.packages})")
    return builds(system)


@pytest.mark.parametrize("system, program", [
    pytest.param(system, program, id=f"{system.name}-{program}", marks=pytest.mark.xdist_group(system.name))
    for system in SYSTEMS for program in PROGRAMS if system.can_run(program)])
def test_runs(build, program):
    done = build.run(build.program(program))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[ OK ]" in done.stdout and "FAILED" not in done.stdout, done.stdout


# Where the C library, the size of long and that of time_t are others; and with another compiler.
@pytest.mark.parametrize("system", [pytest.param(system, id=system.name, marks=pytest.mark.xdist_group(system.name))
                                    for system in SYSTEMS if system.name in ("musl", "i386", "armhf")])
def test_all_is_compiled(build):
    files = [file for part in ONLY_COMPILED for file in sorted((SOURCE / "pam_genauth" / part).glob("*.c"))
             if file.name != "make_filter.c"]
    said = [done.stderr for done in (build.compile(file, "-fsyntax-only") for file in files) if done.returncode != 0]
    assert files and not said, "\n".join(said)
