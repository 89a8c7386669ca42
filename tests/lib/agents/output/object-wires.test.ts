import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { streamAgent } from "#lib/agents/stream-agent.ts";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ObjectPart } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import * as chat from "../../../support/chat-chunks.ts";
import { messageEnd, messageStart, textBlock, toolUseBlock } from "../../../support/messages-events.ts";
import { created, ended, functionItems, messageItems } from "../../../support/responses-events.ts";
import { slicedFetch } from "../../../support/sliced-fetch.ts";
import { sseFrames } from "../../../support/sse-frames.ts";

/*
 * An answer that is to be an object, from endpoints that answer as they like: on each of the three wires the
 * same is seen, and what cannot be an answer is told in words.
 */

const recipe = z.object({ name: z.string(), steps: z.array(z.string()) });
const cook = defineAgent({ name: "cook", instructions: "Cook.", output: recipe });
const good = '{"name":"Soup 汤","steps":["Cut.","Boil \\"it\\"."]}';
const soup = { name: "Soup 汤", steps: ["Cut.", 'Boil "it".'] };

const inPieces = (text: string): string[] => text.match(/[^]{1,3}/gu) ?? [];

interface Wire {
  /** The field of a request that asks for a form. */
  field: string;
  text(text: string, end?: "stop" | "length"): string;
  call(json: string): string;
}

const wires: Readonly<Record<WireName, Wire>> = {
  chat: {
    field: "response_format",
    text: (text, end = "stop") => chat.sse(chat.textChunks(...inPieces(text)), chat.finish(end)) + chat.done,
    call: (json) =>
      chat.sse(chat.toolCall(0, "c", "final_answer", ...inPieces(json)), chat.finish("tool_calls")) +
      chat.done,
  },
  responses: {
    field: "text",
    text: (text, end = "stop") =>
      sseFrames(
        created(),
        ...messageItems(0, inPieces(text)),
        end === "stop"
          ? ended()
          : ended("incomplete", { incomplete_details: { reason: "max_output_tokens" } }),
      ),
    call: (json) =>
      sseFrames(created(), ...functionItems(0, "c", "final_answer", ...inPieces(json)), ended()),
  },
  messages: {
    field: "output_config",
    text: (text, end = "stop") =>
      sseFrames(
        messageStart(),
        ...textBlock(0, ...inPieces(text)),
        ...messageEnd(end === "stop" ? "end_turn" : "max_tokens"),
      ),
    call: (json) =>
      sseFrames(
        messageStart(),
        ...toolUseBlock(0, "c", "final_answer", ...inPieces(json)),
        ...messageEnd("tool_use"),
      ),
  },
};

type Body = Readonly<Record<string, unknown>>;

/** An endpoint on a wire; a string is refused for that reason. */
function endpointOf(wire: WireName, answerTo: (body: Body, count: number) => string | { refused: string }) {
  const bodies: Body[] = [];
  const model = createEndpointModel({
    ...{ id: "m", wire, firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6, apiKey: "k" },
    fetch: async (input, init) => {
      const parsed: unknown = JSON.parse(typeof init?.body === "string" ? init.body : "{}");
      const body = isRecord(parsed) ? parsed : {};
      bodies.push(body);
      const answer = answerTo(body, bodies.length);
      const given =
        typeof answer === "string"
          ? { body: Buffer.from(answer), slice: 50 }
          : {
              ...{ status: 400, type: "application/json" },
              body: Buffer.from(
                JSON.stringify({ error: { message: answer.refused, type: "invalid_request_error" } }),
              ),
            };
      return slicedFetch(given)(input, init);
    },
  });
  const run = () => streamAgent({ agent: cook, model, input: "Soup?" });
  return { bodies, run };
}

const objectsOf = ({ parts }: RunState): ObjectPart[] => parts.filter((part) => part.type === "object");
const textOf = ({ parts }: RunState): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("|");

