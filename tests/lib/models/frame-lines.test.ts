import assert from "node:assert/strict";
import { test } from "node:test";
import { createFrameLines } from "#lib/models/frame-lines.ts";
import { tryParseJson } from "#lib/models/try-parse-json.ts";

function read(body: string): string[] {
  const frames: string[] = [];
  const lines = createFrameLines({
    onFrame: (data, event) => void frames.push(`${event} ${data}`),
    isWhole: (data) => tryParseJson(data) !== undefined,
  });
  for (const line of body.split("\n")) lines.read(line);
  lines.end();
  return frames;
}

const cases: [what: string, body: string, frames: string[]][] = [
  ["frames as they should be", 'event: a\ndata: {"x":1}\n\ndata: 2\n\n', ['a {"x":1}', "message 2"]],
  ["data of several lines", 'data: {\ndata: "x":\ndata: 1}\n\n', ['message {\n"x":\n1}']],
  ["no blank lines between", "data: 1\ndata: 2\ndata: 3\n", ["message 1", "message 2", "message 3"]],
  ["no blank lines, with names", "event: a\ndata: 1\nevent: b\ndata: 2\n", ["a 1", "b 2"]],
  ["no blank lines, with ids", "id: 1\ndata: 1\nid: 2\ndata: 2\n", ["message 1", "message 2"]],
  ["no data: at all", '{"x":1}\n{"x":2}\n', ['message {"x":1}', 'message {"x":2}']],
  ["an error as a field", 'data: 1\n\nerror: {"x":1}\n', ["message 1", 'error {"x":1}']],
  ["an error as bare JSON", 'data: 1\n\n{"error":1}\n', ["message 1", 'message {"error":1}']],
  [
    "bare JSON of several lines",
    'data: 1\n\n{\n"error": {}\n}\n\n',
    ["message 1", 'message {\n"error": {}\n}'],
  ],
  ["comments and other fields", ": hi\nstatus: 200\nretry: 5\ndata: 1\n\n", ["message 1"]],
  ["frames without data", "event: ping\n\nevent: ping\ndata:\n\ndata: 1\n\n", ["message 1"]],
  ["a last frame that was cut", 'data: 1\n\ndata: {"x"', ["message 1"]],
  ["a last frame without its blank line", "data: 1", ["message 1"]],
];
for (const [what, body, frames] of cases)
  test(`${what}: ${JSON.stringify(body)}`, () => assert.deepEqual(read(body), frames));

test("a body of none of these is no stream", () => {
  const lines = createFrameLines({ onFrame: () => {}, isWhole: () => false });
  lines.read("upstream connect error or disconnect/reset before headers. reset reason: overflow");
  assert.equal(lines.isStream, false);
  lines.read(": hi");
  assert.equal(lines.isStream, true);
});
