import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import {
  messageEnd,
  messageStart,
  redactedBlock,
  textBlock,
  thinkingBlock,
  toolUseBlock,
} from "../../support/messages-events.ts";
import {
  created,
  ended,
  functionItems,
  messageItems,
  numberedFrom,
  reasoningItemOf,
  reasoningItems,
} from "../../support/responses-events.ts";
import { question, runContext, runToEnd } from "../../support/run-bench.ts";
import {
  events,
  type ScriptedModelServer,
  startScriptedModelServer,
} from "../../support/scripted-model-server.ts";
import { sseFrames } from "../../support/sse-frames.ts";

let server: ScriptedModelServer;
before(async () => {
  server = await startScriptedModelServer();
});
after(() => server.close());

/**
 * The bodies of three questions of one conversation, of which the first is answered so; the call in it is
 * followed by a request with its result.
 */
async function ask(wire: WireName, answer: object[], after: object[]): Promise<string[]> {
  const limits = { firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6 };
  const model = createEndpointModel({ id: "m", wire, baseUrl: server.url, ...limits });
  const context = runContext(model);
  const from = server.requests.length;
  server.script(events(sseFrames(...after)));
  server.next(events(sseFrames(...answer)));
  const conversationId = context.newId();
  for (const text of ["one", "two", "three"]) await runToEnd(context, question(text, { conversationId }));
  await context.storage.close();
  return server.requests.slice(from).map(({ body }) => JSON.stringify(body));
}

/** Each request goes on from the bytes of the one before. */
function assertGrowing(bodies: readonly string[]): void {
  assert.equal(bodies.length, 4);
  for (const [at, body] of bodies.entries())
    if (at > 0) assert.ok(body.startsWith(String(bodies[at - 1]).replace(/\]\}$/, "")), body);
}

test("Messages: thoughts go back with their signatures, and encrypted ones as they were", async () => {
  const bodies = await ask(
    "messages",
    [
      ...[messageStart(), ...thinkingBlock(0, "abc=", "Hm, ", "well. "), ...redactedBlock(1, "xyz=")],
      ...[
        ...thinkingBlock(2, "def="),
        ...textBlock(3, "It is 5."),
        ...toolUseBlock(4, "a", "add", '{"x": 1.0}'),
      ],
      ...messageEnd("tool_use"),
    ],
    [messageStart(), ...textBlock(0, "Fine."), ...messageEnd()],
  );
  assertGrowing(bodies);
  const { messages } = JSON.parse(bodies[1] ?? "");
  assert.deepEqual(messages[1].content, [
    { type: "thinking", thinking: "Hm, well. ", signature: "abc=" },
    { type: "redacted_thinking", data: "xyz=" },
    { type: "thinking", thinking: "", signature: "def=" },
    { type: "text", text: "It is 5." },
    { type: "tool_use", id: "a", name: "add", input: { x: 1 } },
  ]);
});

test("Responses: encrypted items go back unchanged, and arguments byte for byte", async () => {
  const encrypted = { encrypted_content: "gAAA=", status: null, from: { tomorrow: [1] } };
  const bodies = await ask(
    "responses",
    numberedFrom(
      0,
      ...[
        created(),
        ...reasoningItems(0, [["Hm, ", "well."], ["So."]], encrypted),
        ...messageItems(1, ["It is 5."]),
      ],
      ...[...reasoningItems(2, [], encrypted), ...functionItems(3, "a", "add", '{"x": 1.0}'), ended()],
    ),
    numberedFrom(0, created(), ...messageItems(0, ["Fine."]), ended()),
  );
  assertGrowing(bodies);
  const { input } = JSON.parse(bodies[1] ?? "");
  assert.deepEqual(input.slice(1, 6), [
    reasoningItemOf([["Hm, ", "well."], ["So."]], encrypted),
    { role: "assistant", content: "It is 5." },
    reasoningItemOf([], encrypted),
    { type: "function_call", call_id: "a", name: "add", arguments: '{"x": 1.0}' },
    {
      type: "function_call_output",
      call_id: "a",
      output: "Tool add not found. Please select a tool that is available.",
    },
  ]);
});
