#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole program as a player meets it: the window is read through the accessibility tree and driven
with keyboard and mouse.  Run by Meson inside tests/session.py --a11y.

    test-window.py STORYGLASS [WORD…]       only the tests with one of these words in their name
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402
from model_server import ModelServer, Reply  # noqa: E402
from storyglass_window import SCENARIO, Storyglass  # noqa: E402

# Those that are installed.
SCENARIOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'data', 'scenarios')


def test_an_empty_library_invites(folder):
    with Storyglass(folder) as program:
        program.wait(role='label', name='Begin a Story')
        program.wait(role='list item', name=SCENARIO)
        program.click(role='push button', name='Connect a Language Model…')
        program.wait(name='Preferences')
        program.press('Escape')
        program.wait_gone(name='Preferences')
        program.focus()
        assert program.close() == 0


def test_a_story_is_played_offline(folder):
    with Storyglass(folder) as program:
        opening = program.new_story()
        assert len(opening) > 80, opening
        told = program.tell('look around')
        assert len(told.strip()) > 40, told
        choices = program.wait(role='panel', name='Choices').find_all(role='push button')
        assert choices, 'no choice is offered'
        words, count = choices[0].name, program.turns_told()
        choices[0].do('click')
        tap.wait_until(lambda: program.turns_told() > count, 'the turn of the choice')
        assert words in program.transcript()[len(opening + told):]


def test_a_fortune_is_asked_afresh(folder):
    with Storyglass(folder, SCENARIOS) as program:
        program.new_story('The Temple of Whispers')
        for words in ('go up', 'go up', 'go north', 'go to the hall', 'draw a slip',
                      'ask Ansa what my slip means for love'):
            program.tell(words)
        assert program.find(role='push button', name='Ask Afresh') is None
        program.tell('ask Ansa what my slip means for love')
        program.wait(role='label', name='This reading is from turn 6.')
        program.press('shift+Tab')
        while focused_name(program) != 'Ask Afresh':
            program.press('shift+Tab')
        before, count = program.transcript(), program.turns_told()
        program.press('space')
        tap.wait_until(lambda: program.turns_told() > count, 'the turn that asks afresh')
        told = program.transcript()[len(before):]
        assert 'Draw another slip' in told and 'Slip ' in told, told


def test_turns_are_undone_and_redone(folder):
    with Storyglass(folder) as program:
        program.new_story()
        program.tell('look around')
        first = program.transcript()
        program.tell('wait')
        second = program.transcript()
        program.press('ctrl+z')
        tap.wait_until(lambda: program.transcript() == first, 'the page without the last turn')
        program.press('ctrl+shift+z')
        tap.wait_until(lambda: program.transcript() == second, 'the page with it again')


def test_the_pane_shows_the_turn(folder):
    with Storyglass(folder) as program:
        program.new_story()
        program.tell('look around')
        assert program.find(name='Performance', role='panel') is None
        program.press('F12')
        pane = program.wait(name='Performance', role='panel')
        tap.wait_until(lambda: pane.find(containing='ms') or pane.find(containing=' s'), 'a figure')
        program.press('F12')
        program.wait_gone(name='Performance', role='panel')
        # The time under a turn leads to that turn.
        program.tell('wait')
        program.page.find_all(role='push button', containing='Turn took')[0].do('click')
        program.wait(role='label', name='Turn 1')
        program.click(role='push button', containing='Latest')
        program.wait(role='label', name='Turn 2')


def test_a_story_gets_another_title(folder):
    with Storyglass(folder) as program:
        program.new_story()
        program.press('alt+Left')
        stories = program.wait(role='list', name='Stories')
        tap.wait_until(lambda: stories.find(role='list item').has_state('focused'), 'the row')
        program.press('F2')
        tap.wait_until(lambda: focused_name(program) == 'Title', 'the title to be written')
        program.press('ctrl+a')
        program.type('Down <Below>')
        program.press('Return')
        program.wait(role='list item', name='Down <Below>')
        assert program.close() == 0
    with Storyglass(folder) as program:
        program.wait(role='list item', name='Down <Below>')


def test_the_keys_are_listed(folder):
    with Storyglass(folder) as program:
        program.wait(role='list item', name=SCENARIO)
        program.press('ctrl+question')
        keys = program.wait(role='list item', name='Page up')
        assert [label.name for label in keys.find_all(role='label')] == ['Page up', 'Alt', '+', 'Page Up']
        program.press('Escape')
        program.wait_gone(role='list item', name='Page up')


CONTROLS = ('push button', 'check box', 'text', 'entry', 'list item', 'menu item', 'spin button',
            'slider', 'combo box')


def find_nameless(program):
    nodes = program.find_all()
    controls = list(CONTROLS)
    # GTK 4.18 names no item of any menu, which no program can make up for.
    if not any(node.name for node in nodes if node.role == 'menu item'):
        controls.remove('menu item')
    return [(node.role, node.name, node.description) for node in nodes
            if node.role in controls and not node.has_name()]


def assert_named(program, where):
    """A control that has just come may get its name a moment later."""
    try:
        tap.wait_until(lambda: not find_nameless(program), 'names', timeout=5)
    except AssertionError:
        raise AssertionError('%s: %r' % (where, find_nameless(program))) from None


