"""Runs login and reads what it says."""
import dataclasses
import subprocess

import scene

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@dataclasses.dataclass
class Cost:
    """Of one login, as login.c says. The times are milliseconds, the memory MiB."""
    code: int
    wall: float
    life: float
    cpu: float
    faults: int
    host: float
    child: float


def run(arguments, logins=1, at_once=1):
    """The costs, and the seconds that all of them took."""
    command = [scene.LOGIN, "-n", str(logins), "-j", str(at_once), *arguments]
    done = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, check=True)
    total, *lines = done.stdout.splitlines()
    costs = []
    for line in lines:
        code, wall, life, cpu, faults, host, child = map(int, line.split())
        costs.append(Cost(code, wall / 1000, life / 1000, cpu / 1000, faults, host / 1024, child / 1024))
    return costs, int(total) / 1e6


def log():
    with open("/var/log/syslog") as file:
        return "".join(file.readlines()[-5:])


def percentile(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * percent / 100))]
