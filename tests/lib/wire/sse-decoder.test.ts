import assert from "node:assert/strict";
import { test } from "node:test";
import { createSseDecoder, type SseItem } from "#lib/wire/sse-decoder.ts";
import { readShared, skipWithoutShared } from "../../support/shared-files.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function decode(...chunks: (string | Uint8Array)[]): SseItem[] {
  const decoder = createSseDecoder();
  return chunks.flatMap((chunk) => decoder.push(typeof chunk === "string" ? bytes(chunk) : chunk));
}

const message = (data: string): SseItem => ({ kind: "event", event: "message", data });
const pieces = (whole: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
    whole.subarray(at * size, (at + 1) * size),
  );

interface SharedCase {
  id: string;
  chunks_base64: string[];
  expected: { event: string; data: string }[];
  expected_last_event_ids?: string[];
}

test("every worked case of ../shared decodes as it says", { skip: skipWithoutShared }, () => {
  const { cases }: { cases: SharedCase[] } = JSON.parse(readShared("cases/sse.json").toString());
  assert.ok(cases.length > 20);
  for (const { id, chunks_base64, expected, expected_last_event_ids } of cases) {
    const chunks = chunks_base64.map((chunk) => Buffer.from(chunk, "base64"));
    for (const cut of [chunks, pieces(Buffer.concat(chunks), 1)]) {
      const events = decode(...cut).filter((item) => item.kind === "event");
      assert.deepEqual(
        events.map(({ event, data }) => ({ event, data })),
        expected,
        id,
      );
      if (expected_last_event_ids)
        assert.deepEqual(
          events.map((event) => event.id),
          expected_last_event_ids,
          id,
        );
    }
  }
});

const mixed = [
  ": open\n\n",
  "retry: 1500\r\n",
  'id: r:1:1\r\ndata: {"a":"é 你 😀"}\r\n\r\n',
  "event: note\rdata: one\rdata:two\r\r",
  "data:  two spaces\n\n",
  "unknown: x\ndata\n\n",
].join("");
const mixedItems: SseItem[] = [
  { kind: "comment", text: "open" },
  { kind: "retry", ms: 1500 },
  { kind: "event", event: "message", data: '{"a":"é 你 😀"}', id: "r:1:1" },
  { kind: "event", event: "note", data: "one\ntwo", id: "r:1:1" },
  { kind: "event", event: "message", data: " two spaces", id: "r:1:1" },
  { kind: "event", event: "message", data: "", id: "r:1:1" },
];

test("LF, CR and CRLF, comments, ids and characters survive a cut at every byte", () => {
  const whole = bytes(mixed);
  assert.deepEqual(decode(whole), mixedItems);
  for (let cut = 0; cut <= whole.length; cut++) {
    assert.deepEqual(decode(whole.subarray(0, cut), whole.subarray(cut)), mixedItems, `cut at ${cut}`);
    assert.deepEqual(
      decode(whole.subarray(0, cut), new Uint8Array(), whole.subarray(cut)),
      mixedItems,
      `empty chunk at ${cut}`,
    );
  }
  for (const size of [1, 2, 3, 7])
    assert.deepEqual(decode(...pieces(whole, size)), mixedItems, `pieces of ${size}`);
});

test("CRLF cut in two, with an empty chunk between, is one line end", () => {
  assert.deepEqual(decode("data: a\r", "", "\ndata: b\r", "\n\r", "\n"), [message("a\nb")]);
});

test("a byte order mark at the start is dropped, one later is text", () => {
  assert.deepEqual(decode("\uFEFFdata: a\n\n"), [message("a")]);
  assert.deepEqual(decode("data: \uFEFFa\n\n"), [message("\uFEFFa")]);
});

test("only bytes that are no UTF-8 become U+FFFD", () => {
  assert.deepEqual(decode(bytes("data: "), Uint8Array.of(0xff, 0xe4, 0xbd), bytes("x\n\n")), [
    message("\uFFFD\uFFFDx"),
  ]);
});

test("an event without its blank line is none, unless the caller asks for the end", () => {
  const decoder = createSseDecoder();
  assert.deepEqual(decoder.push(bytes('data: a\n\ndata: {"b":1}')), [message("a")]);
  assert.deepEqual(decoder.end(), [message('{"b":1}')]);
  assert.deepEqual(createSseDecoder().end(), []);
});

test("an id with a NUL and a retry that is no number are ignored", () => {
  assert.deepEqual(decode("id: a\0b\nretry: 1.5\nretry: x\ndata: y\n\n"), [message("y")]);
});

test("100,000 comments in a row are read, and the event after them", () => {
  const items = decode(": hb\n\n".repeat(100_000), "data: a\n\n");
  assert.equal(items.length, 100_001);
  assert.deepEqual(items.at(-1), message("a"));
});

test("a line of 1 MB in chunks of one byte takes linear time", () => {
  const time = (size: number): number => {
    const line = bytes(`data: ${"x".repeat(size)}\n\n`);
    const decoder = createSseDecoder();
    const start = performance.now();
    let found = 0;
    for (let at = 0; at < line.length; at++) found += decoder.push(line.subarray(at, at + 1)).length;
    assert.equal(found, 1);
    return performance.now() - start;
  };
  time(50_000);
  // Quadratic would be 100 times longer, and minutes.
  assert.ok(time(1_000_000) < 5000);
});
