# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of Storyglass as a player meets it, for the tests that drive it from outside."""

import os
import sys

import tap
from desktop import Program

STORYGLASS = sys.argv[1] if len(sys.argv) > 1 else 'storyglass'
SCENARIO = 'The Cellar'

# Nobody reads along here: the storyteller need not wait.
SETTINGS = '[io/github/storyglass/Storyglass]\nreading-pace=0\n'


class Storyglass(Program):
    """The program, with a library and settings in a folder of the test's own."""

    def __init__(self, folder, scenarios=None):
        self.page = None
        settings = os.path.join(folder, 'config', 'glib-2.0', 'settings')
        if not os.path.exists(settings):
            os.makedirs(settings)
            with open(os.path.join(settings, 'keyfile'), 'w', encoding='utf-8') as file:
                file.write(SETTINGS)
        super().__init__([STORYGLASS, '--library', os.path.join(folder, 'library.db')], {
            'XDG_CONFIG_HOME': os.path.join(folder, 'config'),
            'XDG_DATA_HOME': os.path.join(folder, 'data'),
            'GSETTINGS_BACKEND': 'keyfile',
            'SG_SCENARIO_PATH': scenarios or os.environ.get('SG_SCENARIO_PATH', ''),
        })

    def __enter__(self):
        super().__enter__()
        self.focus()
        return self

    def transcript(self):
        """What stands on the story page, as one text."""
        if self.page is None or not self.page.is_on_screen():
            self.page = self.find(role='text', name='Story')
        return self.page.text if self.page else ''

    def new_story(self, scenario=SCENARIO):
        self.click(role='list item', name=scenario)
        opening = tap.wait_until(self.transcript, 'the opening of the story')
        self.wait(role='text', name='Your Words')
        return opening

    def open_story(self):
        """Opens the story that the library lists."""
        stories = self.wait(role='list', name='Stories')
        row = tap.wait_until(lambda: stories.find(role='list item'), 'a story in the list')
        assert row.find(role='label', name=SCENARIO), 'its title'
        def click():
            """A page or a question that is still fading away takes a click for itself."""
            self.click_with_mouse(row)
            try:
                return tap.wait_until(self.transcript, 'the story', timeout=3)
            except AssertionError:
                return None
        return tap.wait_until(click, 'the story')

    def enter(self, words):
        self.click_with_mouse(self.wait(role='text', name='Your Words'))
        self.type(words)
        self.press('Return')

    def turns_told(self):
        """How many turns have their time under them."""
        return len(self.page.find_all(role='push button', containing='Turn took'))

    def tell(self, words):
        """Plays a turn, and gives what it added to the page."""
        before, count = self.transcript(), self.turns_told()
        self.enter(words)
        tap.wait_until(lambda: self.turns_told() > count, 'the end of the turn')
        after = self.transcript()
        assert after.startswith(before), 'what was told before has changed'
        return after[len(before):]

    def connect(self, server, look=None):
        """Enters a server in the preferences and tries it; calls what looks at the page then."""
        self.press('ctrl+comma')
        # A window of its own, or with newer libadwaita a dialog inside the main one.
        if self.wait(name='Preferences').role == 'frame':
            self.focus('Preferences')
        self.click(role='check box', containing='Model server')
        address = self.wait(role='text', name='Address')
        self.click_with_mouse(address)
        self.press('ctrl+a')
        self.type(server.url)
        self.press('Return')
        self.click(role='push button', containing='Test')
        self.wait(containing='test-model')
        if look:
            look()
        self.press('Escape')
        self.wait_gone(name='Preferences')
        self.focus()
