import assert from "node:assert/strict";
import { test } from "node:test";
import { chatRequest } from "#lib/models/chat/chat-request.ts";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import { messagesRequest } from "#lib/models/messages/messages-request.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { responsesRequest } from "#lib/models/responses/responses-request.ts";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { Message } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { agentWith } from "../../support/agent-bench.ts";
import { ids, numbered, start } from "../../support/event-builders.ts";
import { asked, produce } from "../../support/producer-bench.ts";
import { callsTools, finished, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

/** A thought that the Messages wire gives back. */
const thinks = (signature: string): ModelLine[] => [
  { type: "reasoning", delta: "hm" },
  { type: "reasoning-end", providerMetadata: { anthropic: { host: "h", signature } } },
];
const longId = `call_${"z".repeat(100)}`;

/** Two steps that call tools, one of which fails and one of which nobody has, and the answer. */
const scripts: ModelLine[][] = [
  [...thinks("s1"), ...says("I look ", "it up."), ...callsTools([longId, "read", { x: 1 }], ["b", "fail"])],
  [...says("Once more."), ...callsTools([longId, "read", { x: 2 }], ["c", "none"])],
  [...thinks("s2"), ...says("It ", "is 5."), finished],
];
const tools = [
  scriptedTool("read", ({ x }) => `read ${String(x)}`),
  scriptedTool("fail", () => {
    throw new Error("no");
  }),
];

const wires: readonly ((messages: readonly ModelMessage[]) => object)[] = [
  (messages) => chatRequest({ messages }, { model: "m", maxTokensField: "max_tokens" }).messages,
  (messages) => responsesRequest({ messages }, { model: "m", host: "h", without: new Set() }).input,
  (messages) =>
    messagesRequest(
      { messages },
      { model: "m", host: "h", maxTokens: 9, allowedTokens: 9, without: new Set() },
    ).messages,
];

/** What is sent, up to the end of its last text; the continuation prompt stands behind the conversation. */
function prefixOf(sent: object): string {
  const json = JSON.stringify(sent);
  const prompt = json.indexOf(continuationPrompt);
  const whole = prompt === -1 ? json : json.slice(0, json.lastIndexOf(',{"role":"user"', prompt));
  return whole.replace(/["\]}]+$/, "");
}

/** All that models were sent whose writer is cut off behind so many events, and of who goes on. */
async function sentAround(events: readonly EventBody[], cut: number, isStopped: boolean) {
  const log = numbered([start(), ...events.slice(0, cut)]);
  const count = (type: EventBody["type"]) => events.slice(0, cut).filter((each) => each.type === type).length;
  const before = scriptedModel(...scripts);
  await produce(agentWith(before, tools));
  const after = isStopped
    ? scriptedModel([...says("Next."), finished])
    : scriptedModel(...scripts.slice(count("finish-step")));
  await produce(agentWith(after, tools), isStopped ? { history: stopped(log) } : { log });
  const requests = [...before.requests.slice(0, count("agent-input")), ...after.requests];
  return requests.map(({ request }) => request.messages);
}

/** The conversation with another question behind the answer that was stopped there. */
function stopped(log: Parameters<typeof fold>[1][]): Message[] {
  const state = log.reduce(fold, emptyRun(ids.run));
  const closing = numbered(closingEvents(state, { code: "stop", errorText: "stopped" }), {
    startAt: state.seq + 1,
  });
  const answer = messageOf(closing.reduce(fold, state));
  const { runId, createdAt } = asked;
  return [
    asked,
    answer,
    { id: "another", parentId: answer.id, runId, role: "user", createdAt, text: "And?" },
  ];
}

test("with calls of tools too each request begins with the one before it, byte by byte, on every wire, whatever event it is cut off after", async () => {
  const { events } = await produce(agentWith(scriptedModel(...scripts), tools));
  for (let cut = 0; cut <= events.length; cut += 1)
    for (const isStopped of [false, true]) {
      const all = await sentAround(events, cut, isStopped);
      for (const [at, messages] of all.slice(1).entries())
        for (const wire of wires) {
          const before = prefixOf(wire(all[at] ?? []));
          assert.equal(JSON.stringify(wire(messages)).slice(0, before.length), before, `cut after ${cut}`);
        }
    }
});
