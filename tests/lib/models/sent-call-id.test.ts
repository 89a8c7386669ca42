import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { fieldsOf } from "#lib/models/fields-of.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { sentCallId } from "#lib/models/sent-call-id.ts";
import { answer } from "../../support/chat-chunks.ts";
import { messageEnd, messageStart, textBlock } from "../../support/messages-events.ts";
import { assistant, call, result, tool, user } from "../../support/model-messages.ts";
import { created, ended, messageItems } from "../../support/responses-events.ts";
import { events, json } from "../../support/scripted-model-server.ts";
import { testedEndpoint, wideLimits } from "../../support/tested-endpoint.ts";

const refused: ReadonlySet<string> = new Set(["tool_call_ids"]);
const long = `functions.add:0 ${"x".repeat(300)}`;
/** As LiteLLM gives it. */
const signed = `call_a__thought__${"y".repeat(300)}`;

test("an id goes back as it came, also one with the signature of a thought", () => {
  for (const id of ["a", "functions.add:0", "x".repeat(64), signed]) assert.equal(sentCallId(id), id);
});

test("one that is longer than endpoints take is shortened: the same id to the same, others to others", () => {
  assert.match(sentCallId(long), /^functions_add_0_x+_[a-z0-9]{16}$/);
  assert.equal(sentCallId(long).length, 57);
  assert.equal(sentCallId(long), sentCallId(long));
  assert.notEqual(sentCallId(long), sentCallId(`${long}y`));
  assert.equal(sentCallId(sentCallId(long)), sentCallId(long));
  assert.match(sentCallId("😀".repeat(40)), /^[\w-]{57}$/);
});

test("where ids are refused, each is nine letters and digits", () => {
  const sent = ["a", long, signed, "call_1", "call_2"].map((id) => sentCallId(id, refused));
  for (const id of sent) assert.match(id, /^[a-z0-9]{9}$/);
  assert.equal(new Set(sent).size, sent.length);
  assert.equal(sentCallId("aB3dE6gH9", refused), "aB3dE6gH9");
});

const server = await testedEndpoint();

/** Two calls of one conversation, and a longer one that goes on from it. */
const ids = [`call_${"x".repeat(41)}`, "call_2"];
const shorter: ModelRequest = {
  messages: [...[user("?"), assistant(...ids.map((id) => call(id)))], tool(...ids.map((id) => result(id)))],
};
const longer: ModelRequest = { messages: [...shorter.messages, assistant("5."), user("And?")] };

const frame = (event: object) => `data: ${JSON.stringify(event)}\n\n`;
const answers: Record<WireName, string> = {
  chat: answer("5."),
  responses: [created(), ...messageItems(0, ["5."]), ended()].map(frame).join(""),
  messages: [messageStart(), ...textBlock(0, "5."), ...messageEnd()].map(frame).join(""),
};

const tooLong = (at: string, max: number) =>
  `Invalid '${at}': string too long. Expected a string with maximum length ${max}, but got a longer one.`;

describe("an endpoint that refuses ids as they came is asked with others, and from then on", () => {
  const cases: [wire: WireName, status: number, message: string][] = [
    ["chat", 400, tooLong("messages[1].tool_calls[0].id", 40)],
    ["chat", 400, "Tool call id was call_2 but must be a-z, A-Z, 0-9, with a length of 9."],
    ["chat", 500, "Tool call id was call_2 but must be a-z, A-Z, 0-9, with a length of 9."],
    [
      "chat",
      400,
      "Value at 'messages.1.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    ["responses", 400, tooLong("input[1].call_id", 64)],
    ["messages", 400, "messages.1.content.0.tool_use.id: String should match pattern '^[a-z]+$'"],
    ["messages", 400, "messages.1.content.0.tool_use.id: String should have at most 40 characters"],
  ];
  for (const [wire, status, message] of cases)
    test(`${wire}, ${status}: ${message}`, async () => {
      const from = server.requests.length;
      const code = status === 400 ? "string_above_max_length" : null;
      server.script(({ body }) =>
        JSON.stringify(body).includes("call_2")
          ? json(status, { error: { message, type: "invalid_request_error", code } })
          : events(answers[wire]),
      );
      const model = createEndpointModel({ id: "m", baseUrl: server.url, wire, ...wideLimits });
      for (const request of [shorter, longer]) {
        let text = "";
        for await (const part of model.stream(request, new AbortController().signal))
          if (part.type === "text") text += part.delta;
        assert.equal(text, "5.");
      }
      const sentIds = (body: unknown) => [...JSON.stringify(body).matchAll(/"\w*id":"([^"]+)"/g)];
      const bodies = server.requests.slice(from).map(({ body }) => body);
      assert.equal(bodies.length, 3);
      const expected = [...ids, ...ids].map((id) => sentCallId(id, refused));
      assert.deepEqual(
        sentIds(bodies[1]).map(([, id]) => id),
        expected,
      );
      const [before = "", after = ""] = bodies.slice(1).map(sentPrefix);
      assert.ok(after.startsWith(before));
    });
});

/** What stands before the end of the list of messages. */
function sentPrefix(body: unknown): string {
  const { messages, input } = fieldsOf(body);
  return JSON.stringify(messages ?? input).slice(0, -1);
}
