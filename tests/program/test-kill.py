#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the terminal program (SIGKILL) at random moments of a turn that streams, again and again in one
library, and looks at what is left each time:

  - every turn that was there is still there, word for word, and so is one that was said to be finished;
  - what was told up to a second before is in the draft, and the draft is what was told;
  - the library passes its own check.

    test-kill.py STORYGLASS-CLI [TIMES] [SEED]
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402
from model_server import ModelServer, numbered_words  # noqa: E402

RATE = 100      # words a second
WORDS = 160     # so that a turn takes a bit more than a second and a half
MAY_BE_LOST = 1.0

CLI = sys.argv[1]
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 8
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)


def cli(library, *args):
    return subprocess.run([CLI, '--library', library, *args], stdin=subprocess.DEVNULL, check=True,
                          capture_output=True, text=True).stdout


class Play:
    """One turn being played, and the moment at which each piece of it came out."""

    def __init__(self, library, story, url):
        self.heard = []         # (time, text)
        self.finished = False
        self.process = subprocess.Popen(
            [CLI, '--library', library, 'play', story, '--do', 'go on', '--json', '--server', url,
             '--model', 'test-model'],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if not line.endswith(b'\n'):
                break           # cut in the middle by the kill
            event = json.loads(line)
            if event['event'] == 'delta':
                self.heard.append((time.monotonic(), event['text']))
            elif event['event'] == 'turn-finished':
                self.finished = True

    def kill(self):
        """Kills it, and gives the words that had come out a while before."""
        moment = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        return ''.join(text for when, text in self.heard if when <= moment - MAY_BE_LOST)


def look(library):
    """The turns and the draft as they are in the file."""
    database = sqlite3.connect('file:%s?mode=ro' % library, uri=True)
    try:
        turns = dict(database.execute('SELECT turn, text FROM telling'))
        draft = database.execute('SELECT text FROM draft').fetchone()
        return turns, draft[0] if draft else None
    finally:
        database.close()


def check_what_is_left(library, before, play, must_be_there):
    cli(library, 'check')
    turns_before, draft_before = before
    after, draft = look(library)
    for turn, text in turns_before.items():
        assert after.get(turn) == text, 'turn %d is not as it was' % turn
    new = [text for turn, text in after.items() if turn not in turns_before]

    # Whoever plays on keeps what was half told before.
    if draft_before and new:
        assert new.pop(0) == draft_before, 'what was half told before is not as it was'
    elif draft_before:
        assert not must_be_there and draft == draft_before, 'what was half told before is lost'
        return after, draft
    assert len(new) <= 1, 'one turn was played and %d came of it' % len(new)
    whole = ' '.join(numbered_words(WORDS))
    if new:
        assert new[0] == whole, 'the turn that was committed is not the one that was told'
        return after, draft
    assert not play.finished, 'the turn was said to be finished and is not there'
    if must_be_there:
        assert draft is not None, 'there is no draft of %d letters' % len(must_be_there)
        assert whole.startswith(draft), 'the draft is not what was told: …%r' % draft[-40:]
        assert draft.startswith(must_be_there), (
            'more than a second is lost: %d letters of %d' % (len(draft), len(must_be_there)))
    return after, draft


def test_nothing_is_lost_when_it_is_killed(folder):
    dice = random.Random(SEED)
    library = os.path.join(folder, 'library.db')
    story = cli(library, 'new', 'cellar').strip()
    drafts = commits = 0
    with ModelServer(rate=RATE, tokens=WORDS) as server:
        before = look(library)
        for i in range(TIMES):
            play = Play(library, story, server.url)
            delay = dice.uniform(0, WORDS / RATE * 1.2)
            time.sleep(delay)
            must_be_there = play.kill()
            try:
                after = check_what_is_left(library, before, play, must_be_there)
            except Exception:
                print('# kill %d of %d, after %.3f s, seed %d' % (i + 1, TIMES, delay, SEED))
                raise
            commits += len(after[0]) - len(before[0])
            drafts += bool(must_be_there)
            before = after
    print('# killed %d times (seed %d): %d turns were committed by then, %d drafts had words that '
          'had to be there' % (TIMES, SEED, commits, drafts))


if __name__ == '__main__':
    sys.exit(tap.main([test_nothing_is_lost_when_it_is_killed]))
