"""What one spawned login consists of: apart.c and authorities.c, again and again."""
import subprocess

import measure
import scene


def run(*command):
    """{what: milliseconds}, in the order in which they are printed."""
    done = subprocess.run([str(word) for word in command], env=measure.ENVIRONMENT, stdout=subprocess.PIPE, text=True,
                          check=True)
    lines = (line.split(" ", 1) for line in done.stdout.splitlines())
    return {what: int(microseconds) / 1000 for microseconds, what in lines}


def login():
    return run(scene.PROGRAMS / "apart", scene.FOLDER / "genauth.conf", scene.USER, scene.PASSPHRASE)


def authorities():
    return run(scene.PROGRAMS / "authorities", scene.FOLDER / "ca.pem", scene.CERTIFICATES,
               scene.CERTIFICATES / "ca-certificates.crt")
