#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command in a desktop session of its own: an X server that nobody sees (Xvfb) and a
private D-Bus session, with fresh folders for home, settings, data and runtime files.

    session.py [--a11y] [--keyring] [--size WxH] COMMAND [ARGUMENT…]

--a11y     the accessibility bus can be reached, so that programs can be driven through it
--keyring  a keyring daemon answers, with an unlocked and empty keyring

Nothing of the user's own session is used or seen.  No process is left behind, also when the command or
this program is killed.  The exit status is the command's own; 77 (Meson's "skipped") when the
X server or the bus is not installed.
"""

import argparse
import ctypes
import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

SERVICES = '/usr/share/dbus-1/services'
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
SKIPPED = 77

BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:dir=%(runtime)s</listen>
  <auth>EXTERNAL</auth>
  <servicedir>%(services)s</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''

libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    """Runs in the child: when this program is killed without a chance to clean up, so is the child."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Session:
    def __init__(self, size):
        self.size = size
        self.children = []
        self.folder = tempfile.mkdtemp(prefix='storyglass-session-')
        self.env = dict(os.environ)
        for name in ('WAYLAND_DISPLAY', 'DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS',
                     'AT_SPI_BUS_ADDRESS', 'DESKTOP_SESSION', 'XDG_CURRENT_DESKTOP',
                     'XDG_SESSION_ID', 'GNOME_KEYRING_CONTROL', 'GTK_MODULES', 'LD_PRELOAD'):
            self.env.pop(name, None)
        self.env.update({
            'HOME': self.make_folder('home'),
            'XDG_RUNTIME_DIR': self.make_folder('runtime'),
            'XDG_CONFIG_HOME': self.make_folder('config'),
            'XDG_DATA_HOME': self.make_folder('data'),
            'XDG_CACHE_HOME': self.make_folder('cache'),
            'XDG_STATE_HOME': self.make_folder('state'),
            'GDK_BACKEND': 'x11',
            'GSK_RENDERER': 'cairo',
            'GTK_USE_PORTAL': '0',
            'ADW_DISABLE_PORTAL': '1',
            'NO_AT_BRIDGE': '0',
        })

    def make_folder(self, name):
        path = os.path.join(self.folder, name)
        os.mkdir(path, 0o700)
        return path

    def start(self, args, **options):
        # The daemons' chatter goes to a file, which is shown when something fails to start.
        log = open(os.path.join(self.folder, 'log'), 'ab')
        child = subprocess.Popen(args, env=self.env, stderr=log, preexec_fn=die_with_parent,
                                 **options)
        log.close()
        self.children.append(child)
        return child

    def start_display(self):
        """The server picks a free number itself and writes it down; the cookie is good for any."""
        cookie = secrets.token_bytes(16)
        name = b'MIT-MAGIC-COOKIE-1'
        authority = os.path.join(self.folder, 'Xauthority')
        with open(authority, 'wb') as file:
            file.write(struct.pack('>HHHH', 0xffff, 0, 0, len(name)) + name +
                       struct.pack('>H', len(cookie)) + cookie)
        reader, writer = os.pipe()
        self.start(['Xvfb', '-displayfd', str(writer), '-screen', '0', self.size + 'x24',
                    '-nolisten', 'tcp', '-noreset', '-auth', authority],
                   pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        if not number:
            self.fail('Xvfb did not start')
        self.env.update({'DISPLAY': ':' + number, 'XAUTHORITY': authority})

    def start_bus(self, services):
        folder = self.make_folder('services')
        for service in services:
            shutil.copy(os.path.join(SERVICES, service), folder)
        config = os.path.join(self.folder, 'bus.conf')
        with open(config, 'w', encoding='utf-8') as file:
            file.write(BUS_CONFIG % {'runtime': self.env['XDG_RUNTIME_DIR'], 'services': folder})
        bus = self.start(['dbus-daemon', '--nofork', '--print-address', '--config-file', config],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        address = bus.stdout.readline().strip()
        if not address:
            self.fail('The D-Bus session did not start')
        self.env['DBUS_SESSION_BUS_ADDRESS'] = address

    def start_keyring(self):
        keyring = self.start(['gnome-keyring-daemon', '--foreground', '--unlock',
                              '--components=secrets'],
                             stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        keyring.stdin.write(b'test')
        keyring.stdin.close()
        self.wait_for_name('org.freedesktop.secrets')

    def wait_for_name(self, name):
        for _ in range(100):
            reply = subprocess.run(
                ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path',
                 '/org/freedesktop/DBus', '--method', 'org.freedesktop.DBus.NameHasOwner', name],
                env=self.env, capture_output=True, text=True, check=False)
            if 'true' in reply.stdout:
                return
            time.sleep(0.05)
        self.fail('%s did not appear on the bus' % name)

    def fail(self, text):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8', errors='replace') as log:
            sys.stderr.write(log.read())
        raise SystemExit('session.py: ' + text)

    def close(self):
        """Ends the daemons, then whatever was started through them, and removes the folders."""
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
        self.end_orphans()
        shutil.rmtree(self.folder, ignore_errors=True)

    def end_orphans(self):
        """Daemons that the bus started were handed to this process when their parent ended."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            deadline = time.monotonic() + 2
            for pid in own_children():
                os.kill(pid, sign)
            while time.monotonic() < deadline:
                try:
                    if os.waitpid(-1, os.WNOHANG)[0] == 0:
                        time.sleep(0.02)
                except ChildProcessError:
                    return


def own_children():
    path = '/proc/self/task/%d/children' % os.getpid()
    try:
        with open(path, encoding='ascii') as file:
            return [int(pid) for pid in file.read().split()]
    except FileNotFoundError:
        return []


def stop(number, _frame):
    raise SystemExit(128 + number)


def run_command(session, command):
    """Runs the command in a process group of its own, so that all of it can be ended."""
    def prepare():
        os.setpgid(0, 0)
        die_with_parent()

    child = subprocess.Popen(command, env=session.env, preexec_fn=prepare)
    try:
        status = child.wait()
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
    return status if status >= 0 else 128 - status


def main():
    parser = argparse.ArgumentParser(usage='session.py [--a11y] [--keyring] [--size WxH] COMMAND…')
    parser.add_argument('--a11y', action='store_true')
    parser.add_argument('--keyring', action='store_true')
    parser.add_argument('--size', default='1280x900')
    parser.add_argument('command', nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error('a command is needed')

    needed = ['Xvfb', 'dbus-daemon']
    if options.keyring:
        needed += ['gnome-keyring-daemon', 'gdbus']
    missing = [name for name in needed if not shutil.which(name)]
    if missing:
        print('1..0 # SKIP not installed: ' + ', '.join(missing))
        return SKIPPED

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    session = Session(options.size)
    try:
        session.start_display()
        session.start_bus(['org.a11y.Bus.service'] if options.a11y else [])
        if options.keyring:
            session.start_keyring()
        return run_command(session, options.command)
    finally:
        session.close()


if __name__ == '__main__':
    sys.exit(main())
