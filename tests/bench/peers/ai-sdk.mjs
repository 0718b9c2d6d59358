// SPDX-License-Identifier: GPL-3.0-or-later

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

import { DESCRIPTIONS, SYSTEM, WORDS, glance, measure, rest } from './measure.mjs';

const inputSchema = z.object({ bed: z.number().int().optional() });
const tools = {
  rest: tool({ description: DESCRIPTIONS.rest, inputSchema, execute: rest }),
  glance: tool({ description: DESCRIPTIONS.glance, inputSchema, execute: glance }),
};

async function turn(url, history) {
  const provider = createOpenAICompatible({ name: 'bench', baseURL: url });
  const { textStream } = streamText({
    model: provider('tiny'),
    system: SYSTEM,
    messages: [...history, { role: 'user', content: WORDS }],
    tools,
    stopWhen: stepCountIs(8),
  });
  let length = 0;

  for await (const text of textStream)
    length += text.length;

  return length;
}

await measure('Vercel AI SDK', turn);
