#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal program, driven as scripts drive it: its contract."""

import json
import os
import re
import shlex
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'program'))

import tap  # noqa: E402
from model_server import ModelServer, Reply  # noqa: E402
from terminal import Cli, NOBODY, ONCE, SECRET, telling  # noqa: E402

# The events of the contract.
EVENTS = {'submitted', 'thinking', 'stage', 'reasoning', 'delta', 'tool-started', 'tool-finished', 'warning',
          'turn-finished', 'error'}


def test_scenarios_and_stories(folder):
    cli = Cli(folder)
    assert 'cellar' in cli.out('scenarios')
    story = cli.new()
    stories = cli.json('stories')
    assert [s['id'] for s in stories] == [int(story)]
    assert stories[0]['title'] == 'A Test' and stories[0]['scenario'] == 'cellar'
    assert 'A Test' in cli.out('stories')


def test_the_storyteller_plays(folder):
    cli = Cli(folder)
    story = cli.new()
    text = cli.out('play', story, '--do', 'look around', '--say', 'hello', '--do', 'wait')
    assert len(text) > 60, text
    turns = cli.json('turns', story)
    assert [t['mode'] for t in turns] == ['opening', 'do', 'say', 'do']
    assert all(t['text'] for t in turns)


def test_the_same_seed_tells_the_same(folder):
    cli = Cli(folder)
    texts = []
    for _ in range(2):
        story = cli.new()
        cli.out('play', story, '--do', 'look', '--do', 'wait', '--do', 'climb the wall')
        texts.append([t['text'] for t in cli.json('turns', story)])
    assert texts[0] == texts[1], texts


