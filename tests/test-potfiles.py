#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with words to translate is named in po/POTFILES.in, and no other.

    test-potfiles.py ROOT            reports in TAP
    test-potfiles.py --update ROOT   writes the list anew
"""

import os
import re
import sys

# The calls that mark a string for xgettext (see po/meson.build: the preset of GLib).
MARKS = re.compile(r'(?<![A-Za-z0-9_])(_|N_|Q_|C_|NC_|ngettext|g_dngettext|g_dgettext|g_dpgettext2?)'
                   r' *\(\s*(?:"|\w+\s*,)')
XML_MARK = re.compile(r'translatable="(yes|true|1)"|l10n="true"')
ALWAYS = ('.desktop.in', '.metainfo.xml.in')
COMMENTS = re.compile(r'/\*.*?\*/|//[^\n]*', re.DOTALL)

HEADER = '# Files with words to translate, one a line; tests/test-potfiles.py --update writes this list.\n'


def is_translated(path):
    if path.endswith(ALWAYS):
        return True
    if path.endswith('.png'):
        return False
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if path.endswith(('.c', '.h')):
        return MARKS.search(COMMENTS.sub('', text)) is not None
    if path.endswith(('.ui', '.gschema.xml')):
        return XML_MARK.search(text) is not None
    return False


def files_to_translate(root):
    for top in ('data', 'src'):
        for folder, _, files in os.walk(os.path.join(root, top)):
            for name in files:
                path = os.path.join(folder, name)
                if is_translated(path):
                    yield os.path.relpath(path, root)


def main():
    update = '--update' in sys.argv
    root = [arg for arg in sys.argv[1:] if not arg.startswith('--')][0]
    listing = os.path.join(root, 'po', 'POTFILES.in')
    wanted = sorted(files_to_translate(root))
    if update:
        with open(listing, 'w', encoding='utf-8') as file:
            file.write(HEADER + ''.join(path + '\n' for path in wanted))
        return 0
    with open(listing, encoding='utf-8') as file:
        listed = [line.strip() for line in file if line.strip() and not line.startswith('#')]
    faults = ['missing: ' + path for path in wanted if path not in listed]
    faults += ['has nothing to translate: ' + path for path in listed if path not in wanted]
    print('1..1')
    print('%s 1 po/POTFILES.in is complete' % ('not ok' if faults else 'ok'))
    for fault in faults:
        print('# %s (tests/test-potfiles.py --update . writes the list anew)' % fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
