"""The benchmark: bench.py LOGINS, in the sandbox; see run."""
import os
import random
import sys

import calls
import measure
import parts
import report
import scene
from relay import Relay
from ways import (CONTROL, CURL, FLOOR, GENAUTH, LATER, PREPARED, TYPED, TYPING_MS, UNPREPARED, WARM, loads,
                  ways)

RTTS_MS = (0, 50, 200)
CROWDS = {1: 32, 8: 32, 64: 128}    # at once: logins in a round


def progress(text, done, all_of_it):
    end = "\n" if done == all_of_it else ""
    print(f"\r{text}: {done} of {all_of_it}", end=end, file=sys.stderr, flush=True)


def interleave(text, tasks, rounds, logins=1, at_once=1, listener=None):
    """Each round runs all tasks in an order of its own: {name: (costs, seconds)}."""
    found = {name: ([], 0) for name in tasks}
    for number in range(rounds):
        for name in random.sample(list(tasks), len(tasks)):
            costs, seconds = measure.run(tasks[name], logins, at_once)
            if name == WARM:
                listener.wait()
            # In a crowd somebody's time may be up.
            if at_once == 1 and any(cost.code != 0 for cost in costs):
                sys.exit(f"bench: {name}: failed; the log ends with\n{measure.log()}")
            found[name] = (found[name][0] + costs, found[name][1] + seconds)
        progress(text, number + 1, rounds)
    return found


def taken_apart(rounds):
    """[{what: milliseconds}] of a login, and of what is done with authorities."""
    found = [], []
    for number in range(rounds):
        found[0].append(parts.login())
        found[1].append(parts.authorities())
        progress("logins, taken apart", number + 1, rounds)
    return found


def only(tasks, *names):
    return {name: tasks[name] for name in names}


def over_networks(port, rounds):
    """{RTT: {name: (costs, seconds)}}"""
    found = {}
    for rtt in RTTS_MS:
        with Relay(port, rtt / 1000) as relay:
            # Long enough to make the connection ready: 3 RTT and what the machines need.
            tasks = ways(relay.port, "-far", typing_ms=4 * rtt + TYPING_MS)
            found[rtt] = interleave(f"logins over {rtt} ms", only(tasks, FLOOR, GENAUTH, TYPED, LATER,
                                                                           UNPREPARED, PREPARED, CONTROL, CURL), rounds)
    return found


def crowded(tasks, rounds, listener):
    """{at once: {name: (costs, seconds)}}"""
    tasks = only(tasks, FLOOR, GENAUTH, WARM, CONTROL, CURL)
    return {at_once: interleave(f"crowds of {at_once}", tasks, rounds, logins, at_once, listener)
            for at_once, logins in CROWDS.items()}


def main():
    logins = int(sys.argv[1])
    load_before = os.getloadavg()[0]
    scene.prepare()
    with scene.Server() as server, scene.Listener() as listener:
        tasks = ways(server.port)
        # First what is only counted: it also brings all files into memory.
        counts = {name: calls.count(arguments) for name, arguments in {**tasks, **loads()}.items()}
        one = interleave("logins", {**tasks, **loads()}, logins, listener=listener)
        apart = taken_apart(logins)
        far = over_networks(server.port, max(3, logins // 20))
        many = crowded(tasks, max(1, logins // 150), listener)
    text = report.write(logins, load_before, one, apart, counts, far, many)
    text_file, plot_file = (scene.BUILD / name for name in ("bench.txt", "bench.png"))
    text_file.write_text(text)
    report.plot(plot_file, one, far)
    print(f"{text}\n{text_file}, {plot_file}")


if __name__ == "__main__":
    main()
