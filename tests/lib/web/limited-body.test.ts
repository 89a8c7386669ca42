import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { limitedBody } from "#lib/web/limited-body.ts";

const words = Buffer.from("some words ".repeat(100));
const bodyOf = (...chunks: Buffer[]) => Readable.from(chunks, { objectMode: false });

const encodings: [encoding: string, packed: Buffer][] = [
  ["", words],
  ["identity", words],
  ["gzip", gzipSync(words)],
  ["X-GZIP", gzipSync(words)],
  ["deflate", deflateSync(words)],
  ["br", brotliCompressSync(words)],
  ["gzip, br", brotliCompressSync(gzipSync(words))],
];
for (const [encoding, packed] of encodings)
  test(`a body that is packed as "${encoding}" is unpacked`, async () => {
    const { bytes, isCut } = await limitedBody(bodyOf(packed), encoding, 10_000);
    assert.deepEqual([Buffer.from(bytes).toString(), isCut], [words.toString(), false]);
  });

test("no more is kept than may be, and the end is told of", async () => {
  for (const [max, isCut] of [
    [words.length - 1, true],
    [words.length, false],
  ] as const) {
    const read = await limitedBody(bodyOf(words), "", max);
    assert.deepEqual([read.bytes.length, read.isCut], [Math.min(max, words.length), isCut]);
  }
});

test("64 megabytes of zeros that are packed into a few kilobytes cost no more than what may be kept", async () => {
  const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  const { bytes, isCut } = await limitedBody(bodyOf(zeros), "gzip", 2_000_000);
  assert.deepEqual([bytes.length, isCut], [2_000_000, true]);
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024);
});

test("a body that breaks off is what has come of it", async () => {
  const packed = gzipSync(Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7919) % 251)));
  const { bytes, isCut } = await limitedBody(bodyOf(packed.subarray(0, packed.length - 20)), "gzip", 1e6);
  assert.ok(bytes.length > 0 && isCut);
});

const refused: [what: string, encoding: string, body: Buffer, words: RegExp][] = [
  ["a packing that is not known", "zpaq", words, /packed as zpaq/],
  ["a packing on top of packings", "gzip, gzip, gzip", words, /packed too often/],
  ["a body that is not packed as it says", "gzip", words, /not packed as it says/],
];
for (const [what, encoding, body, message] of refused)
  test(`${what} is refused in words`, () =>
    assert.rejects(limitedBody(bodyOf(body), encoding, 1000), message));
