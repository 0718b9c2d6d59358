# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the terminal program share: commands on a library of their own."""

import json
import os
import subprocess

PROGRAM = os.environ.get('STORYGLASS_CLI', 'storyglass-cli')
SECRET = 'sk-very-secret-1234567890'


class Cli:
    """Runs commands on a library of its own."""

    def __init__(self, folder):
        self.library = os.path.join(folder, 'library.db')
        self.env = dict(os.environ, TEST_KEY=SECRET, XDG_DATA_HOME=folder)

    def run(self, *args, **more):
        return self.run_plain('--library', self.library, *args, **more)

    def run_plain(self, *args, status=0, stdin='', stdout=subprocess.PIPE, lines=1, **env):
        """Runs a command on the player's own library, which is none but the test's."""
        done = subprocess.run([PROGRAM, *args], input=stdin if isinstance(stdin, bytes) else stdin.encode(),
                              stdout=stdout, stderr=subprocess.PIPE, timeout=60, env=dict(self.env, **env),
                              check=False)
        result = subprocess.CompletedProcess(args, done.returncode, (done.stdout or b'').decode(),
                                             done.stderr.decode())
        assert result.returncode == status, (args, result.returncode, result.stdout, result.stderr)
        if status:
            assert result.stderr.count('\n') == lines, result.stderr
            assert result.stderr.startswith('storyglass-cli: '), result.stderr
        assert SECRET not in result.stdout + result.stderr
        return result

    def out(self, *args, **more):
        return self.run(*args, **more).stdout

    def json(self, *args, **more):
        return json.loads(self.out(*args, '--json', **more))

    def events(self, *args, **more):
        return [json.loads(line) for line in self.out(*args, '--json', **more).splitlines()]

    def new(self):
        return self.out('new', 'cellar', '--title', 'A Test', '--seed', '7').strip()


# What fails is to fail at once.
ONCE = ('--set', 'retries=0')
NOBODY = ('--server', 'http://127.0.0.1:1', '--model', 'x') + ONCE


def telling(server):
    return ('--server', server.url, '--model', 'test-model', '--api-key-env', 'TEST_KEY')
