# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a program from outside, as a screen reader and a keyboard would: what is on screen is read
through the accessibility tree, and keys are pressed on the X server.  Needs tests/session.py --a11y.
"""

import os
import re
import subprocess
import sys
import tempfile
import warnings

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from tap import wait_until  # noqa: E402

# The bindings call their own functions by names that they have deprecated.
warnings.simplefilter('ignore', DeprecationWarning)

DEPTH = 60

# A warning or worse of the program or of what draws it.  The buses of the test's session come and go with
# the test, and what is said of them is no matter of the program.
COMPLAINT = re.compile(r'\b(storyglass|Gtk|Gdk|Gsk|Adwaita|Pango|GLib|GLib-GObject|GLib-GIO)-'
                       r'(WARNING|CRITICAL|ERROR)\b')

# What newer versions of the accessibility tree call things, and the name that they have here.
ROLES = {
    'button': 'push button',
    'toggle button': 'push button',
    'radio button': 'check box',
    'grouping': 'panel',
}


def read_all(accessible):
    """The whole of a text.  Newer versions leave the widgets in it out when they count the characters, and
    count them when they are told where to end."""
    count = Atspi.Text.get_character_count(accessible)
    text = Atspi.Text.get_text(accessible, 0, count)
    for end in range(count + 1, 2 * count + 1):
        if len(text) >= count:
            break
        text = Atspi.Text.get_text(accessible, 0, end)
    return text


class Node:
    """One accessible object.  It may vanish at any moment: then it has no name, text or children."""

    def __init__(self, accessible, frame=None):
        self.accessible = accessible
        self.frame = frame if frame is not None or self.role != 'frame' else self

    def ask(self, question, otherwise):
        try:
            return question(self.accessible)
        except GLib.Error:
            return otherwise

    @property
    def role(self):
        role = self.ask(lambda a: a.get_role_name(), '')
        return ROLES.get(role, role)

    @property
    def name(self):
        return self.ask(lambda a: a.get_name() or '', '')

    @property
    def description(self):
        return self.ask(lambda a: a.get_description() or '', '')

    @property
    def text(self):
        """The text of an editable or readable text; of anything else its name."""
        def question(accessible):
            if 'Text' in accessible.get_interfaces():
                return read_all(accessible)
            return accessible.get_name() or ''
        return self.ask(question, '')

    @property
    def children(self):
        def question(accessible):
            found = [accessible.get_child_at_index(i) for i in range(accessible.get_child_count())]
            return [Node(child, self.frame) for child in found if child is not None]
        return self.ask(question, [])

    def has_state(self, nick):
        return self.ask(lambda a: nick in [s.value_nick for s in a.get_state_set().get_states()],
                        False)

    def is_on_screen(self):
        """Whether it takes up room: pages of a stack that do not show are in the tree as well."""
        if not self.ask(lambda a: 'Component' in a.get_interfaces(), False):
            return True         # no widget of its own, such as a page of a stack
        if self.role == 'frame':
            return True
        _, _, width, height = self.extents()
        return self.has_state('visible') and width > 0 and height > 0

    def actions(self):
        def question(accessible):
            if 'Action' not in accessible.get_interfaces():
                return []
            return [Atspi.Action.get_action_name(accessible, i)
                    for i in range(Atspi.Action.get_n_actions(accessible))]
        return self.ask(question, [])

    def do(self, action='click'):
        """Does one of the actions that the object offers; True when it did."""
        names = self.actions()
        if action not in names:
            return False
        return self.ask(lambda a: Atspi.Action.do_action(a, names.index(action)), False)

    def has_name(self):
        """Whether it can be called by a name: one that was given to it, or that its text gives it; not the
        name of a class, which GTK 4.8 puts where there is none, nor one with a mnemonic's underscore."""
        return bool(self.name.strip()) and not re.search(r'\b(Gtk|Adw|Sg)[A-Z]|_', self.name)

    def extents(self):
        """Where it is inside its window, without the window's frame: x, y, width and height."""
        def question(accessible):
            rect = Atspi.Component.get_extents(accessible, Atspi.CoordType.WINDOW)
            return rect.x, rect.y, rect.width, rect.height
        return self.ask(question, (0, 0, 0, 0))

    def walk(self, depth=0):
        yield depth, self
        if depth < DEPTH:
            for child in filter(Node.is_on_screen, self.children):
                yield from child.walk(depth + 1)

    def matches(self, role=None, name=None, containing=None, hint=None):
        return ((role is None or self.role == role) and
                (name is None or self.name == name) and
                (containing is None or containing in self.text) and
                (hint is None or hint in self.description))

    def find_all(self, **what):
        """The objects below this one with that role, that name, that in their text, and that in their
        description (which a tooltip is)."""
        return [node for _, node in self.walk() if node.matches(**what)]

    def find(self, **what):
        found = self.find_all(**what)
        return found[0] if found else None

    def dump(self):
        """The tree as text, for the log of a test that failed."""
        return '\n'.join('%s%s %r %r %s' % ('  ' * depth, node.role, node.name,
                                            node.text[:60], node.description)
                         for depth, node in self.walk())


