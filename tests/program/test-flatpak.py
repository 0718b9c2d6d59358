#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Flatpak: built, installed for a user of its own, looked at, and played for a turn with no model
and no network.  Run by Meson inside tests/session.py --a11y, and skipped unless STORYGLASS_FLATPAK=1.

    test-flatpak.py SOURCE      the folder of the project

With STORYGLASS_SCREENSHOT=FILE the window is photographed at the end (with ImageMagick's import).
"""

import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402
from desktop import Program  # noqa: E402

ID = 'io.github.storyglass.Storyglass'
SOURCE = sys.argv[1] if len(sys.argv) > 1 else '.'
HOME = os.environ['HOME']
INSIDE = os.path.join(HOME, '.var', 'app', ID)

# The most that the sandbox may let through: the network and the display.  No file, no bus name, no device
# but the graphics card.
PERMISSIONS = {
    'shared': {'network', 'ipc'},
    'sockets': {'wayland', 'x11', 'fallback-x11'},
    'devices': {'dri'},
}


def run(*args):
    return subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def skip_without_flatpak():
    if os.environ.get('STORYGLASS_FLATPAK') != '1':
        raise tap.Skip('STORYGLASS_FLATPAK is not 1')
    missing = [name for name in ('flatpak', 'flatpak-builder') if not shutil.which(name)]
    if missing:
        raise tap.Skip('not installed: ' + ', '.join(missing))
    with open(os.path.join(SOURCE, 'flatpak', ID + '.json'), encoding='utf-8') as file:
        manifest = json.load(file)
    for kind in ('runtime', 'sdk'):
        name = '%s//%s' % (manifest[kind], manifest['runtime-version'])
        if subprocess.run(['flatpak', 'info', '--system', name], capture_output=True,
                          check=False).returncode != 0:
            raise tap.Skip('not installed for the whole system: ' + name)


def skip_without_install():
    skip_without_flatpak()
    assert os.path.exists(os.path.join(os.environ['XDG_DATA_HOME'], 'flatpak', 'app', ID)), \
        'the Flatpak was not installed'


def test_build_and_install(_folder):
    skip_without_flatpak()
    # Where there is no system bus there is nobody either who would forbid a user to install something.
    if not os.path.exists('/run/dbus/system_bus_socket'):
        os.environ['DBUS_SYSTEM_BUS_ADDRESS'] = os.environ['DBUS_SESSION_BUS_ADDRESS']
    subprocess.run([os.path.join(SOURCE, '.ci', 'build-flatpak')], stdin=subprocess.DEVNULL,
                   stdout=sys.stderr, check=True)


def test_least_permissions(_folder):
    skip_without_install()
    section, found = None, {}
    for line in run('flatpak', 'info', '--user', '--show-permissions', ID).splitlines():
        if line.startswith('['):
            section = line
        elif '=' in line:
            assert section == '[Context]', 'more is let through: %s %s' % (section, line)
            key, values = line.split('=')
            found[key] = set(filter(None, values.split(';')))
    assert found == PERMISSIONS, found


def test_sees_no_files(folder):
    """Neither a file beside it nor one in the home folder."""
    skip_without_install()
    secrets = [os.path.join(folder, 'secret'), os.path.join(HOME, 'secret')]
    for path in secrets:
        with open(path, 'w', encoding='utf-8') as file:
            file.write('seen')
    seen = run('flatpak', 'run', '--command=sh', ID, '-c', 'cat "$@" 2>/dev/null; true', 'sh', *secrets)
    assert seen == '', seen


def test_window(_folder):
    """A turn of The Temple of Whispers, told by the built-in storyteller."""
    skip_without_install()
    settings = os.path.join(INSIDE, 'config', 'glib-2.0', 'settings')
    os.makedirs(settings, exist_ok=True)
    with open(os.path.join(settings, 'keyfile'), 'w', encoding='utf-8') as file:
        file.write('[io/github/storyglass/Storyglass]\nreading-pace=0\n')

    with Program(['flatpak', 'run', '--unshare=network', ID], sandboxed=True) as program:
        program.focus()
        program.click(role='list item', name='The Temple of Whispers')
        page = program.wait(role='text', name='Story')
        opening = tap.wait_until(lambda: page.text, 'the opening of the story')
        program.click_with_mouse(program.wait(role='text', name='Your Words'))
        program.type('climb the steps to the temple')
        program.press('Return')
        program.wait(role='push button', containing='Turn took')
        assert len(page.text) > len(opening) + 100, page.text
        assert re.search('climb the steps to the temple', page.text)
        program.press('F12')
        program.wait(name='Performance', role='panel')
        take_screenshot()


def take_screenshot():
    path = os.environ.get('STORYGLASS_SCREENSHOT')
    if path:
        subprocess.run(['import', '-window', 'root', path], check=True)


def test_terminal(_folder):
    skip_without_install()
    cli = ['flatpak', 'run', '--command=storyglass-cli', ID]
    assert 'The Temple of Whispers' in run(*cli, 'scenarios')
    story = run(*cli, 'new', 'temple-of-whispers').strip()
    events = [json.loads(line) for line in
              run(*cli, 'play', story, '--do', 'look around', '--json').splitlines()]
    assert events[-1]['event'] == 'turn-finished', events[-1]
    assert run(*cli, 'check') is not None
    assert os.path.exists(os.path.join(INSIDE, 'data', 'storyglass', 'library.db'))


if __name__ == '__main__':
    sys.exit(tap.main([
        test_build_and_install,
        test_least_permissions,
        test_sees_no_files,
        test_window,
        test_terminal,
    ], sys.argv[2:]))
