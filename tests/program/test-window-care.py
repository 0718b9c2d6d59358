#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a player's words and secrets have to come through, with the whole program: a model server, stopping, waiting,
leaving, crashes, a damaged library, the keyring.  Run by Meson inside tests/session.py --a11y --keyring.

    test-window-care.py STORYGLASS [WORD…]       only the tests with one of these words in their name
"""

import glob
import os
import re
import signal
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402
from model_server import ModelServer, Reply, numbered_words  # noqa: E402
from storyglass_window import SCENARIO, Storyglass  # noqa: E402


def play_once(folder):
    """A new story with one turn, and the program ended; gives what stood on the page."""
    with Storyglass(folder) as program:
        program.new_story()
        program.tell('look around')
        told = program.transcript()
        assert program.close() == 0
    return told


def test_a_story_is_there_after_a_restart(folder):
    before = play_once(folder)
    with Storyglass(folder) as program:
        assert program.open_story() == before
        program.tell('wait')


def test_a_model_server_is_connected_and_plays(folder):
    text = 'The <b>door</b> opens & a voice says: come in.'
    with ModelServer() as server, Storyglass(folder) as program:
        program.connect(server)
        program.new_story()
        server.replies.append(Reply(text=text, rate=40))
        assert text in program.tell('knock on the door')
        sent = server.requests[-1]['messages']
        assert 'knock on the door' in sent[-1]['content']
        # Below the turn and in the pane stands the same figure.
        rate = re.search(r'\d+ tok/s', program.page.find(role='push button', containing='Turn took').name)
        program.press('F12')
        program.wait(role='label', name=rate.group())


def test_a_turn_is_stopped_and_kept(folder):
    words = numbered_words(400)
    with ModelServer() as server, Storyglass(folder) as program:
        program.connect(server)
        program.new_story()
        server.default = Reply(text=' '.join(words), rate=40)
        program.enter('go on')
        tap.wait_until(lambda: words[10] in program.transcript(), 'the first words')
        program.press('Escape')
        program.click(role='push button', containing='Keep as Told')
        program.wait_gone(role='push button', containing='Keep as Told')
        assert words[10] in program.transcript()
        assert words[-1] not in program.transcript()
        # It is a turn now: undo takes it away as one, and redo brings it back.
        program.press('ctrl+z')
        tap.wait_until(lambda: words[10] not in program.transcript(), 'the page without the turn')
        program.press('ctrl+shift+z')
        tap.wait_until(lambda: words[10] in program.transcript(), 'the turn')


class Notifications:
    """What the desktop is asked to show."""

    def __enter__(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'notification_daemon.py')
        self.process = subprocess.Popen(['/usr/bin/python3', script], stdout=subprocess.PIPE, text=True)
        self.lines = []
        assert self.process.stdout.readline() == 'ready\n'
        threading.Thread(target=self.read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())


def test_a_turn_that_nobody_watches_notifies(folder):
    with ModelServer(rate=40, tokens=80) as server, Notifications() as notifications:
        with Storyglass(folder) as program:
            program.connect(server)
            program.new_story()
            program.tell('go on')
            assert notifications.lines == [], 'the player was looking'
            program.enter('go further')
            tap.wait_until(lambda: program.find(role='push button', name='Stop'), 'the turn')
            program.look_away()
            tap.wait_until(lambda: notifications.lines, 'a notification')
            assert notifications.lines == ['show %s: It is your turn.' % SCENARIO], notifications.lines
            program.focus()
            tap.wait_until(lambda: notifications.lines[-1] == 'close', 'it to go')


def test_a_half_told_turn_survives_a_crash(folder):
    words = numbered_words(400)
    with ModelServer() as server:
        with Storyglass(folder) as program:
            program.connect(server)
            program.new_story()
            server.default = Reply(text=' '.join(words), rate=40)
            program.enter('go on')
            # Forty words are a second: by then the first of them are in the journal.
            tap.wait_until(lambda: words[50] in program.transcript(), 'some words')
            program.process.send_signal(signal.SIGKILL)
            program.process.wait()
        with Storyglass(folder) as program:
            assert words[5] in program.open_story()
            program.wait(role='label', name='Half Told')
            program.click(role='push button', containing='Discard')
            tap.wait_until(lambda: words[5] not in program.transcript(), 'the page without the draft')


def test_words_wait_for_the_running_turn(folder):
    with ModelServer(rate=40, tokens=120) as server, Storyglass(folder) as program:
        program.connect(server)
        program.new_story()
        program.enter('first')
        tap.wait_until(lambda: 'w0001' in program.transcript(), 'the first words')
        program.enter('second')
        program.wait(containing='second')
        tap.wait_until(lambda: program.turns_told() == 2, 'both turns')
        asked = [request['messages'][-1]['content'] for request in server.requests]
        assert any('second' in text for text in asked), asked


def test_waiting_words_survive_the_end(folder):
    with ModelServer(rate=40, tokens=20000) as server:
        with Storyglass(folder) as program:
            program.connect(server)
            program.new_story()
            program.enter('first')
            tap.wait_until(lambda: 'w0001' in program.transcript(), 'the first words')
            program.enter('second')
            program.wait(containing='second')
            program.type('and half of a sen')
            assert program.close() == 0
        with Storyglass(folder) as program:
            program.open_story()
            program.wait(role='label', containing='second')
            program.wait(role='text', name='Your Words', containing='and half of a sen')


def holds(folder, secret):
    """Whether any file below a folder holds some text."""
    return [path for path in glob.glob(os.path.join(folder, '**'), recursive=True)
            if os.path.isfile(path) and secret.encode() in open(path, 'rb').read()]


def test_the_key_is_kept_in_the_keyring_alone(folder):
    secret = 'sk-of-the-cellar-4711'
    with ModelServer() as server:
        with Storyglass(folder) as program:
            def enter_key():
                program.click_with_mouse(program.wait(role='text', name='Key (if the server asks for one)'))
                program.type(secret)
                program.press('Return')
                program.wait(role='text', name='Key (kept in the keyring)')
            program.connect(server, enter_key)
            program.new_story()
            program.tell('knock on the door')
            assert program.close() == 0
        with Storyglass(folder) as program:
            program.open_story()
            program.tell('go on')
            assert program.close() == 0
        keys = [headers.get('Authorization') for headers in server.headers[-2:]]
        assert keys == ['Bearer ' + secret] * 2, keys
    stored = subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path',
                             '/org/freedesktop/secrets/collection/login', '--method',
                             'org.freedesktop.Secret.Collection.SearchItems', '{}'],
                            capture_output=True, text=True, check=True).stdout
    assert '/org/freedesktop/secrets/collection/login/' in stored, stored
    assert holds(folder, secret) == [], holds(folder, secret)


def test_a_damaged_library_gives_way_to_its_backup(folder):
    told = play_once(folder)
    # The next start makes the backup of the day.
    with Storyglass(folder) as program:
        assert program.open_story() == told
        assert program.close() == 0
    with open(os.path.join(folder, 'library.db'), 'r+b') as file:
        file.write(b'no library at all')
    with Storyglass(folder) as program:
        program.click(role='push button', containing='Restore the backup of')
        # Some versions read the mnemonic out.
        tap.wait_until(lambda: any(button.do('click') for button in program.find_all(role='push button')
                                   if button.name.endswith('Restore')), 'the question')
        program.focus('Storyglass')
        assert program.open_story() == told
        program.tell('wait')
        assert program.close() == 0
    assert holds(folder, 'no library at all'), 'the library as it was is gone'


if __name__ == '__main__':
    sys.exit(tap.main([
        test_a_story_is_there_after_a_restart,
        test_a_model_server_is_connected_and_plays,
        test_a_turn_is_stopped_and_kept,
        test_a_turn_that_nobody_watches_notifies,
        test_a_half_told_turn_survives_a_crash,
        test_words_wait_for_the_running_turn,
        test_waiting_words_survive_the_end,
        test_the_key_is_kept_in_the_keyring_alone,
        test_a_damaged_library_gives_way_to_its_backup,
    ], sys.argv[2:]))
