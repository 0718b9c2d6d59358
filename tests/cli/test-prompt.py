#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prompt of the terminal program: on a terminal, as a player has it, and with lines from a pipe."""

import json
import os
import pty
import re
import select
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'program'))

import tap  # noqa: E402
from model_server import ModelServer, Reply  # noqa: E402
from terminal import Cli, PROGRAM, telling  # noqa: E402


class Terminal:
    """The program on a terminal of its own, which it controls: Ctrl+C comes as a signal."""

    def __init__(self, cli, *args, named=True):
        self.text = ''      # what has come out since the last line was typed
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            library = ['--library', cli.library] if named else []
            os.execve(PROGRAM, [PROGRAM, *library, *args], dict(cli.env, TERM='xterm'))

    def read(self, seconds):
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        try:
            data = os.read(self.terminal, 65536) if ready else b''
        except OSError:     # Linux says so when the program has gone
            return False
        self.text += data.decode(errors='replace').replace('\r\n', '\n')
        return True

    def wait(self, pattern):
        def found():
            self.read(0.02)
            return re.search(pattern, self.text)
        return tap.wait_until(found, '%r in %r' % (pattern, self.text))

    def wait_for_prompt(self):
        """What came out until the program asked for the next line."""
        self.wait(r'(^|\n)> $')
        return self.text

    def type(self, line):
        self.text = ''
        os.write(self.terminal, line.encode() + b'\n')

    def play(self, line):
        self.type(line)
        return self.wait_for_prompt()

    def interrupt(self):
        os.write(self.terminal, b'\x03')

    def end(self):
        os.write(self.terminal, b'\x04')
        while self.read(1):
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def inputs(cli, story):
    return [t['input'] for t in cli.json('turns', story)[1:]]


def offering(text, *choices):
    return Reply(text=text, tool_calls=[('offer_choices', {'choices': list(choices)})])


def test_a_number_takes_a_choice_of_the_opening(folder):
    cli = Cli(folder)
    story = cli.new()
    terminal = Terminal(cli, 'play', story, '--pace', '0')
    opening = terminal.wait_for_prompt()
    assert '  1. Ask Mira about the flood\n  2. Take the lamp\n' in opening, opening
    terminal.play('2')
    # A number that no choice has is told as it is.
    terminal.play('99')
    assert terminal.end() == 0
    assert inputs(cli, story) == ['Take the lamp', '99']


def test_the_choices_follow_the_head(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies += [offering('First.', 'Sit', 'Sing'), offering('Second.', 'Run', 'Rest'),
                           Reply(text='Third.'), offering('Fourth.', 'Knock', 'Ring')]
        terminal = Terminal(cli, 'play', story, *telling(server))
        terminal.wait_for_prompt()
        assert '  2. Sing' in terminal.play('1')
        assert '  2. Rest' in terminal.play('2')
        # An undo goes back to the choices that were there.
        undone = terminal.play('/undo')
        assert 'First.' in undone and '  1. Sit' in undone and 'Run' not in undone, undone
        redone = terminal.play('/redo')
        assert 'Second.' in redone and '  1. Run' in redone, redone
        terminal.play('/undo')
        terminal.play('1')
        assert inputs(cli, story) == ['Ask Mira about the flood', 'Sit']
        # A retry has choices of its own.
        assert '  1. Knock' in terminal.play('/retry')
        server.replies.append(Reply(text='Fifth.'))
        terminal.play('2')
        assert terminal.end() == 0
    assert inputs(cli, story) == ['Ask Mira about the flood', 'Sit', 'Ring']
    assert [t['text'] for t in cli.json('turns', story)][1:] == ['First.', 'Fourth.', 'Fifth.']


def test_the_choices_of_an_earlier_evening(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies += [offering('First.', 'Sit', 'Sing'), Reply(text='Second.')]
        cli.out('play', story, '--do', 'look', *telling(server))
        told = cli.out('play', story, *telling(server), stdin='2\n')
    assert told.startswith('First.\n\n  1. Sit\n  2. Sing\n'), told
    assert inputs(cli, story) == ['look', 'Sing']


def test_ctrl_c_stops_the_turn_and_keeps_the_words(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies += [Reply(tokens=4000, rate=50), Reply(text='w9999 and so on.')]
        terminal = Terminal(cli, 'play', story, *telling(server))
        terminal.wait_for_prompt()
        terminal.type('look')
        terminal.wait('w0003')
        terminal.interrupt()
        stopped = terminal.wait_for_prompt()
        assert 'The words so far are kept' in stopped, stopped
        kept = terminal.play('/keep')
        assert 'w0000 w0001 w0002 w0003' in kept, kept
        assert [t['text'].startswith('w0000 w0001') for t in cli.json('turns', story)] == [False, True]
        terminal.play('go on')
        # Where no turn runs, it ends the program.
        terminal.interrupt()
        assert terminal.end() == 0
    assert inputs(cli, story) == ['look', 'go on']


def test_no_number_takes_a_choice_from_before_a_half_told_turn(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies += [Reply(behaviour='cut'), Reply(text='So it is.')]
        cli.run('play', story, '--do', 'look', *telling(server), status=1)
        told = cli.out('play', story, *telling(server), stdin='1\n')
    assert 'Ask Mira about the flood' not in told and '/continue' in told, told
    assert inputs(cli, story) == ['look', '1']


def test_nothing_but_objects(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies += [Reply(text='First.'), Reply(behaviour='cut'), Reply(text='Third.')]
        played = cli.run('play', story, '--json', *telling(server),
                         stdin='look\n/what\n/undo\n/redo\n')
        events = [json.loads(line) for line in played.stdout.splitlines()]
        assert events[0]['event'] == 'submitted' and events[-1]['event'] == 'turn-finished', events
        assert '/undo' in played.stderr, played
        cut = cli.run('play', story, '--json', *telling(server), stdin='look\n', status=1)
        kept = cli.run('play', story, '--json', *telling(server), stdin='/keep\nlook\n')
    events = [json.loads(line) for line in (cut.stdout + kept.stdout).splitlines()]
    assert {'error', 'turn-finished'} <= {e['event'] for e in events}, events
    terminal = Terminal(cli, 'play', story, '--json', '--pace', '0')
    terminal.wait_for_prompt()
    assert 'turn-finished' in terminal.play('look')
    assert terminal.end() == 0


def test_bytes_that_are_no_text(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        cli.out('play', story, *telling(server), stdin=b'look\nopen the d\xffoor\nsing\0 a song\nwait')
    assert inputs(cli, story) == ['look', 'open the d\ufffdoor', 'sing\ufffd a song', 'wait']


def test_no_stories_yet(folder):
    """A player is told how to begin; a script gets what there is, which is nothing."""
    cli = Cli(folder)
    assert cli.run_plain('stories').stderr == ''
    terminal = Terminal(cli, 'stories', named=False)
    terminal.wait('storyglass-cli new SCENARIO')
    assert terminal.end() == 0


if __name__ == '__main__':
    sys.exit(tap.main([f for name, f in list(globals().items()) if name.startswith('test_')],
                      sys.argv[1:]))
