"""The ways to log in, and the modules that are loaded without a login."""
import scene

# Longer than genauth-signin waits for somebody who does not type (AT_ONCE_MS), and takes to connect on a busy machine.
TYPING_MS = 300
# Where nothing happens meanwhile.
AT_ONCE_MS = 1

# The names in the report.
FLOOR, FLOOR_INSIDE = "OpenSSL client, program", "OpenSSL client, module"
GENAUTH, TYPED, LATER = "pam_genauth", "pam_genauth, typed", "pam_genauth, typed, preconnect=no"
PREPARED, UNPREPARED = "pam_unix asks, prepare", "pam_unix asks, no prepare"
UNIX = "pam_unix asks, no pam_genauth"
WARM = "pam_genauth, helper_socket"
CONTROL, CURL, PYTHON = "libcurl module", "pam_exec, sh, curl", "pam_exec, python"
LOAD_GENAUTH, LOAD_UNIX, LOAD_NOTHING = "pam_genauth.so", "pam_unix.so", "pam_permit.so alone"


def ways(port, suffix="", typing_ms=TYPING_MS):
    """{name: arguments of login}, all of them to the server at that port. Writes the services for it."""
    scene.write_services(port, suffix)
    typing, at_once = ("-t", str(typing_ms)), ("-t", str(AT_ONCE_MS))
    return {
        FLOOR: scene.floor_program(port),
        FLOOR_INSIDE: scene.service(f"floor{suffix}"),
        GENAUTH: scene.service(f"genauth{suffix}"),
        WARM: scene.service(f"warm{suffix}"),
        TYPED: scene.service(f"typed{suffix}", *typing),
        LATER: scene.service(f"later{suffix}", *at_once),
        PREPARED: scene.service(f"prepared{suffix}", *typing),
        UNPREPARED: scene.service(f"unprepared{suffix}", *at_once),
        UNIX: scene.service(f"unix{suffix}", *at_once),
        CONTROL: scene.service(f"control{suffix}"),
        CURL: scene.service(f"curl{suffix}"),
        PYTHON: scene.service(f"python{suffix}"),
    }


def loads():
    return {name: scene.service(service, "-a") for name, service in (
        (LOAD_GENAUTH, "load-genauth"), (LOAD_UNIX, "load-unix"), (LOAD_NOTHING, "load-nothing"))}
