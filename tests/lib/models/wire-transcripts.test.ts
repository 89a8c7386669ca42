import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createEndpointModel, type WireName } from "#lib/models/endpoint-model.ts";
import { streamedResponse } from "#lib/models/streamed-response.ts";
import { type CollectedAnswer, collectAnswer } from "../../support/collect-answer.ts";
import { piecesOf } from "../../support/pieces-of.ts";
import { type ScriptedModelServer, startScriptedModelServer } from "../../support/scripted-model-server.ts";
import { listShared, readShared, skipWithoutShared } from "../../support/shared-files.ts";

/** What a recording says of itself, whichever wire it is of. */
interface Expected {
  text: string;
  refusal?: string;
  reasoning: string;
  tool_calls: { id: string; name: string; arguments: string }[];
  usage: Record<string, unknown> | null;
  terminal: string;
  signatures?: number;
  encrypted_reasoning?: boolean;
}

const limits = { firstByteMs: 20_000, idleMs: 20_000, maxCharacters: 16 * 1024 * 1024 };

for (const [wire, count] of [
  ["responses", 24],
  ["messages", 21],
] as const)
  describe(`recorded streams of the ${wire} wire`, { skip: skipWithoutShared }, () => {
    let server: ScriptedModelServer;
    before(async () => {
      server = await startScriptedModelServer();
    });
    after(() => server.close());

    const folder = `transcripts-${wire}`;
    const names = listShared(folder).filter((name) => name.endsWith(".sse"));
    test(`there are ${count} of them`, () => assert.equal(names.length, count));

    async function assertEach(answerOf: (bytes: Uint8Array) => Promise<CollectedAnswer>): Promise<void> {
      for (const name of names) {
        const about = readShared(`${folder}/${name.replace(/sse$/, "expected.json")}`).toString();
        const { expected }: { expected: Expected } = JSON.parse(about);
        assertAnswer(await answerOf(readShared(`${folder}/${name}`)), expected, name);
      }
    }

    for (const size of [1, 2, 3, 7, 16, Infinity])
      test(`each one, in pieces of ${size} bytes, gives the text, thoughts, calls, usage and end that it holds`, () =>
        assertEach((bytes) => collectAnswer(modelOf(wire, bytes, size))));

    for (const size of [7, undefined])
      test(`and over a socket, in pieces of ${size ?? "all"} bytes`, () =>
        assertEach((bytes) => {
          server.script({ steps: [{ write: bytes }], ...(size !== undefined && { slice: size }) });
          return collectAnswer(createEndpointModel({ id: "m", wire, baseUrl: server.url, ...limits }));
        }));
  });

/** A model whose endpoint answers these bytes in such pieces. */
const modelOf = (wire: WireName, bytes: Uint8Array, size: number) =>
  createEndpointModel({
    id: "m",
    wire,
    baseUrl: "http://recorded.invalid/v1",
    fetch: async () => streamedResponse(piecesOf(bytes, size), { status: 200 }),
    ...limits,
  });

function assertAnswer(answer: CollectedAnswer, expected: Expected, name: string): void {
  assert.equal(answer.text, expected.text, name);
  assert.equal(answer.reasoning, expected.reasoning, name);
  assert.equal(answer.refusal, expected.refusal ?? "", name);
  assert.deepEqual(answer.toolCalls.map(asCall), expected.tool_calls.map(asCall), name);
  assertUsage(answer, expected, name);
  assert.equal(answer.error, undefined, name);
  assert.equal(answer.finish !== undefined, expected.terminal === "finished", name);
  const given = answer.parts.filter((part) => part.type === "reasoning-end" && part.providerMetadata).length;
  if (expected.signatures !== undefined) assert.equal(given, expected.signatures, name);
  else assert.equal(given > 0, expected.encrypted_reasoning, name);
}

/** Arguments that came whole are an object, which is written out here. */
const asCall = ({ id, name, arguments: args }: Expected["tool_calls"][number]) => ({
  id,
  name,
  arguments: JSON.parse(args) as unknown,
});

function assertUsage({ usage }: CollectedAnswer, { usage: report }: Expected, name: string): void {
  const figure = (field: string): number => Number(report?.[field] ?? 0);
  const input =
    figure("input_tokens") + figure("cache_read_input_tokens") + figure("cache_creation_input_tokens");
  assert.deepEqual([usage?.inputTokens, usage?.outputTokens], [input, figure("output_tokens")], name);
}
