import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { streamedResponse } from "#lib/models/streamed-response.ts";
import * as chat from "../../support/chat-chunks.ts";
import { messageEnd, messageStart, textBlock, toolUseBlock } from "../../support/messages-events.ts";
import { user } from "../../support/model-messages.ts";
import { piecesOf } from "../../support/pieces-of.ts";
import { created, ended, functionItems, messageItems } from "../../support/responses-events.ts";
import { sseFrames } from "../../support/sse-frames.ts";

/**
 * Ten times the deltas take about ten times as long, and a hundred times if each costs what came before it;
 * the bound is far from both, since the machine has other things to do.
 */
const maxRatio = 30;
const sizes = [10_000, 100_000] as const;
/** The least ratio of so many: a garbage collection, or a clock that counts in ticks, spoils one of them. */
const attempts = 3;

type BodyOf = (count: number) => Buffer;

/** Of an answer with one delta, which stands for many. */
const manyOf =
  (...answer: object[]): BodyOf =>
  (count) => {
    const frames = answer.map((event) => {
      const isDelta = "type" in event && String(event.type).endsWith("delta") && "delta" in event;
      return isDelta && !("usage" in event) ? sseFrames(event).repeat(count) : sseFrames(event);
    });
    return Buffer.from(frames.join(""));
  };

/** Of the chat wire, whose last chunk stands for many. */
const manyChunks =
  (...chunks: chat.ChatChunkJson[]): BodyOf =>
  (count) => {
    const many = chat.sse(chunks.slice(-1)).repeat(count);
    return Buffer.from(chat.sse(chunks.slice(0, -1)) + many + chat.sse(chat.finish()) + chat.done);
  };

const thought = chat.textChunks("<think>")[0] ?? {};
/** Each with the name of its call, as some servers send it. */
const namedPiece = chat.delta({ tool_calls: [{ index: 0, function: { name: "add", arguments: "a" } }] });

const answers: [wire: WireName, what: string, bodyOf: BodyOf][] = [
  ["chat", "letters", manyChunks(...chat.textChunks("a"))],
  ["chat", "letters of a thought between tags", manyChunks(thought, ...chat.textChunks("a"))],
  ["chat", "pieces of arguments, with the name", manyChunks(...chat.toolCall(0, "a", "add"), ...namedPiece)],
  ["messages", "letters", manyOf(messageStart(), ...textBlock(0, "a"), ...messageEnd())],
  [
    "messages",
    "pieces of arguments",
    manyOf(messageStart(), ...toolUseBlock(0, "a", "add", "a"), ...messageEnd()),
  ],
  ["responses", "letters", manyOf(created(), ...messageItems(0, ["a"]), ended())],
  ["responses", "pieces of arguments", manyOf(created(), ...functionItems(0, "a", "add", "a"), ended())],
];

/** Microseconds of the processor for one answer of so many letters. */
async function cost(wire: WireName, body: Uint8Array, letters: number): Promise<number> {
  const model = createEndpointModel({
    id: "m",
    wire,
    baseUrl: "http://scripted.invalid/v1",
    fetch: async () => streamedResponse(piecesOf(body, 1400), { status: 200 }),
    ...{ firstByteMs: 20_000, idleMs: 20_000, maxCharacters: 100_000_000 },
  });
  const before = process.cpuUsage();
  let length = 0;
  const request = { messages: [user("?")], coalesceMs: 1 };
  for await (const part of model.stream(request, new AbortController().signal))
    if ("delta" in part) length += part.delta.length;
  assert.equal(length, letters);
  const { user: inCode, system } = process.cpuUsage(before);
  return inCode + system;
}

describe("an answer takes time in proportion to its deltas", () => {
  for (const [wire, what, bodyOf] of answers)
    test(`of the ${wire} wire, ${what}`, async () => {
      const [small, large] = sizes.map((size) => ({ size, body: bodyOf(size) }));
      assert.ok(small && large);
      let ratio = Infinity;
      for (let attempt = 0; attempt < attempts && ratio > maxRatio; attempt += 1) {
        const least = await cost(wire, small.body, small.size);
        ratio = Math.min(ratio, (await cost(wire, large.body, large.size)) / least);
      }
      assert.ok(ratio <= maxRatio, `${ratio.toFixed(1)} times as long`);
    });
});
