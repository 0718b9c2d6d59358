#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of the folders of src/: each may include what is below it and nothing above.

GTK belongs to app and compat alone, and compat to app alone, so that everything else builds and runs
without a display.  Every file names its licence, and every header can be included twice.
"""

import os
import re
import sys
import tempfile

# From the bottom up.  The folders of one line stand beside each other and may not include one another.
LAYERS = [
    ['profile'],
    ['store'],
    ['world'],
    ['llm'],
    ['storyteller', 'tools'],
    ['engine'],
    ['interchange', 'monitor'],
    ['cli', 'app'],
]
# Stands beside the layers: only app includes it.
BESIDE = {'compat': ['app']}
WITH_GTK = {'app', 'compat'}

HEIGHT = {folder: height for height, folders in enumerate(LAYERS) for folder in folders}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)
GTK = re.compile(r'^(gtk|gdk|gsk|adwaita|libadwaita|pango|graphene|cairo)([-/.]|$)')
LICENCE = 'SPDX-License-Identifier: GPL-3.0-or-later'


def check_include(folder, target):
    """What is wrong with an include of target in a file of folder, or None."""
    if GTK.match(target) and folder not in WITH_GTK:
        return '%s is for app and compat alone' % target
    other = target.split('/')[0] if '/' in target else None
    if other in BESIDE and folder != other and folder not in BESIDE[other]:
        return '%s/ is for %s alone' % (other, ' and '.join(BESIDE[other]))
    if other not in HEIGHT or other == folder:
        return None
    if folder in BESIDE:
        return '%s/ stands beside the layers and includes none of them' % folder
    if HEIGHT[other] > HEIGHT[folder]:
        return '%s/ is above %s/' % (other, folder)
    if HEIGHT[other] == HEIGHT[folder]:
        return '%s/ stands beside %s/' % (other, folder)
    return None


def check_file(folder, name, text):
    """The faults of one file, each as a sentence with the line it is in."""
    for match in INCLUDE.finditer(text):
        fault = check_include(folder, match.group(1))
        if fault:
            yield '%s:%d: %s' % (name, text.count('\n', 0, match.start()) + 1, fault)
    if LICENCE not in text[:400]:
        yield '%s:1: the licence line is missing' % name
    if name.endswith('.h') and '\n#pragma once' not in text:
        yield '%s:1: "#pragma once" is missing' % name


def check_tree(src):
    """The faults of a source tree, and the number of files looked at."""
    faults, count = [], 0
    for folder in sorted(os.listdir(src)):
        if not os.path.isdir(os.path.join(src, folder)):
            continue
        if folder not in HEIGHT and folder not in BESIDE:
            faults.append('%s/ has no place in the order of the folders' % folder)
            continue
        for path, _, files in sorted(os.walk(os.path.join(src, folder))):
            for file in sorted(files):
                if file.endswith(('.c', '.h')):
                    full = os.path.join(path, file)
                    with open(full, encoding='utf-8') as source:
                        faults += check_file(folder, os.path.relpath(full, src), source.read())
                    count += 1
    return faults, count


# A tree made up for this test: file, its text below the licence line, and what must be said of it.
CASES = [
    ('profile/sg-good.c', '#include <glib.h>\n#include "profile/sg-good.h"\n', None),
    ('engine/sg-good.c', '#include "profile/sg-good.h"\n#include "llm/sg-model.h"\n', None),
    ('app/sg-good.c', '#include <gtk/gtk.h>\n#include "compat/sg-x.h"\n#include "engine/e.h"\n', None),
    ('compat/sg-good.c', '#include <adwaita.h>\n', None),
    ('profile/sg-up.c', '#include <glib.h>\n#include "store/sg-library.h"\n', 'profile/sg-up.c:3: '),
    ('store/sg-up.c', '  #  include "engine/sg-session.h"\n', 'engine/ is above store/'),
    ('tools/sg-side.c', '#include "storyteller/sg-oracle.h"\n', 'storyteller/ stands beside tools/'),
    ('cli/sg-side.c', '#include "app/sg-window.h"\n', 'app/ stands beside cli/'),
    ('engine/sg-gtk.c', '#include <gtk/gtk.h>\n', 'for app and compat alone'),
    ('cli/sg-adw.c', '#include <adwaita.h>\n', 'for app and compat alone'),
    ('world/sg-gdk.c', '#include <gdk/gdkkeysyms.h>\n', 'for app and compat alone'),
    ('llm/sg-pixbuf.c', '#include <gdk-pixbuf/gdk-pixbuf.h>\n', 'for app and compat alone'),
    ('engine/sg-compat.c', '#include "compat/sg-alert.h"\n', 'compat/ is for app alone'),
    ('compat/sg-inward.c', '#include "engine/sg-session.h"\n', 'stands beside the layers'),
    ('llm/sg-once.h', '', '"#pragma once" is missing'),
    ('extra/sg-new.c', '', 'extra/ has no place'),
]


def check_the_check():
    """The faults that the made-up tree must show and does not, or shows and must not."""
    with tempfile.TemporaryDirectory() as src:
        for name, text, _ in CASES:
            os.makedirs(os.path.join(src, os.path.dirname(name)), exist_ok=True)
            with open(os.path.join(src, name), 'w', encoding='utf-8') as file:
                file.write('/* %s */\n%s' % (LICENCE, text))
        with open(os.path.join(src, 'store', 'sg-unsigned.c'), 'w', encoding='utf-8') as file:
            file.write('#include <glib.h>\n')
        found, _ = check_tree(src)
    wanted = [(name, words) for name, _, words in CASES if words]
    wanted.append(('store/sg-unsigned.c', 'licence line'))
    wrong = []
    for name, words in wanted:
        if not any(words in fault and fault.split('/')[0] == name.split('/')[0] for fault in found):
            wrong.append('not found: %s in %s' % (words, name))
    if len(found) != len(wanted):
        wrong += ['found: ' + fault for fault in found]
    return wrong


def report(number, name, faults):
    print('%s %d %s' % ('not ok' if faults else 'ok', number, name))
    for fault in faults:
        print('# ' + fault)


def main():
    src = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), '..', 'src')
    print('1..3')
    own_faults = check_the_check()
    report(1, 'the check finds what it is for, in a tree made up for it', own_faults)
    faults, count = check_tree(src)
    report(2, 'no folder includes what is above it', faults)
    report(3, 'there is something to check', [] if count > 10 else ['only %d files' % count])
    return 1 if faults or own_faults or count <= 10 else 0


if __name__ == '__main__':
    sys.exit(main())
