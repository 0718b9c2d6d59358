// SPDX-License-Identifier: GPL-3.0-or-later
//
// The least that Node can do: fetch, and the events taken apart by hand.

import { DESCRIPTIONS, SYSTEM, WORDS, glance, measure, rest } from './measure.mjs';

const tools = Object.entries(DESCRIPTIONS).map(([name, description]) => ({
  type: 'function',
  function: { name, description, parameters: { type: 'object', properties: { bed: { type: 'integer' } } } },
}));
const run = { rest, glance };

async function ask(url, messages, onText) {
  const reply = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'tiny', messages, tools, stream: true }),
  });
  const decoder = new TextDecoder();
  const calls = [];
  let text = '';
  let left = '';

  for await (const bytes of reply.body) {
    const lines = (left + decoder.decode(bytes, { stream: true })).split('\n');
    left = lines.pop();
    for (const line of lines) {
      if (!line.startsWith('data: ') || line === 'data: [DONE]')
        continue;
      const delta = JSON.parse(line.slice(6)).choices[0]?.delta;
      if (delta?.content) {
        text += delta.content;
        onText(delta.content);
      }
      for (const piece of delta?.tool_calls ?? []) {
        const call = (calls[piece.index] ??= { id: '', type: 'function', function: { name: '', arguments: '' } });
        call.id += piece.id ?? '';
        call.function.name += piece.function?.name ?? '';
        call.function.arguments += piece.function?.arguments ?? '';
      }
    }
  }

  return { role: 'assistant', content: text, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}

async function turn(url, history) {
  const messages = [
    { role: 'system', content: SYSTEM },
    ...history,
    { role: 'user', content: WORDS },
  ];
  let length = 0;

  for (;;) {
    const said = await ask(url, messages, (text) => { length += text.length; });
    messages.push(said);
    if (!said.tool_calls)
      return length;
    messages.push(...(await Promise.all(said.tool_calls.map(async (call) => ({
      role: 'tool',
      tool_call_id: call.id,
      content: await run[call.function.name](JSON.parse(call.function.arguments)),
    })))));
  }
}

await measure('bare Node loop', turn);
