import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runAgent } from "#lib/agents/run-agent.ts";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { fold } from "#lib/protocol/fold.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import * as chat from "../../support/chat-chunks.ts";
import { ids, numbered, start } from "../../support/event-builders.ts";
import { messageEnd, messageStart, textBlock, toolUseBlock } from "../../support/messages-events.ts";
import { produce } from "../../support/producer-bench.ts";
import { created, ended, functionItems, messageItems } from "../../support/responses-events.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { slicedFetch } from "../../support/sliced-fetch.ts";
import { sseFrames } from "../../support/sse-frames.ts";

/** One reply of a model: calls, or the answer. */
type Reply = { calls: [name: string, input: object][] } | { answer: string };

/** In deltas of so many characters. */
const piecesOf = (text: string, size: number): string[] =>
  text.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? [];

/** The reply as each wire has it, with calls of its own or in words. */
const wires: Record<WireName, { native(reply: Reply): string; inWords(text: string): string }> = {
  chat: {
    native: (reply) =>
      "answer" in reply
        ? chat.answer(reply.answer)
        : chat.sse(
            ...reply.calls.map(([name, input], at) =>
              chat.toolCall(at, `c${at}`, name, ...piecesOf(JSON.stringify(input), 3)),
            ),
            chat.finish("tool_calls"),
          ) + chat.done,
    inWords: (text) => chat.sse(chat.textChunks(...piecesOf(text, 3)), chat.finish()) + chat.done,
  },
  responses: {
    native: (reply) =>
      sseFrames(
        created(),
        ...("answer" in reply
          ? messageItems(0, [reply.answer])
          : reply.calls.flatMap(([name, input], at) =>
              functionItems(at, `c${at}`, name, ...piecesOf(JSON.stringify(input), 3)),
            )),
        ended(),
      ),
    inWords: (text) => sseFrames(created(), ...messageItems(0, piecesOf(text, 3)), ended()),
  },
  messages: {
    native: (reply) =>
      sseFrames(
        messageStart(),
        ...("answer" in reply
          ? textBlock(0, reply.answer)
          : reply.calls.flatMap(([name, input], at) =>
              toolUseBlock(at, `c${at}`, name, ...piecesOf(JSON.stringify(input), 3)),
            )),
        ...messageEnd("answer" in reply ? "end_turn" : "tool_use"),
      ),
    inWords: (text) => sseFrames(messageStart(), ...textBlock(0, ...piecesOf(text, 3)), ...messageEnd()),
  },
};

const inWords = (reply: Reply): string =>
  "answer" in reply
    ? `Thought: I know it.\nAnswer: ${reply.answer}`
    : `Thought: I look.\n${reply.calls.map(([name, input]) => `Action: ${name}\nAction Input: ${JSON.stringify(input)}\n`).join("")}`;

const tools = [
  scriptedTool("add", ({ a, b }) => Number(a) + Number(b)),
  scriptedTool("boom", () => {
    throw new Error("bad thing");
  }),
];

interface Played {
  events: EventBody[];
  bodies: Record<string, unknown>[];
}

async function play(
  wire: WireName,
  toolCalling: "native" | "react",
  replies: readonly Reply[],
): Promise<Played> {
  const bodies: Record<string, unknown>[] = [];
  const { native, inWords: words } = wires[wire];
  const model = createEndpointModel({
    ...{ id: "m", wire, toolCalling, firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6, apiKey: "k" },
    fetch: async (input, init) => {
      const reply = replies[bodies.length] ?? { answer: "Nothing more." };
      bodies.push(JSON.parse(typeof init?.body === "string" ? init.body : ""));
      const body = toolCalling === "native" ? native(reply) : words(inWords(reply));
      return slicedFetch({ body: Buffer.from(body), slice: 50 })(input, init);
    },
  });
  const agent = { name: "assistant", instructions: "Be brief.", tools };
  const { events } = await produce((context) => runAgent({ agent, model }, context));
  return { events, bodies };
}

/** What is seen of the calls and of the answer. */
function seen({ events }: Played) {
  const { parts } = numbered([start(), ...events]).reduce(fold, emptyRun(ids.run));
  return {
    cards: parts.flatMap((part) =>
      part.type === "tool"
        ? [[part.toolName, part.inputText, part.input, part.state, part.output, part.errorText, part.code]]
        : [],
    ),
    answer: parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("|"),
  };
}

/** Without pieces: how many there are is the wire's. */
const courseOf = ({ events }: Played): string =>
  events.flatMap(({ type }) => (/^tool-(?!input-delta)|-step$/.test(type) ? [type] : [])).join(" ");

const scripts: [what: string, replies: Reply[]][] = [
  ["one call", [{ calls: [["add", { a: 5, b: 3 }]] }, { answer: "The sum is 8" }]],
  [
    "calls at once, and one after them",
    [
      {
        calls: [
          ["add", { a: 1, b: 2 }],
          ["add", { a: '北京 😀 "x"\n', b: [1, { c: null }] }],
        ],
      },
      { calls: [["add", { a: 3, b: 4 }]] },
      { answer: "7\n\n- done" },
    ],
  ],
  [
    "a tool that fails, and one that there is not",
    [
      {
        calls: [
          ["boom", {}],
          ["nope", {}],
        ],
      },
      { answer: "Handled." },
    ],
  ],
];
for (const [what, replies] of scripts)
  describe(what, () => {
    // Cast: the keys are those of the record.
    for (const wire of Object.keys(wires) as WireName[])
      test(`looks the same with tool calling and in words, over ${wire}`, async () => {
        const [native, react] = [await play(wire, "native", replies), await play(wire, "react", replies)];
        assert.deepEqual(seen(react), seen(native));
        assert.equal(courseOf(react), courseOf(native));
        assert.equal(
          JSON.stringify(react.events.filter(({ type }) => type !== "agent-input")).match(
            /Thought:|Action|Observation|Answer:/,
          ),
          null,
        );
        assert.ok(native.bodies.every((body) => "tools" in body));
        assert.ok(react.bodies.every((body) => isRecord(body) && !("tools" in body)));
        assert.equal(react.bodies.length, replies.length);
      });
  });
