// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measures one peer, which is given as a function that plays a turn: it asks the server at an address, with two tools,
// takes in all that is streamed, runs the tools that are asked for, and goes on until the model asks for no more.  The
// same is measured of Storyglass by bench-peer.c.
//
// A turn of Storyglass always has the turns before it in its prompt.  What a peer takes without any is its `first_` figure;
// the others are of a turn in the middle of a conversation, which is given to it as messages that are there already.

export const SYSTEM = 'You are the narrator of an interactive story. '.repeat(20);
export const WORDS = 'look around the room';

// As many turns as Storyglass keeps, each as long as those that the server tells.
const TURNS_BEFORE = 20;
const before = Array.from({ length: TURNS_BEFORE }, (_, i) => [
  { role: 'user', content: `${WORDS}, the ${i + 1}. time` },
  { role: 'assistant', content: Array.from({ length: 50 }, (__, j) => ` ${(i * 50 + j + 10000)}`).join('') },
]).flat();

let rested = 0;

export const rest = () => new Promise((resolve) => setTimeout(() => { rested++; resolve('true'); }, 200));
export const glance = () => { rested++; return 'true'; };

export const DESCRIPTIONS = { rest: 'Rests.', glance: 'Glances.' };

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// A peer that does not take in its words or run its tools would be a cheap one.
async function play(turn, url, history, words, tools) {
  const restedBefore = rested;
  const length = await turn(url, history);

  if (length !== words * ' words'.length || rested - restedBefore !== tools)
    throw new Error(`${length} characters and ${rested - restedBefore} tools instead of ${words} words and ${tools}`);
}

async function measureEach(turn, url, { turns, words, tools = 0, cpu = false, history = before }) {
  const values = [];

  for (let i = 0; i < turns; i++) {
    const begin = cpu ? process.cpuUsage() : performance.now();
    await play(turn, url, history, words, tools);
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
  const plain = (history) => measureEach(turn, `${server}/tokens-50`, { turns, words: 50, cpu: true, history });
  const instant = (history) => measureEach(turn, `${server}/tokens-50/tools-5/instant/again-20`,
    { turns, words: 70, tools: 5, cpu: true, history });

  // The compiler gets its time to settle.
  await plain();
  await instant();

  console.log(JSON.stringify({
    name,
    plain_cpu_us: await plain(),
    first_plain_cpu_us: await plain([]),
    instant_tools_cpu_us: await instant(),
    first_instant_tools_cpu_us: await instant([]),
    five_of_200_ms_wall_ms: await measureEach(turn, `${server}/tokens-50/tools-5`, { turns: 10, words: 70, tools: 5 }),
    stream_tokens_per_second: (tokens * 1000)
      / (await measureEach(turn, `${server}/tokens-${tokens}`, { turns: 3, words: tokens })),
  }));
}
