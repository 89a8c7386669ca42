import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEntry } from "#lib/protocol/log-entry.ts";
import { createFrameEncoder, encodeComment, encodeFrame } from "#lib/wire/frames.ts";
import { createSseDecoder, type SseItem } from "#lib/wire/sse-decoder.ts";

/** What a client makes of it, however the network cuts it. */
function decode(text: string): SseItem[] {
  const decoder = createSseDecoder();
  const bytes = new TextEncoder().encode(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, at) =>
    bytes.subarray(at * 5, at * 5 + 5),
  );
  return chunks.flatMap((chunk) => decoder.push(chunk));
}

const entry = (seq: number, text: string): LogEntry => ({
  seq,
  epoch: 7,
  json: JSON.stringify({ type: "text-delta", delta: text }),
});

const encoderOf = (random = 0.5) => createFrameEncoder("run", () => random);

test("2 an encoder's frames are byte for byte those of the protocol", () => {
  const encoder = encoderOf();
  const calls: [text: string, wire: string][] = [
    [encoder.open(), "retry: 1500\n: open\n\n"],
    [
      encoder.entries([entry(3, "a"), entry(4, "b\n")]),
      'id: run:7:3\ndata: {"type":"text-delta","delta":"a"}\n\n' +
        'id: run:7:4\ndata: {"type":"text-delta","delta":"b\\n"}\n\n',
    ],
    [encoder.entries([]), ""],
    [encoder.durability("delayed"), ": delayed\n\n"],
    [encoder.durability("stopped"), ": unsaved\n\n"],
    [encoder.durability("ok"), ": saved\n\n"],
    [encoder.heartbeat(12), ": hb 12\n\n"],
  ];
  for (const [text, wire] of calls) assert.equal(text, wire);
});

test("2 reconnections spread over 500 to 2500 ms", () => {
  for (const [random, ms] of [
    [0, 500],
    [0.25, 1000],
    [0.9999, 2499],
  ] as const)
    assert.deepEqual(decode(encoderOf(random).open()), [
      { kind: "retry", ms },
      { kind: "comment", text: "open" },
    ]);
});

test("2.1 whatever ends a stream, nothing is sent that a reader could take for the end of the run", () => {
  for (const end of ["ended", "gone", "unavailable", "closed"] as const)
    assert.equal(encoderOf().close(end), "");
});

test("a frame is decoded to what was encoded, whatever its text holds", () => {
  const texts = [
    "\n\nevent: end\ndata: {}\n\n",
    "\r\rid: 9\r\r",
    "\u2028\u2029\u0085",
    "data: x\n",
    ": c",
    "😀",
    "\ud800",
    "",
  ];
  const frames = texts.map((text, at) => encodeFrame(`r:1:${at}`, JSON.stringify({ delta: text })));
  const items = decode(frames.join("")).filter((item) => item.kind === "event");
  assert.deepEqual(
    items.map(({ data }) => JSON.parse(data).delta),
    texts,
  );
  assert.deepEqual(
    items.map(({ id, event }) => [id, event]),
    texts.map((_, at) => [`r:1:${at}`, "message"]),
  );
  assert.equal(encodeFrame("r:1:1", "{}"), "id: r:1:1\ndata: {}\n\n");
});

test("no frame can be forged through an id, data or a comment", () => {
  for (const forged of ["a\nid: 9", "a\rb", "a\r\n\r\ndata: x"]) {
    assert.throws(() => encodeFrame("1", forged), RangeError);
    assert.throws(() => encodeFrame(forged, "{}"), RangeError);
    assert.deepEqual(
      decode(encodeComment(forged)).map(({ kind }) => kind),
      ["comment"],
    );
  }
  assert.equal(encodeComment("hb 12"), ": hb 12\n\n");
});
