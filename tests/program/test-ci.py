#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts of .ci say where something is missing.

    test-ci.py SOURCE      the folder of the project
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

SOURCE = sys.argv[1] if len(sys.argv) > 1 else '.'
MANIFEST = os.path.join(SOURCE, 'flatpak', 'io.github.storyglass.Storyglass.json')


def test_the_flatpak_without_its_runtime(folder):
    """It says with which commands the runtime comes, and these can be copied as they are."""
    flatpak = os.path.join(folder, 'flatpak')
    with open(flatpak, 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\nexit 1\n')
    os.chmod(flatpak, 0o755)
    result = subprocess.run([os.path.join(SOURCE, '.ci', 'build-flatpak')], stdin=subprocess.DEVNULL,
                            env=dict(os.environ, PATH=folder + ':' + os.environ['PATH']),
                            capture_output=True, text=True, check=False)
    with open(MANIFEST, encoding='utf-8') as file:
        manifest = json.load(file)
    names = ['%s//%s' % (manifest[kind], manifest['runtime-version']) for kind in ('runtime', 'sdk')]
    assert result.returncode == 1 and result.stdout == '', result
    assert result.stderr.splitlines()[1:] == [
        '  flatpak remote-add --user --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo',
        '  flatpak install --user flathub ' + ' '.join(names)], result.stderr


if __name__ == '__main__':
    sys.exit(tap.main([test_the_flatpak_without_its_runtime]))
