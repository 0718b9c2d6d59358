#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Storyglass beside others that play with language models, and beside what its own libraries cost alone, on
the same server in one run, and prints JSON.

    bench-peers.py BUILD [--rounds N] [--turns N] [--tokens N]

BUILD is a build folder (release) in which bench-server, bench-peer and bench-floor are built.  The packages of the others are
those of peers/package-lock.json; they are installed in BUILD/peers.  Each figure is the median of the rounds; the
rounds take turns, so that all see the same machine.
"""

import argparse
import json
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PEERS = ['node-loop', 'ai-sdk', 'langgraph']
COSTS = ['plain_cpu_us', 'first_plain_cpu_us', 'instant_tools_cpu_us', 'first_instant_tools_cpu_us']


def install(folder):
    shutil.copytree(HERE / 'peers', folder, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns('node_modules'))
    subprocess.run(['npm', 'ci', '--no-audit', '--no-fund', '--silent'], cwd=folder, check=True,
                   stdout=sys.stderr)


def run(command, arguments):
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f'{command[-1]} failed:\n{done.stderr[-2000:]}')
    return json.loads(done.stdout)


def versions(folder):
    packages = json.loads((folder / 'package-lock.json').read_text())['packages']
    wanted = json.loads((folder / 'package.json').read_text())['dependencies']
    node = subprocess.run(['node', '--version'], capture_output=True, text=True, check=True)
    return {'node': node.stdout.strip(),
            **{name: packages[f'node_modules/{name}']['version'] for name in wanted}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build', type=pathlib.Path)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--turns', type=int, default=200)
    parser.add_argument('--tokens', type=int, default=20000)
    arguments = parser.parse_args()

    folder = arguments.build.resolve() / 'peers'
    bench = arguments.build.resolve() / 'tests' / 'bench'
    install(folder)
    commands = [[str(bench / 'bench-peer')], [str(bench / 'bench-floor')]]
    commands += [['node', str(folder / f'{peer}.mjs')] for peer in PEERS]

    results = {}
    server = subprocess.Popen([str(bench / 'bench-server')], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        address = f'http://127.0.0.1:{server.stdout.readline().strip()}'
        for _ in range(arguments.rounds):
            for command in commands:
                result = run(command, [address, str(arguments.turns), str(arguments.tokens)])
                results.setdefault(result.pop('name'), []).append(result)
    finally:
        server.stdin.close()
        server.wait()

    table = {name: {figure: round(statistics.median(r[figure] for r in rounds), 1) for figure in rounds[0]}
             for name, rounds in results.items()}
    ours = table['Storyglass']
    times = {name: {figure: round(figures[figure] / ours[figure.removeprefix('first_')], 2)
                    for figure in COSTS if figure in figures}
             for name, figures in table.items() if figures is not ours}
    print(json.dumps({'benchmark': 'peers', 'machine': platform.machine(), 'versions': versions(folder),
                      'figures': table, 'times_the_cost_of_storyglass': times}, indent=2))


main()
