import assert from "node:assert/strict";
import { test } from "node:test";
import { createEventPieces } from "#lib/mcp/event-pieces.ts";

function piecesOf(text: string, size: number) {
  const pieces = createEventPieces();
  const bytes = new TextEncoder().encode(text);
  const read = [];
  for (let at = 0; at < bytes.length; at += size) read.push(...pieces.read(bytes.subarray(at, at + size)));
  const decoder = new TextDecoder();
  return [...read, ...pieces.rest()].map((piece) => ({ ...piece, bytes: decoder.decode(piece.bytes) }));
}

const events = ["id: 1\ndata: {}\n\n", "data: 你\ndata: 好\n\n", ": comment\n\n", "data\n\n"];

for (const [name, end] of [
  ["line feeds", "\n"],
  ["both", "\r\n"],
  ["carriage returns", "\r"],
] as const)
  test(`events whose lines end with ${name} are cut at their empty lines, wherever the chunks are`, () => {
    const text = events.join("").replaceAll("\n", end);
    for (let size = 1; size <= text.length; size += 1) {
      const pieces = piecesOf(text, size);
      assert.equal(pieces.map(({ bytes }) => bytes).join(""), text);
      const whole = pieces.filter(({ isWhole, bytes }) => isWhole && bytes.trim() !== "");
      assert.deepEqual(
        whole.map(({ bytes }) => bytes.trim()),
        events.map((event) => event.trim().replaceAll("\n", end)),
      );
    }
  });

test("a long event is handed on as it comes, and the one behind it is whole again", () => {
  const long = `data: ${"x".repeat(20_000)}\n\n`;
  const pieces = piecesOf(`${long}data: y\n\ndata: z`, 1000);
  assert.equal(pieces.map(({ bytes }) => bytes).join(""), `${long}data: y\n\ndata: z`);
  assert.deepEqual(
    pieces.filter(({ isWhole }) => isWhole).map(({ bytes }) => bytes),
    ["data: y\n\n"],
  );
  assert.ok(Math.max(...pieces.map(({ bytes }) => bytes.length)) < 6000);
});
