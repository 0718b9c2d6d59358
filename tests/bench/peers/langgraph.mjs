// SPDX-License-Identifier: GPL-3.0-or-later

import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';

import { DESCRIPTIONS, SYSTEM, WORDS, glance, measure, rest } from './measure.mjs';

const schema = z.object({ bed: z.number().int().optional() });
const tools = [
  tool(rest, { name: 'rest', description: DESCRIPTIONS.rest, schema }),
  tool(glance, { name: 'glance', description: DESCRIPTIONS.glance, schema }),
];
const agents = new Map();

function getAgent(url) {
  if (!agents.has(url)) {
    const llm = new ChatOpenAI({ model: 'tiny', apiKey: 'none', configuration: { baseURL: url } });
    agents.set(url, createReactAgent({ llm, tools, prompt: SYSTEM }));
  }

  return agents.get(url);
}

async function turn(url, history) {
  const stream = await getAgent(url).stream(
    { messages: [...history, { role: 'user', content: WORDS }] },
    { streamMode: 'messages' },
  );
  let length = 0;

  for await (const [message] of stream) {
    if (message.getType() === 'ai')
      length += message.content.length;
  }

  return length;
}

await measure('LangGraph.js', turn);
