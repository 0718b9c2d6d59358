#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the part of a desktop that shows notifications: says on its standard output what it is asked to
show and to close, a line each, and first that it is ready.
"""

from gi.repository import Gio, GLib

INTERFACE = '''<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
</interface></node>'''

shown = 0


def call_cb(_connection, _sender, _path, _interface, method, arguments, invocation):
    global shown
    if method == 'Notify':
        shown += 1
        print('show %s: %s' % (arguments[3], arguments[4]), flush=True)
        invocation.return_value(GLib.Variant('(u)', (shown,)))
    elif method == 'CloseNotification':
        print('close', flush=True)
        invocation.return_value(None)
    elif method == 'GetCapabilities':
        invocation.return_value(GLib.Variant('(as)', (['body', 'actions'],)))
    else:
        invocation.return_value(GLib.Variant('(ssss)', ('test', 'test', '1', '1.2')))


def bus_acquired_cb(connection, _name):
    connection.register_object('/org/freedesktop/Notifications',
                               Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0],
                               call_cb, None, None)


Gio.bus_own_name(Gio.BusType.SESSION, 'org.freedesktop.Notifications', Gio.BusNameOwnerFlags.NONE,
                 bus_acquired_cb, lambda *_: print('ready', flush=True), None)
GLib.MainLoop().run()
