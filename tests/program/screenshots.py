#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the pictures of the window that the README and the metainfo show.  A model server of the tests' own
plays the model, at the speed of a small one at home; all else is the program as it is installed.

    tests/session.py --a11y --size 1360x850 tests/program/screenshots.py PREFIX FOLDER

Needs ImageMagick.
"""

import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desktop import Program  # noqa: E402
from model_server import ModelServer, Reply  # noqa: E402
from tap import wait_until  # noqa: E402

SCENARIO = 'The Temple of Whispers'

SETTINGS = '''[io/github/storyglass/Storyglass]
narrator='server'
server-url='%s'
server-model='llama-3.2-3b'
window-width=1360
window-height=850
performance-visible=true
'''

TURNS = [
    ('climb the Hundred Steps', Reply(
        'You climb. There are a hundred and eight of them; the name was fixed before anyone counted, and after '
        'that it was too late. On your left the gutter runs clear, on your right it runs brown.\n\n'
        'At the sixtieth step a woman with a basket makes room beside her. "For the lanterns?" she says. "You '
        'want to be in before the drum. Afterwards they only let in the dead."',
        rate=41, wait=1.2, cached=0.1, tool_calls=[
            ('update_state', {'entity': 'player', 'set': {'place': 'gatehouse'}}),
            ('update_state', {'entity': 'ilo', 'set': {'place': 'gatehouse'}})])),
    ('ask the boy with the broom who reads the slips', Reply(
        'The boy stops sweeping, which takes him no time at all.\n\n'
        '"Sister Ansa," says Ilo. "She does the room of drawers. Sixty drawers, and a slip for each." He looks '
        'at the tin in your hand, and then over his shoulder. "Only don\'t tell her a number over sixty. The last '
        'one who did that is still talking to the Steward."',
        rate=39, wait=0.5, cached=0.86, tool_calls=[
            ('add_memory', {'text': 'Ilo warned of naming a number over sixty.', 'importance': 6})])),
    ('show him slip sixty-one', Reply(
        'You prise up the lid. He reads it upside down, with his lips, twice.\n\n'
        '"It\'s her hand," he says. "It\'s *Ansa\'s*. The ink\'s gone brown, but look at the tail on the *one*." '
        'Behind him, in the court, somebody has begun to light the lanterns, from the far end, one by one; and '
        'a dry man in a black raincoat has stopped to watch the two of you, and is writing something down.\n\n'
        'Ilo picks up his broom again and sweeps, very thoroughly, the same clean stone. "Round by the '
        'kitchen," he tells it. "And don\'t run."',
        rate=38, wait=0.2, cached=0.98, tool_calls=[
            ('update_state', {'entity': 'vash', 'set': {'suspects': True}}),
            ('add_memory', {'text': 'Sister Ansa wrote slip sixty-one.', 'importance': 9}),
            ('offer_choices', {'choices': ['Walk to the kitchen', 'Hide the tin and greet the Steward',
                                           'Ask Ilo what Ansa did']})])),
]


# Before the last of them, the model has the dice thrown.
ROLL = Reply('', wait=0.6, cached=0.91, tool_calls=[
    ('roll_dice', {'dice': '2d6+1', 'reason': 'Does the Steward see the slip?'})])


class Player(ModelServer):
    """Answers to the words of the player, and has nothing to say to any other question."""

    def take_reply(self, body, headers):
        super().take_reply(body, headers)
        asked = [message for message in body['messages'] if message['role'] == 'user'][-1]['content']
        rolled = body['messages'][-1]['role'] == 'tool'
        if 'tools' in body:
            for words, reply in TURNS:
                if words in asked:
                    return reply if rolled or reply is not TURNS[-1][1] else ROLL
        return Reply('Nothing.')


def play(program):
    program.click(role='list item', name=SCENARIO)
    for words, reply in TURNS:
        entry = program.wait(role='text', name='Your Words')
        program.click_with_mouse(entry)
        program.type(words)
        program.press('Return')
        page = program.find(role='text', name='Story')
        wait_until(lambda: reply.words[-1] in page.text, 'the end of the turn', 60)
        time.sleep(1)


def take(program_path, share, scheme, path):
    with Player(model='llama-3.2-3b') as server, tempfile.TemporaryDirectory() as folder:
        settings = os.path.join(folder, 'glib-2.0', 'settings')
        os.makedirs(settings)
        with open(os.path.join(settings, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write(SETTINGS % server.url)
        with Program([program_path, '--library', os.path.join(folder, 'library.db')], {
                'XDG_CONFIG_HOME': folder, 'GSETTINGS_BACKEND': 'keyfile',
                'GSETTINGS_SCHEMA_DIR': os.path.join(share, 'glib-2.0', 'schemas'),
                'XDG_DATA_DIRS': share + ':/usr/local/share:/usr/share',
                'ADW_DEBUG_COLOR_SCHEME': scheme}) as program:
            program.focus()
            play(program)
            number = program.screen_window(program.find(role='frame'))[0]
            subprocess.run(['import', '-window', number, path], check=True)
            subprocess.run(['mogrify', '-strip', '-define', 'png:compression-level=9', path], check=True)


def main():
    prefix, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    for scheme in ('prefer-light', 'prefer-dark'):
        take(os.path.join(prefix, 'bin', 'storyglass'), os.path.join(prefix, 'share'), scheme,
             os.path.join(folder, 'story-%s.png' % scheme.split('-')[1]))


if __name__ == '__main__':
    main()
