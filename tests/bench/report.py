"""The tables, the targets and the plot."""
import os
import pathlib
import shutil
import subprocess

import scene
import ways
from measure import percentile


def walls(found):
    return [cost.wall for cost in found[0]]


def p50(found, of="wall"):
    return percentile([getattr(cost, of) for cost in found[0]], 50)


def peak(found, of):
    return max(getattr(cost, of) for cost in found[0])


def table(title, *rows):
    """The first row is the head; the first column is for names."""
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    lines = [title, ""]
    for row in rows:
        lines.append("  ".join(f"{cell:<{width}}" if column == 0 else f"{cell:>{width}}"
                               for column, (cell, width) in enumerate(zip(row, widths))).rstrip())
    return "\n".join(lines) + "\n"


def version(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split()[:2])


def commit():
    """The one that was measured, where this is a repository."""
    if shutil.which("git") is None:
        return "unknown"
    done = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "-c", "safe.directory=*", "describe", "--always",
                           "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def heading(logins, load):
    return (f"{logins} logins each in random turns, {os.cpu_count()} processors, {version('curl', '--version')}, "
            f"{version('openssl', 'version')},\n{scene.trusted()} authorities trusted by the system, load of the "
            f"machine before: {load:.1f}, commit {commit()}\n")


def login_table(one):
    rows = [("", "p50 ms", "p95 ms", "p99 ms", "x floor", "x module", "CPU ms", "faults", "host MiB", "child MiB")]
    for name in one:
        if name in ways.loads():
            continue
        found, times = one[name], walls(one[name])
        rows.append((name, *(f"{percentile(times, percent):.1f}" for percent in (50, 95, 99)),
                     f"{p50(found) / p50(one[ways.FLOOR]):.2f}", f"{p50(found) / p50(one[ways.CONTROL]):.2f}",
                     f"{p50(found, 'cpu'):.1f}", p50(found, "faults"), f"{peak(found, 'host'):.1f}",
                     f"{peak(found, 'child'):.1f}" if peak(found, "child") > 0 else "-"))
    return table("One login, from pam_start to pam_end; with \"typed\" from Enter to the verdict. CPU and page faults\n"
                 "are those of all processes; memory is the peak.", *rows)


def load_table(one):
    rows = [("", "p50 ms", "CPU ms", "faults", "host MiB")]
    for name in ways.loads():
        found = one[name]
        rows.append((name, f"{p50(found):.2f}", f"{p50(found, 'cpu'):.2f}", p50(found, "faults"),
                     f"{peak(found, 'host'):.1f}"))
    return table("A module loaded without a login: the account phase.", *rows)


def calls_table(counts):
    rows = [("", "calls", "programs", "libraries")]
    rows += [(name, count.calls, count.programs, count.libraries) for name, count in counts.items()]
    return table("System calls, programs started and shared objects opened, in all processes.", *rows)


def p50_of(runs, what):
    return percentile([run[what] for run in runs], 50)


def apart_table(apart):
    login, authorities = apart
    times = {what: p50_of(login, what) for what in login[0]}
    whole = percentile([sum(run.values()) for run in login], 50)
    rows = [("", "p50 ms", "of all")]
    rows += [(what, f"{ms:.2f}", f"{ms / whole:.0%}") for what, ms in times.items()]
    rows.append(("all", f"{whole:.2f}", ""))
    rows += [(what, f"{p50_of(authorities, what):.2f}", f"{p50_of(authorities, what) / whole:.0%}")
             for what in authorities[0]]
    return table("What a login consists of where the password is there already, without libpam and the module's own work;\n"
                 "by a genauth-signin with a stopwatch.", *rows)


def far_table(far):
    names = next(iter(far.values()))
    rows = [("", *(f"RTT {rtt} ms" for rtt in far))]
    rows += [(name, *(f"{p50(found[name]):.0f}" for found in far.values())) for name in names]
    return table("Over a network: p50 in ms, through a relay that delays.", *rows)


def crowd_table(many):
    rows = [("", "at once", "logins/s", "p50 ms", "p99 ms", "CPU ms each", "failed")]
    for at_once, each in many.items():
        for name, (costs, seconds) in each.items():
            good = [cost for cost in costs if cost.code == 0]
            times = [cost.life for cost in good]
            rows.append((name, at_once, f"{len(good) / seconds:.1f}", f"{percentile(times, 50):.0f}",
                         f"{percentile(times, 99):.0f}", f"{sum(cost.cpu for cost in costs) / len(costs):.1f}",
                         len(costs) - len(good)))
    return table("Many logins at once, each from the start of its process to its end.", *rows)


def target_table(one):
    login, floor = p50(one[ways.GENAUTH]), p50(one[ways.FLOOR])
    rows = [("", "at most", "is", "")]
    for name, limit, is_, unit in (
            ("login / libcurl module", 0.40, login / p50(one[ways.CONTROL]), ""),
            ("login / OpenSSL program", 1.4, login / floor, ""),
            ("helper_socket / OpenSSL program", 1.0, p50(one[ways.WARM]) / floor, ""),
            ("login / pam_exec, sh, curl", 0.30, login / p50(one[ways.CURL]), ""),
            ("typed / OpenSSL program", 0.25, p50(one[ways.TYPED]) / floor, ""),
            ("prepared / OpenSSL program", 0.25, p50(one[ways.PREPARED]) / floor, ""),
            ("loading / pam_unix.so, time", 1.5, p50(one[ways.LOAD_GENAUTH]) / p50(one[ways.LOAD_UNIX]), ""),
            ("loading / pam_unix.so, memory", 1.5,
             peak(one[ways.LOAD_GENAUTH], "host") / peak(one[ways.LOAD_UNIX], "host"), ""),
            ("peak memory of the helper", 12, max(peak(one[name], "child") for name in (ways.GENAUTH, ways.TYPED)),
             " MiB"),
            ("processor time of a login", 10, p50(one[ways.GENAUTH], "cpu"), " ms")):
        rows.append((name, f"{limit}{unit}", f"{is_:.2f}{unit}", "met" if is_ <= limit else "MISSED"))
    return table("Targets", *rows)


def write(logins, load, one, apart, counts, far, many):
    return "\n".join((heading(logins, load), login_table(one), target_table(one), apart_table(apart),
                      load_table(one), calls_table(counts), far_table(far), crowd_table(many)))


def plot(file, one, far):
    """On the left one login, bars to p50 and a whisker to p95; on the right what a network adds."""
    data = scene.FOLDER / "plot"
    data.mkdir()
    names = [name for name in one if name not in ways.loads()]
    (data / "one").write_text("".join(f'"{name}" {p50(one[name])} {percentile(walls(one[name]), 95)}\n'
                                      for name in reversed(names)))
    far_names = list(next(iter(far.values())))
    (data / "far").write_text('RTT "' + '" "'.join(far_names) + '"\n' + "".join(" ".join(str(cell) for cell in (rtt, *(p50(found[name]) for name in far_names)))
                                      + "\n" for rtt, found in far.items()))
    script = pathlib.Path(__file__).with_name("bench.gnuplot")
    variables = {"output": file, "one": data / "one", "far": data / "far"}
    command = ["gnuplot"]
    for name, value in variables.items():
        command += ["-e", f"{name} = '{value}'"]
    subprocess.run([*command, script], check=True)
