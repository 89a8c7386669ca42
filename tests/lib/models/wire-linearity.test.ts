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
/** The least of so many counts. */
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

/** Milliseconds of the processor for one answer of so many letters. */
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
  return process.cpuUsage(before).user / 1000;
}

describe("an answer takes time in proportion to its deltas", () => {
  for (const [wire, what, bodyOf] of answers)
    test(`of the ${wire} wire, ${what}`, async () => {
      const costs: Record<number, number> = {};
      const bodies = sizes.map((size) => [size, bodyOf(size)] as const);
      for (let attempt = 0; attempt < attempts; attempt += 1)
        for (const [size, body] of bodies)
          costs[size] = Math.min(costs[size] ?? Infinity, await cost(wire, body, size));
      const [small, large] = sizes.map((size) => costs[size] ?? 0);
      const ratio = (large ?? 0) / (small ?? 1);
      assert.ok(ratio <= maxRatio, `${ratio.toFixed(1)} times as long`);
    });
});