def test_events(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies.append(Reply(text='You light the lamp.', reasoning='Hm.', tool_calls=[
            ('update_state', {'entity': 'lamp', 'set': {'lit': True}})]))
        events = cli.events('play', story, '--do', 'light the lamp', *telling(server))
    names = [e['event'] for e in events]
    assert names[:2] == ['submitted', 'thinking'], names
    assert names[-1] == 'turn-finished', names
    for name in ('stage', 'reasoning', 'delta', 'tool-started', 'tool-finished'):
        assert name in names, names
    times = [e['t_us'] for e in events]
    assert times == sorted(times) and times[0] >= 0
    assert ''.join(e['text'] for e in events if e['event'] == 'delta') == 'You light the lamp.'
    last = events[-1]
    assert last['text'] == 'You light the lamp.' and last['tokens_out'] == 4, last
    assert cli.json('world', story)['lamp']['lit'] is True
    assert server.headers[0]['Authorization'] == 'Bearer ' + SECRET
    assert SECRET.encode() not in open(cli.library, 'rb').read()


def test_told_again(folder):
    """What was told before a turn is told again is void; nothing but the listed events says so."""
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies += [Reply(text='Mira falls.', tool_calls=[
            ('update_state', {'entity': 'mira', 'set': {'dead': True}})]),
                           Reply(text='Mira nods at you and pours the tea.'), Reply(text='Nobody answers.')]
        cli.out('play', story, '--do', 'push Mira', *telling(server))
        events = cli.events('play', story, '--do', 'drink tea', *telling(server))
    again = [i for i, e in enumerate(events) if e.get('restarted')]
    assert len(again) == 1 and events[again[0]]['event'] == 'stage', events
    told = [e['text'] for e in events[again[0]:] if e['event'] == 'delta']
    assert ''.join(told) == 'Nobody answers.' == events[-1]['text'], events
    assert {e['event'] for e in events} <= EVENTS, events


def test_the_tree(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        for text in ('First.', 'Second.', 'Other.', 'Third.'):
            server.replies.append(Reply(text=text))
        cli.out('play', story, '--do', 'one', '--do', 'two', *telling(server))
        cli.run('undo', story)
        assert [t['text'] for t in cli.json('turns', story)][1:] == ['First.']
        cli.run('redo', story)
        cli.run('redo', story, status=1)
        cli.out('retry', story, *telling(server))
        turns = cli.json('turns', story)
        assert [t['text'] for t in turns][1:] == ['First.', 'Other.'], turns
        assert turns[2]['alternatives'] == 2
        first = str(turns[1]['id'])
        cli.run('branch', story, first)
        cli.out('play', story, '--do', 'three', *telling(server))
    assert [t['text'] for t in cli.json('turns', story)][1:] == ['First.', 'Third.']
    cli.run('goto', story, first)
    assert len(cli.json('turns', story)) == 2
    cli.run('goto', story, '99999', status=1)
    cli.run('undo', story)
    cli.run('undo', story, status=1)
    assert 'sound' in cli.out('check')


def test_the_world_at_a_turn(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        for lit in (True, False):
            server.replies.append(Reply(text='So be it.', tool_calls=[
                ('update_state', {'entity': 'lamp', 'set': {'lit': lit}})]))
        cli.out('play', story, '--do', 'on', '--do', 'off', *telling(server))
    turns = cli.json('turns', story)
    assert cli.json('world', story, '--at', str(turns[1]['id']))['lamp']['lit'] is True
    assert cli.json('world', story)['lamp']['lit'] is False
    assert 'lamp.lit = false' in cli.out('world', story)


def test_profile(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        cli.out('play', story, '--do', 'look', '--set', 'early-tools=off', *telling(server))
    profile = json.loads(cli.out('profile', '--format', 'json'))
    text = json.dumps(profile)
    for word in ('test-model', 'prompt', 'commit', 'stream'):
        assert word in text, text
    assert SECRET not in text
    assert profile[0]['settings']['early-tools'] is False
    assert profile[0]['settings']['parallel-tools'] is True
    assert 'test-model' in cli.out('profile', '--story', story)
    cli.run('profile', '--format', 'pie', status=2)

    # What the caches did is counted from what is stored.
    with ModelServer() as server:
        for _ in range(2):
            server.replies.append(Reply(text='', tool_calls=[('read_state', {'entity': 'player'})]))
            server.replies.append(Reply(text='Nothing new.'))
        cli.out('play', story, '--do', 'look', '--do', 'look', *telling(server))
    caches = [turn['figures']['tool_cache'] for turn in json.loads(cli.out('profile', '--format', 'json', '--last', '2'))]
    assert caches[0] == {'hits': 0, 'misses': 1, 'saved_us': 0}, caches
    assert (caches[1]['hits'], caches[1]['misses']) == (1, 0), caches
    assert 'cache hits 1, misses 0, saved' in cli.out('profile', '--last', '1')


def sheet(name):
    return json.dumps({'name': name, 'role': 'a smith', 'description': 'Strong and sad.', 'appearance': 'Tall',
                       'voice': 'Low.', 'goal': 'Rest.', 'secret': 'Owes money.'})


def test_characters(folder):
    cli = Cli(folder)
    story = cli.new()
    cast = json.dumps({'characters': [{'name': 'Ada', 'role': 'smith'}, {'name': 'Bo', 'role': 'cook'}]})
    one_by_one = ('--set', 'characters-at-once=1')
    with ModelServer() as server:
        server.replies += [Reply(text=text) for text in (cast, sheet('Ada'), sheet('Bo'))]
        made = cli.events('characters', '--brief', 'villagers', '--count', '2', '--story', story,
                          *one_by_one, *telling(server))
        assert [c['name'] for c in made] == ['Ada', 'Bo'], made
        world = cli.json('world', story)
        assert world['ada']['voice'] == 'Low.' and world['ada']['place'] == world['player']['place']
        turn = cli.json('turns', story)[-1]
        assert 'Ada, a smith. Tall. Strong and sad.' in turn['text'] and 'Owes' not in turn['text'], turn
        # They leave as they came.
        cli.run('undo', story)
        assert 'ada' not in cli.json('world', story)

        server.replies += [Reply(text=text) for text in (cast, sheet('Ada'), 'No.', 'Never.')]
        failed = cli.run('characters', '--brief', 'villagers', '--count', '2', *one_by_one, *telling(server),
                         status=1)
        assert 'Ada, a smith' in failed.stdout and '1 of 2' in failed.stderr, failed

        server.replies += [Reply(behaviour='wait-a-second'), Reply(text=cast), Reply(text=sheet('Ada')),
                           Reply(text=sheet('Bo'))]
        waited = cli.run('characters', '--brief', 'villagers', '--count', '2', *one_by_one, *telling(server))
        assert 'asks to wait 1 s' in waited.stderr and 'Bo, a smith' in waited.stdout, waited
    cli.run('characters', '--brief', 'villagers', '--count', '99', *NOBODY, status=2)
    cli.run('characters', '--brief', 'villagers', status=2)
    cli.run('characters', '--brief', 'villagers', *NOBODY, status=1)


def test_a_server_that_fails(folder):
    cli = Cli(folder)
    story = cli.new()
    for behaviour in ('wrong-key', 'loading', 'too-long', 'broken', 'cut', 'error-inside'):
        with ModelServer(behaviour=behaviour) as server:
            result = cli.run('play', story, '--do', 'look', *telling(server), *ONCE, status=1)
            assert len(result.stderr) > 40, result.stderr
        if behaviour != 'error-inside':
            assert len(cli.json('turns', story)) == 1
    # What a cut reply had told was kept when the next words came.
    assert [len(t['text']) > 0 for t in cli.json('turns', story)] == [True, True]
    cli.run('play', story, '--do', 'look', *NOBODY, status=1)
    cli.run('play', story, '--do', 'look', '--server', 'ftp://example.org', '--model', 'x', status=1)
    assert 'sound' in cli.out('check')
    # What was told before the end is there, and can be taken as it is.
    with ModelServer(behaviour='cut', tokens=40) as server:
        cli.run('play', story, '--do', 'look', *telling(server), status=1)
    depth = len(cli.json('turns', story))
    cli.out('play', story, stdin='/keep\n')
    assert cli.json('turns', story)[depth]['text'].startswith('w0000 w0001')


def test_a_server_to_fall_back_on(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies.append(Reply(text='The other one tells.'))
        events = cli.events('play', story, '--do', 'look', *NOBODY, '--fallback-server', server.url,
                            '--fallback-model', 'other-model', '--fallback-api-key-env', 'TEST_KEY')
    warnings = [e['message'] for e in events if e['event'] == 'warning']
    assert len(warnings) == 1 and '127.0.0.1:1 does not answer now' in warnings[0], warnings
    assert server.headers[0]['Authorization'] == 'Bearer ' + SECRET
    assert server.requests[0]['model'] == 'other-model'
    assert cli.json('turns', story)[1]['model'] == 'other-model'
    spans = cli.out('profile', '--story', story, '--format', 'json')
    assert '"fallback"' in spans and SECRET not in spans


def test_what_looks_off(folder):
    """The rules find something at once, a model after the commit; both are said."""
    cli = Cli(folder)
    story = cli.new()
    told = 'The rain falls on the roof and on the road beyond it. ' * 4
    found = {'findings': [{'rule': 'contradiction', 'quote': 'The rain falls', 'why': 'It was dry before.'}]}
    with ModelServer() as server:
        server.replies += [Reply(text=told), Reply(text=json.dumps(found))]
        events = cli.events('play', story, '--do', 'look', *telling(server), '--set', 'model-checks=on')
        names = [e['event'] for e in events]
        warnings = [e['message'] for e in events if e['event'] == 'warning']
        assert len(warnings) == 2 and warnings[1] == 'It was dry before. “The rain falls”', events
        assert names.index('warning') < names.index('turn-finished') < len(names) - 1, names
        assert sorted(cli.json('turns', story)[1]['findings']) == sorted(warnings)

        # Words from a pipe end where the file ends, and the check is done before that.
        other = cli.new()
        server.replies += [Reply(text=told), Reply(text=json.dumps(found))]
        cli.run('play', other, *telling(server), '--set', 'model-checks=on', stdin='look\n')
        assert 'It was dry before. “The rain falls”' in cli.json('turns', other)[1]['findings']

        server.replies.append(Reply(text=told))
        told_again = cli.run('play', story, '--do', 'look', *telling(server))
        assert 'Something looks off' in told_again.stderr, told_again


def test_a_server_that_asks_to_wait(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies.append(Reply(behaviour='wait-a-second'))
        server.replies.append(Reply(text='Now.'))
        events = cli.events('play', story, '--do', 'look', *telling(server))
    assert [e['waiting'] for e in events if 'waiting' in e] == ['The server asks to wait 1 s'], events
    assert cli.json('turns', story)[1]['text'] == 'Now.'


def test_playing_on_keeps_what_was_told(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer(behaviour='cut', tokens=40) as server:
        cli.run('play', story, '--do', 'look', *telling(server), status=1)
    with ModelServer() as server:
        server.replies.append(Reply(text='And then.'))
        cli.out('play', story, '--do', 'wait', *telling(server))
        assert 'w0000 w0001' in json.dumps(server.requests[0]['messages'])
    turns = cli.json('turns', story)
    assert [t['input'] for t in turns[1:]] == ['look', 'wait'], turns
    assert turns[1]['text'].startswith('w0000 w0001') and turns[2]['text'] == 'And then.'
    # Where nothing was told, the next words take the place of those before.
    cli.run('play', story, '--do', 'jump', *NOBODY, status=1)
    with ModelServer() as server:
        cli.out('play', story, '--do', 'sit', *telling(server))
    assert [t['input'] for t in cli.json('turns', story)[1:]] == ['look', 'wait', 'sit']


def test_replies_in_a_bad_shape(folder):
    cli = Cli(folder)
    story = cli.new()
    for depth, behaviour in enumerate(('one-byte', 'bad-utf8')):
        with ModelServer(behaviour=behaviour, tokens=20) as server:
            cli.out('play', story, '--do', 'look', *telling(server))
        assert cli.json('turns', story)[depth + 1]['text'].startswith('w0000')


def test_steering_characters_are_text(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        server.replies.append(Reply(text='Red \x1b[31malert <b>now</b>\x07.'))
        text = cli.out('play', story, '--do', 'look', *telling(server))
    assert '\x1b' not in text and '\x07' not in text
    assert '[31malert <b>now</b>' in text


def test_lines_from_the_terminal(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        cli.out('play', story, *telling(server),
                stdin='open the door\n"Who is there?"\n/story it rains\n/undo\n/quit\n')
    turns = cli.json('turns', story)
    assert [(t['mode'], t['input']) for t in turns[1:]] == [
        ('do', 'open the door'), ('say', 'Who is there?')], turns


def test_wrong_usage(folder):
    cli = Cli(folder)
    story = cli.new()
    for args in (['dance'], [], ['--frobnicate'], ['new'], ['undo'], ['undo', story, 'x', 'y'],
                 ['goto', story, 'first'], ['play', story, '--shout', 'x'],
                 ['play', story, '--do', 'x', '--preset', 'faster'],
                 ['play', story, '--do', 'x', '--set', 'colour=red'],
                 ['play', story, '--do', 'x', '--set', 'nothing'],
                 ['play', story, '--do', 'x', '--model', 'm'],
                 ['play', story, '--do', 'x', '--server', 'http://127.0.0.1:1', '--model', 'm',
                  '--api-key-env', 'NO_SUCH_VARIABLE'],
                 ['play', story, '--do', 'x', '--fallback-server', 'http://127.0.0.1:1'],
                 ['play', story, '--do', 'x', '--server', 'http://127.0.0.1:1', '--fallback-model', 'm'],
                 ['play', story, '--do', 'x', '--server', 'http://127.0.0.1:1', '--fallback-server',
                  'http://127.0.0.1:2', '--fallback-api-key-env', 'NO_SUCH_VARIABLE']):
        cli.run(*args, status=2)
    for args in (['new', 'no-such-scenario'], ['play', '999', '--do', 'x'], ['turns', 'nothing']):
        cli.run(*args, status=1)
    assert 'storyglass-cli' in cli.out('--help') and cli.out('--version')


def test_help(folder):
    """The help of a command names it, and hides none of its options."""
    cli = Cli(folder)
    help_of_play = cli.out('play', '--help')
    assert help_of_play.startswith('Usage:\n  storyglass-cli play [OPTION…] STORY\n'), help_of_play
    for option in ('--json', '--do=', '--story=', '--server=', '--preset=', '--set='):
        assert option in help_of_play, help_of_play
    listed = [line.split()[0] for line in cli.out('--help').splitlines()
              if line.startswith('  ') and not line.startswith('   ')]
    assert 'restore' in listed and len(listed) > 15, listed
    for command in listed:
        assert cli.out(command, '--help').startswith('Usage:\n  storyglass-cli %s [OPTION…]' % command)
        assert cli.out(command, '-h') == cli.out(command, '--help')
    assert not os.path.exists(cli.library)


def test_a_library_that_is_not_there(folder):
    """One that was named and is not there is a slip of the pen; only new makes it.  The player's own is
    empty at first."""
    cli = Cli(folder)
    for args in (['check'], ['stories'], ['stories', '--json'], ['turns', '1'], ['play', 'last'], ['undo', '1'],
                 ['profile'], ['world', '1'], ['retry', '1']):
        result = cli.run(*args, status=1)
        assert 'There is no library “%s”' % cli.library in result.stderr, result
        assert not os.path.exists(cli.library), args
    for args in (['--library', '', 'stories'], ['--library=', 'new', 'cellar'], ['--library']):
        assert '--library needs' in cli.run_plain(*args, status=2).stderr
    assert cli.run_plain('stories').stdout == ''
    assert json.loads(cli.run_plain('stories', '--json').stdout) == []
    assert 'no library yet' in cli.run_plain('check').stdout
    assert 'no stories yet' in cli.run_plain('play', 'last', status=1).stderr
    # Nor do those who only look make that one: its first backup would be one of nothing.
    own = os.path.join(folder, 'storyglass', 'library.db')
    assert not os.path.exists(own)
    cli.run_plain('new', 'cellar')
    assert 'sound' in cli.run_plain('check').stdout and os.path.exists(own)
    cli.new()
    assert len(cli.json('stories')) == 1


def test_a_damaged_library(folder):
    cli = Cli(folder)
    with open(cli.library, 'w', encoding='utf-8') as file:
        file.write('This is no database.' * 200)
    result = cli.run('stories', status=1)
    assert cli.library in result.stderr and 'There is no backup of it.' in result.stderr, result.stderr
    assert cli.out('backups') == '' and cli.json('backups') == []
    assert open(cli.library, encoding='utf-8').read().startswith('This is no database.')


def test_a_backup(folder):
    """A damaged library names its newest backup and the command that puts it back, which can be copied."""
    cli = Cli(os.path.join(folder, "the player's"))
    os.mkdir(os.path.dirname(cli.library))
    story = cli.new()
    turns = cli.json('turns', story)
    with open(cli.library, 'wb') as file:
        file.write(b'spoilt' * 2000)
    backup, = cli.json('backups')
    assert backup['stories'] == 1 and backup['path'] in cli.out('backups'), backup
    told = cli.run('check', status=1).stderr
    assert backup['path'] not in cli.run('restore', '/no/such/file', status=1).stdout
    command = re.search(r'(--library .* restore .*?)\. To list', told)
    assert command, told
    restored = cli.run_plain(*shlex.split(command.group(1))).stdout
    assert cli.json('turns', story) == turns
    kept = re.search(r' as (.*)\.$', restored).group(1)
    assert open(kept, 'rb').read().startswith(b'spoilt') and os.path.exists(backup['path'])
    # What is no backup takes the place of nothing.
    cli.run('restore', kept, status=1)
    assert cli.json('turns', story) == turns


def test_no_backup_can_be_made(folder):
    """It is said as plainly as all else, and ends nothing."""
    cli = Cli(folder)
    cli.new()
    shutil.rmtree(os.path.join(folder, 'backups'), ignore_errors=True)
    with open(os.path.join(folder, 'backups'), 'w', encoding='utf-8'):
        pass
    result = cli.run('stories')
    assert 'A Test' in result.stdout
    assert result.stderr.startswith('storyglass-cli: No backup'), result


def test_broken_scenarios(folder):
    """The list says what is wrong with each; nobody else is bothered with it."""
    cli = Cli(folder)
    for name, text in (('bad', '{"format": 1,\n "id": '), ('worse', '{"format": 1, "colour": "red"}')):
        with open(os.path.join(folder, name + '.json'), 'w', encoding='utf-8') as file:
            file.write(text)
    path = folder + ':' + os.environ['SG_SCENARIO_PATH']
    listed = cli.run('scenarios', status=1, lines=3, SG_SCENARIO_PATH=path)
    assert 'cellar' in listed.stdout
    lines = listed.stderr.splitlines()
    assert 'bad.json' in lines[0] and 'worse.json' in lines[1] and '2 scenarios' in lines[2], lines
    assert all(line.startswith('storyglass-cli: ') for line in lines), lines
    assert cli.run('new', 'cellar', SG_SCENARIO_PATH=path).stderr == ''
    missing = cli.run('new', 'attic', status=1, SG_SCENARIO_PATH=path).stderr
    assert '“storyglass-cli scenarios”' in missing, missing
    assert 'bad.json' in cli.run('new', 'bad', status=1, SG_SCENARIO_PATH=path).stderr


def test_what_a_story_begins_with(folder):
    cli = Cli(folder)
    for seed in ('-5', '-1', 'seven', '1e3', '99999999999999999999'):
        assert 'seed' in cli.run('new', 'cellar', '--seed', seed, status=2).stderr
    told = cli.run('new', 'cellar', '--language', 'xx', status=2).stderr
    assert 'en, de' in told, told
    cli.run('new', 'cellar', '--language', 'eng', status=2)
    assert not os.path.exists(cli.library)
    stories = [cli.out('new', 'cellar', '--seed', '0', '--language', tag).strip() for tag in ('de', 'en-GB')]
    openings = [cli.json('turns', story)[0]['text'] for story in stories]
    assert openings[0].startswith('Seit') and openings[1].startswith('Rain'), openings


def test_the_profile_of_another_story(folder):
    cli = Cli(folder)
    stories = [cli.new(), cli.new()]
    for story in stories:
        cli.out('play', story, '--do', 'look')
    turn = str(cli.json('turns', stories[0])[1]['id'])
    profile = cli.out('profile', '--turn', turn)
    assert cli.out('profile', '--turn', turn, '--story', stories[0]) == profile
    assert 'another story' in cli.run('profile', '--turn', turn, '--story', stories[1], status=1).stderr
    cli.run('profile', '--turn', turn, '--story', '999', status=1)


def test_output_that_cannot_be_written(folder):
    cli = Cli(folder)
    story = cli.new()
    for args in (['new', 'cellar'], ['stories'], ['stories', '--json'], ['scenarios'], ['turns', story], ['check'],
                 ['play', story, '--do', 'look'], ['play', story, '--do', 'look', '--json'], ['--help'],
                 ['play', '--help'], ['--version']):
        with open('/dev/full', 'w', encoding='utf-8') as full:
            result = cli.run(*args, status=1, stdout=full)
        assert 'could not be written' in result.stderr, result


def test_presets_are_kept_with_the_turn(folder):
    cli = Cli(folder)
    story = cli.new()
    with ModelServer() as server:
        cli.out('play', story, '--do', 'look', '--preset', 'fast', '--set', 'max-tokens=33',
                *telling(server))
    assert server.requests[0]['max_tokens'] == 33, server.requests[0]


if __name__ == '__main__':
    sys.exit(tap.main([f for name, f in list(globals().items()) if name.startswith('test_')],
                      sys.argv[1:]))