class Program:
    """A running program with its window.  As a context it is ended when the context is left.

    A sandboxed program is known by another number inside than outside; it is taken to be the only one."""

    def __init__(self, args, env=None, sandboxed=False):
        self.env = dict(os.environ, **(env or {}))
        self.args = args
        self.sandboxed = sandboxed
        self.process = None
        self.log = None

    def __enter__(self):
        self.log = tempfile.TemporaryFile(mode='w+', encoding='utf-8', errors='replace')
        self.process = subprocess.Popen(self.args, env=self.env, stdin=subprocess.DEVNULL,
                                        stderr=self.log)
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None and self.root is not None:
            print('\n'.join('# ' + line for line in self.root.dump().splitlines()), flush=True)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        complaints = self.read_complaints()
        if kind is None:
            assert not complaints, 'the program complained: ' + '; '.join(complaints)

    def read_complaints(self):
        """What the program and its libraries said was wrong; all it said is passed on."""
        with self.log as log:
            log.seek(0)
            lines = log.read().splitlines()
        for line in lines:
            print(line, file=sys.stderr)
        # There are no portals in the test's session.
        return [line for line in lines
                if COMPLAINT.search(line) and not (self.sandboxed and 'portal' in line)]

    @property
    def root(self):
        """The program's place in the accessibility tree, once it has one."""
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and (self.sandboxed or
                                      child.get_process_id() == self.process.pid):
                return Node(child)
        return None

    def find(self, **what):
        if self.process.poll() is not None:
            raise AssertionError('the program ended with status %d' % self.process.returncode)
        root = self.root
        return root.find(**what) if root else None

    def find_all(self, **what):
        root = self.root
        return root.find_all(**what) if root else []

    def wait(self, timeout=20, **what):
        """Waits until such an object is there, and returns it."""
        return wait_until(lambda: self.find(**what), 'an object with %r' % what, timeout)

    def wait_gone(self, timeout=20, **what):
        wait_until(lambda: self.find(**what) is None, 'no more object with %r' % what, timeout)

    def click(self, **what):
        """Waits for something that can be clicked, and clicks it; with the mouse if need be."""
        def try_it():
            for node in self.find_all(**what):
                if not node.has_state('sensitive'):
                    continue
                if node.do('click'):
                    return True
                if node.is_on_screen():
                    self.click_with_mouse(node)
                    return True
            return False
        wait_until(try_it, 'something to click with %r' % what)

    def screen_window(self, frame):
        """The number by which the X server knows the window, its place and its size."""
        whose = [] if self.sandboxed else ['--all', '--pid', str(self.process.pid)]

        def search():
            return subprocess.run(['xdotool', 'search', '--onlyvisible', *whose,
                                   '--name', '^%s$' % re.escape(frame.name)],
                                  capture_output=True, text=True, check=False).stdout.split()
        number = wait_until(search, 'a window on the screen')[-1]
        output = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', number],
                                capture_output=True, text=True, check=True).stdout
        values = dict(line.split('=') for line in output.split())
        return number, *(int(values[key]) for key in ('X', 'Y', 'WIDTH', 'HEIGHT'))

    def focus(self, name=None):
        """Gives the window of that name, or the only one, the keyboard, as a window manager would."""
        frame = self.wait(role='frame', name=name)
        subprocess.run(['xdotool', 'windowfocus', '--sync', self.screen_window(frame)[0]], check=True)

    @staticmethod
    def look_away():
        """Takes the keyboard from the program's windows, as another window would that comes to the front."""
        root = subprocess.run(['xdotool', 'search', '--maxdepth', '0', '--name', ''],
                              capture_output=True, text=True, check=True).stdout.split()[0]
        # Where nobody has the keyboard, whoever is under the pointer has.
        subprocess.run(['xdotool', 'mousemove', '10000', '10000', 'windowfocus', root], check=True)

    def click_with_mouse(self, node):
        _, left, top, window_width, window_height = self.screen_window(node.frame)
        frame_x, frame_y, frame_width, frame_height = node.frame.extents()
        x, y, width, height = node.extents()
        # The window on the screen has a border, which some versions count in and some leave out.
        left += (window_width - frame_width) // 2 - frame_x
        top += (window_height - frame_height) // 2 - frame_y
        subprocess.run(['xdotool', 'mousemove', '--', str(left + x + width // 2),
                        str(top + y + height // 2), 'click', '1'], check=True)

    @staticmethod
    def press(*keys):
        subprocess.run(['xdotool', 'key', *keys], check=True)

    @staticmethod
    def type(text):
        subprocess.run(['xdotool', 'type', '--delay', '2', text], check=True)

    def close(self):
        """Closes the window as its own close button does, and waits for the program to end."""
        self.find(role='frame').do('window.close')
        wait_until(lambda: self.process.poll() is not None, 'the program to end')
        return self.process.returncode