def wait_for_menu(program, name):
    """An item of the menu that is open: the one of that name, or any where GTK gives them no names."""
    def find_item():
        return next((item for item in program.find_all(role='menu item')
                     if item.name == name or (not item.name and item.has_state('showing'))), None)
    return tap.wait_until(find_item, 'the menu with ' + name)


def test_everything_has_a_name(folder):
    with ModelServer() as server, Storyglass(folder) as program:
        program.wait(role='list item', name=SCENARIO)
        assert_named(program, 'an empty library')
        program.press('ctrl+n')
        program.wait(role='push button', name='Open Scenario File…')
        assert_named(program, 'a new story')
        program.connect(server, lambda: assert_named(program, 'the preferences'))
        program.new_story()
        server.replies += [Reply(rate=40, reasoning='I think.'), Reply(rate=40)]
        program.tell('look around')
        program.press('F12', 'ctrl+r')
        program.wait(role='push button', name='Previous Version')
        assert_named(program, 'a story with its pane')

        server.default = Reply(tokens=2000, rate=40)
        program.enter('go on')
        program.wait(role='push button', name='Stop')
        program.enter('go further')
        program.wait(role='push button', name='Take back: go further')
        assert_named(program, 'a turn under way')
        program.press('Escape')
        program.wait(role='push button', name='Keep as Told')
        assert_named(program, 'a half-told turn')

        program.press('F10')
        wait_for_menu(program, 'Preferences')
        assert_named(program, 'the menu')
        program.press('Escape', 'alt+Left')
        program.wait(role='list', name='Stories').find(role='list item', name=SCENARIO)
        assert_named(program, 'the library')


def focused_name(program):
    return next((node.name for node in program.find_all() if node.has_state('focused')), None)


def tab_through(program, key):
    """Where the keyboard comes to until it is where it was."""
    names = [focused_name(program)]
    while len(names) < 60:
        program.press(key)
        name = tap.wait_until(lambda: focused_name(program) not in (None, names[-1]) and
                              focused_name(program), 'the keyboard to go on from %r' % names)
        if name == names[0]:
            break
        names.append(name)
    return names


def test_the_keyboard_reaches_everything(folder):
    with Storyglass(folder) as program:
        program.new_story()
        program.tell('look around')
        program.press('F12')
        program.wait(name='Performance', role='panel')
        for key in ('Tab', 'shift+Tab'):
            names = tab_through(program, key)
            for name in ('Library', 'Performance', 'Main Menu', 'Story', 'Your Words', 'Do', 'Say',
                         'Undo Turn', 'Tell Differently', 'Waterfall of the turn',
                         'Turns of this story'):
                assert name in names, (name, names)
            assert any(name.startswith('Turn took') for name in names), names
        # The row of a story has the keyboard, and not the menu in it.
        program.press('alt+Left')
        stories = program.wait(role='list', name='Stories')
        tap.wait_until(lambda: stories.find(role='list item').has_state('focused'), 'the row')
        program.press('shift+F10')
        wait_for_menu(program, 'Open')
        program.press('Escape')
        tap.wait_until(lambda: stories.find(role='list item').has_state('focused'), 'the row again')
        program.press('Return')
        tap.wait_until(program.transcript, 'the story')


def test_a_long_story_is_read_from_its_beginning(folder):
    with Storyglass(folder) as program:
        opening = program.new_story()
        program.click_with_mouse(program.wait(role='text', name='Your Words'))
        for _ in range(24):
            program.type('wait here')
            program.press('Return')
        tap.wait_until(lambda: program.turns_told() == 24, 'the turns')
        assert program.close() == 0
    # From where the words are written, and from the page itself.
    for key, place in (('alt+Home', 'Your Words'), ('ctrl+Home', 'Story')):
        with Storyglass(folder) as program:
            program.open_story()
            assert opening not in program.transcript()
            program.click_with_mouse(program.wait(role='text', name=place))
            program.press(key)
            tap.wait_until(lambda: program.transcript().startswith(opening), 'the beginning')


def test_the_story_is_copied_and_words_are_typed_from_there(folder):
    with Storyglass(folder) as program:
        opening = program.new_story()
        told = program.tell('look around')
        program.press('shift+Tab')
        while focused_name(program) != 'Story':
            program.press('shift+Tab')
        program.press('ctrl+a', 'ctrl+c')
        program.type('x')
        words = program.wait(role='text', name='Your Words')
        tap.wait_until(lambda: words.text == 'x', 'what was typed')
        program.press('ctrl+v')
        tap.wait_until(lambda: opening.strip() in words.text and told.strip() in words.text,
                       'what was copied')


if __name__ == '__main__':
    sys.exit(tap.main([
        test_an_empty_library_invites,
        test_a_story_is_played_offline,
        test_a_fortune_is_asked_afresh,
        test_turns_are_undone_and_redone,
        test_the_pane_shows_the_turn,
        test_a_story_gets_another_title,
        test_the_keys_are_listed,
        test_everything_has_a_name,
        test_the_keyboard_reaches_everything,
        test_a_long_story_is_read_from_its_beginning,
        test_the_story_is_copied_and_words_are_typed_from_there,
    ], sys.argv[2:]))
