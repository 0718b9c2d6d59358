// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measures one peer, which is given as a function that plays a turn: it asks the server at an address, with two tools,
// takes in all that is streamed, runs the tools that are asked for, and goes on until the model asks for no more.  The
// same is measured of Storyglass by bench-peer.c.

export const SYSTEM = 'You are the narrator of an interactive story. '.repeat(20);
export const WORDS = 'look around the room';

let rested = 0;

export const rest = () => new Promise((resolve) => setTimeout(() => { rested++; resolve('true'); }, 200));
export const glance = () => { rested++; return 'true'; };

export const DESCRIPTIONS = { rest: 'Rests.', glance: 'Glances.' };

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// A peer that does not take in its words or run its tools would be a cheap one.
async function play(turn, url, words, tools) {
  const before = rested;
  const length = await turn(url);

  if (length !== words * ' words'.length || rested - before !== tools)
    throw new Error(`${length} characters and ${rested - before} tools instead of ${words} words and ${tools}`);
}

async function measureEach(turn, url, { turns, words, tools = 0, cpu = false }) {
  const values = [];

  for (let i = 0; i < turns; i++) {
    const begin = cpu ? process.cpuUsage() : performance.now();
    await play(turn, url, words, tools);
    if (cpu) {
      const used = process.cpuUsage(begin);
      values.push(used.user + used.system);
    } else {
      values.push(performance.now() - begin);
    }
  }

  return median(values);
}

export async function measure(name, turn) {
  const [server, turnsText, tokensText] = process.argv.slice(2);
  const turns = Number(turnsText);
  const tokens = Number(tokensText);
  const plain = () => measureEach(turn, `${server}/tokens-50`, { turns, words: 50, cpu: true });
  const instant = () => measureEach(turn, `${server}/tokens-50/tools-5/instant/again-20`,
    { turns, words: 70, tools: 5, cpu: true });

  // The compiler gets its time to settle.
  await plain();
  await instant();

  console.log(JSON.stringify({
    name,
    plain_cpu_us: await plain(),
    instant_tools_cpu_us: await instant(),
    five_of_200_ms_wall_ms: await measureEach(turn, `${server}/tokens-50/tools-5`, { turns: 10, words: 70, tools: 5 }),
    stream_tokens_per_second: (tokens * 1000)
      / (await measureEach(turn, `${server}/tokens-${tokens}`, { turns: 3, words: tokens })),
  }));
}
