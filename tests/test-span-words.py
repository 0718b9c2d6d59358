#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the engine writes on a span has words in the performance pane, and so has each stage.

    test-span-words.py ROOT          reports in TAP
"""

import os
import re
import sys

SET = re.compile(r'sg_trace_set_(?:string|int|double|boolean) \(([^;]*?);', re.DOTALL)
ATTRIBUTE = re.compile(r'#define SG_ATTRIBUTE_\w+\s+"([^"]+)"')
STAGE = re.compile(r'(?:begin_stage \(|SG_SPAN_STAGE,)[^;]*?"([^"]+)"', re.DOTALL)
WORD = re.compile(r'\{ "([^"]+)",\s+N_\(')


def sources(root):
    for folder, _, files in os.walk(os.path.join(root, 'src')):
        for name in files:
            if name.endswith(('.c', '.h')):
                with open(os.path.join(folder, name), encoding='utf-8') as file:
                    yield file.read()


def attributes(text):
    yield from ATTRIBUTE.findall(text)
    for arguments in SET.findall(text):
        literal = re.search(r'"([^"]+)"', arguments.split(',', 2)[2] if arguments.count(',') > 1 else '')
        if literal:
            yield literal.group(1)


def table(text, name):
    return set(WORD.findall(text[text.index('Word %s[]' % name):].split('};')[0]))


def main():
    root = sys.argv[1]
    with open(os.path.join(root, 'src', 'app', 'performance', 'sg-span-text.c'), encoding='utf-8') as file:
        words = file.read()
    texts = list(sources(root))
    stages = {name for text in texts for name in STAGE.findall(text)}
    keys = {key for text in texts for key in attributes(text)}
    faults = sorted(stages - table(words, 'stages')) + sorted(keys - table(words, 'attributes'))
    known = len(stages) > 5 and len(keys) > 20
    print('1..1')
    print('%s 1 spans in words' % ('ok' if known and not faults else 'not ok'))
    for fault in faults:
        print('# sg-span-text.c has no words for “%s”' % fault)
    return 0 if known and not faults else 1


if __name__ == '__main__':
    sys.exit(main())
