"""Programs that ask PAM, as Debian has them; each on a free loopback port or on a terminal, in a folder of its own."""

import base64
import ftplib
import glob
import http.client
import os
import pathlib
import shutil
import subprocess
import tempfile

import machine
from dialogue import as_user, talk
from sshd import free_port, wait_until


class Host:
    program = None  # what must be installed
    service = None  # the name of its stack
    user = "root"  # as whom it calls PAM
    tries = 1  # how often it asks

    def __init__(self, standin, flags="", own_conf=True):
        """own_conf: one who is not root has a genauth.conf of its own, and not the one that it can not read."""
        self.folder = pathlib.Path(tempfile.mkdtemp(dir="/run"))
        self.folder.chmod(0o755)
        self.server = None
        self.port = free_port()
        conf = machine.CONF
        if self.user != "root" and own_conf:
            conf = self.folder / "genauth.conf"
            machine.write_conf(standin, file=conf, owner=self.user)
        machine.write_stack(self.service, f"required {machine.MODULE} conf={conf} {flags}")
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    @classmethod
    def is_installed(cls):
        return bool(glob.glob(cls.program))

    def start(self):
        pass

    def enter(self, password):
        """Whether alice gets in."""
        raise NotImplementedError

    def run(self, *command, ready):
        """A server, until it answers."""
        with open(self.folder / "log", "ab") as log:
            self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(ready, lambda: "\n".join(file.read_text() for file in self.folder.glob("*log")), seconds=30)

    def stop(self):
        if self.server:
            self.server.terminate()
            self.server.wait(30)
        shutil.rmtree(self.folder)


class Pamtester(Host):
    program = "/usr/bin/pamtester"
    service = "pamtester"

    def enter(self, password):
        return talk([self.program, self.service, "alice", "authenticate"], password).status == 0


class SudoRs(Host):
    program = "/usr/bin/sudo-rs"
    service = "sudo"

    def enter(self, password):
        result = talk(as_user("alice", [self.program, "id", "-un"]), password)
        self.tries = max(self.tries, result.prompts)  # newer ones end at Ctrl-D
        return result.status == 0 and result.lines[-1] == "root"


class PostgreSQL(Host):
    program = "/usr/lib/postgresql/*/bin/postgres"
    service = "postgresql"
    user = "postgres"

    def start(self):
        self.bin = pathlib.Path(sorted(glob.glob(self.program))[-1]).parent
        data = self.folder / "data"
        data.mkdir()
        shutil.chown(data, self.user, self.user)
        shutil.chown(self.folder, self.user, self.user)
        subprocess.run(as_user(self.user, [self.bin / "initdb", "-D", data, "-A", "trust", "-N", "--no-locale"]),
                       check=True, stdout=subprocess.DEVNULL)
        (data / "pg_hba.conf").write_text("local all postgres trust\n"
                                          f"host all alice 127.0.0.1/32 pam pamservice={self.service}\n")
        self.run(*as_user(self.user, [self.bin / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder,
                                      "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]),
                 ready=lambda: self.ask(self.folder, "postgres", "CREATE ROLE alice LOGIN"))

    def ask(self, host, user, query, password=None):
        command = [self.bin / "psql", "-h", host, "-p", str(self.port), "-U", user, "-wAtc", query, "postgres"]
        environment = {**os.environ, "PGPASSWORD": password} if password else None
        return subprocess.run(command, env=environment, capture_output=True, timeout=60).returncode == 0

    def enter(self, password):
        return self.ask("127.0.0.1", "alice", "SELECT 1", password)


class Web(Host):
    user = "www-data"
    configuration = None

    def start(self):
        (self.folder / "index.html").write_text("")
        (self.folder / "conf").write_text(self.configuration.format(folder=self.folder, port=self.port))
        self.run(*self.command(), ready=lambda: self.get() == 401)

    def get(self, password=None):
        headers = {}
        if password:
            headers["Authorization"] = "Basic " + base64.b64encode(f"alice:{password}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/index.html", headers=headers)
            return connection.getresponse().status
        except ConnectionRefusedError:
            return None
        finally:
            connection.close()

    def enter(self, password):
        status = self.get(password)
        assert status in (200, 401)
        return status == 200


class Apache(Web):
    program = "/usr/lib/apache2/modules/mod_authnz_pam.so"
    service = "apache"
    configuration = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in (
        "mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic", "authnz_pam")) + """
ServerName localhost
Listen 127.0.0.1:{port}
ServerRoot {folder}
DocumentRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/error.log
User www-data
Group www-data
<Location />
    AuthType Basic
    AuthName some
    AuthBasicProvider PAM
    AuthPAMService apache
    Require valid-user
</Location>
"""

    def command(self):
        return "/usr/sbin/apache2", "-D", "FOREGROUND", "-f", self.folder / "conf"


class Nginx(Web):
    program = "/usr/lib/nginx/modules/ngx_http_auth_pam_module.so"
    service = "nginx"
    configuration = """
load_module /usr/lib/nginx/modules/ngx_http_auth_pam_module.so;
daemon off;
user www-data;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/1;
    proxy_temp_path {folder}/2;
    fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4;
    scgi_temp_path {folder}/5;
    server {{
        listen 127.0.0.1:{port};
        root {folder};
        auth_pam some;
        auth_pam_service_name nginx;
    }}
}}
"""

    def command(self):
        return "/usr/sbin/nginx", "-e", self.folder / "error.log", "-c", self.folder / "conf"


class Vsftpd(Host):
    program = "/usr/sbin/vsftpd"
    service = "vsftpd"
    configuration = """
listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
anonymous_enable=NO
local_enable=YES
xferlog_enable=NO
secure_chroot_dir={folder}/empty
pam_service_name=vsftpd
delay_failed_login=0
"""

    def start(self):
        (self.folder / "empty").mkdir()
        (self.folder / "conf").write_text(self.configuration.format(folder=self.folder, port=self.port))
        self.run(self.program, self.folder / "conf", ready=self.answers)

    def answers(self):
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return False
        return True

    def connect(self):
        client = ftplib.FTP(timeout=30)
        client.connect("127.0.0.1", self.port)
        return client

    @staticmethod
    def log_in(client, password):
        """Whether alice is in, and can work."""
        try:
            client.login("alice", password)
        except ftplib.error_perm as error:
            assert str(error).startswith("530")
            return False
        return client.nlst() == []

    def enter(self, password):
        with self.connect() as client:
            return self.log_in(client, password)
