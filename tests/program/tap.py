# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the test functions of a script, each in a fresh folder, and reports in TAP."""

import os
import shutil
import sys
import tempfile
import time
import traceback


# How much longer than usual all may take: for a program that is slowed down by what watches it.
PATIENCE = float(os.environ.get('SG_TEST_PATIENCE', '1'))


class Skip(Exception):
    """Raised by a test that cannot be run here; the text says why."""


def wait_until(condition, what, timeout=20):
    """Waits for a condition to give something true, and returns that; fails when it never does.

    The limit is generous: it is there to end a test that has gone wrong, not to measure."""
    timeout *= PATIENCE
    deadline = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError('waited %d s for: %s' % (timeout, what))
        time.sleep(0.02)


def run_one(number, function):
    name = function.__name__.replace('test_', '').replace('_', ' ')
    folder = tempfile.mkdtemp(prefix='storyglass-test-')
    try:
        function(folder)
        print('ok %d %s' % (number, name), flush=True)
        return True
    except Skip as skip:
        print('ok %d %s # SKIP %s' % (number, name, skip), flush=True)
        return True
    except Exception:
        print('not ok %d %s' % (number, name))
        for line in traceback.format_exc().splitlines():
            print('# ' + line)
        sys.stdout.flush()
        return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(functions, wanted=()):
    """Runs those functions; where words are given, only those whose name has one of them."""
    chosen = [f for f in functions if not wanted or any(word in f.__name__ for word in wanted)]
    print('1..%d' % len(chosen), flush=True)
    results = [run_one(i + 1, function) for i, function in enumerate(chosen)]
    return 0 if all(results) else 1