for (const [wire, { field, text, call }] of Object.entries(wires) as [WireName, Wire][])
  describe(`over ${wire}`, () => {
    test("a form is asked for by the wire's own field", async () => {
      const { bodies, run } = endpointOf(wire, () => text(good));
      await using started = run();
      assert.deepEqual(await started.object, soup);
      assert.ok(JSON.stringify(bodies[0]?.[field]).includes('"json_schema"'));
      assert.equal("tools" in (bodies[0] ?? {}), false);
    });

    for (const refused of [
      `Unsupported parameter: '${field}' is not supported with this model.`,
      "This model does not support json_schema.",
    ])
      test(`an endpoint without it answers all the same, and is offered a tool from then on: ${refused}`, async () => {
        const { bodies, run } = endpointOf(wire, (body) => {
          if (field in body) return { refused };
          return "tools" in body ? call(good) : text(good);
        });
        for (const times of [1, 2]) {
          await using started = run();
          assert.deepEqual(await started.object, soup, `${times}`);
          assert.deepEqual(
            objectsOf(started.state).map(({ json, attempt }) => [json, attempt]),
            [[good, 1]],
          );
        }
        assert.deepEqual(
          bodies.map((body) => [field in body, "tools" in body]),
          [
            [true, false],
            [false, false],
            [false, true],
          ],
        );
        assert.match(JSON.stringify(bodies[2]?.["tool_choice"]), /final_answer/);
      });

    test("one that takes neither a form nor tools has the words alone", async () => {
      const { bodies, run } = endpointOf(wire, (body) => {
        if (field in body) return { refused: `Unknown parameter: '${field}'` };
        return "tools" in body ? { refused: "This model does not support tools." } : text(good);
      });
      for (const times of [1, 2, 3]) {
        await using started = run();
        assert.deepEqual(await started.object, soup, `${times}`);
      }
      assert.equal(bodies.length, 5);
      assert.match(JSON.stringify(bodies.at(-1)), /Answer with one JSON object that fits this JSON Schema/);
    });

    test("prose and a fence around the JSON: the prose is text, the fence is nothing", async () => {
      const { run } = endpointOf(wire, () => text(`Here {you} are:\n\n\`\`\`json\n${good}\n\`\`\`\nEnjoy!`));
      await using started = run();
      assert.deepEqual(await started.object, soup);
      assert.equal(objectsOf(started.state)[0]?.json, good);
      assert.match(textOf(started.state), /^Here \{you\} are:\s*\|Enjoy!$/);
    });

    test("of two objects the first that fits is the answer", async () => {
      for (const [first, second] of [
        [good, '{"name":"Pie","steps":[]}'],
        ['{"name":"Pie"}', good],
      ]) {
        const { bodies, run } = endpointOf(wire, () => text(`${first}\n${second}`));
        await using started = run();
        assert.deepEqual(await started.object, soup);
        assert.deepEqual(
          objectsOf((await started.result).state).map(({ valid }) => valid),
          [true],
        );
        assert.equal(bodies.length, 1);
      }
    });

    test("one that stops inside a string is asked again with the reason, and the next attempt counts", async () => {
      const { bodies, run } = endpointOf(wire, (_, count) => text(count === 1 ? good.slice(0, 12) : good));
      await using started = run();
      assert.deepEqual(await started.object, soup);
      assert.deepEqual(
        objectsOf(started.state).map(({ attempt, valid, errors }) => [attempt, valid, errors]),
        [
          [1, false, ["the object is incomplete"]],
          [2, true, undefined],
        ],
      );
      assert.match(JSON.stringify(bodies[1]), /does not fit the schema.*the object is incomplete/s);
      assert.equal(started.state.total?.outputTokens, wire === "chat" ? undefined : 10);
    });

    test("one that always does has failed, in words, with what there is", async () => {
      const { bodies, run } = endpointOf(wire, () => text(good.slice(0, 12)));
      await using started = run();
      await assert.rejects(started.object, (error) => {
        assert.ok(error instanceof ModelError);
        assert.deepEqual([error.code, error.facts.reason], ["bad-response", "unfit-answer"]);
        return true;
      });
      assert.equal(bodies.length, 3);
      const last = objectsOf(started.state).at(-1);
      assert.deepEqual([last?.json, last?.attempt, last?.valid], [good.slice(0, 12), 3, false]);
    });

    test("one that is cut off inside a string at its limit is not asked again: incomplete", async () => {
      const { bodies, run } = endpointOf(wire, () => text(good.slice(0, 12), "length"));
      await using started = run();
      await assert.rejects(started.object, TypeError);
      const { state } = await started.result;
      assert.equal(state.ending?.type === "finish" && state.ending.finishReason, "length");
      assert.deepEqual(
        objectsOf(state).map(({ valid, errors }) => [valid, errors]),
        [[false, ["the object is incomplete"]]],
      );
      assert.equal(bodies.length, 1);
    });
  });
