import assert from "node:assert/strict";
import { test } from "node:test";
import { createChatTextFrames } from "#lib/models/chat/chat-text-frames.ts";
import { plainTextOf } from "#lib/models/chat/plain-text-of.ts";

const frame = (content: string, more: object = {}): string =>
  JSON.stringify({
    id: "c",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content } }],
    ...more,
  });

/** By `read`, or as a reader of answers does where that tells nothing. */
function readAll(frames: readonly string[]) {
  const known = createChatTextFrames();
  return frames.map((each) => {
    const text = known.read(each);
    if (text === undefined) {
      const plain = plainTextOf(JSON.parse(each));
      if (plain !== undefined) known.learn(each);
      return { text: plain, parsed: true };
    }
    return { text, parsed: false };
  });
}

test("frames that differ in their text only are parsed once", () => {
  const texts = ["Hello", " wörld", "", "水", "🌊", "'", "/", "{}", " ".repeat(1000)];
  const read = readAll(texts.map((text) => frame(text)));
  assert.deepEqual(
    read.map(({ text }) => text),
    texts,
  );
  assert.deepEqual(
    read.map(({ parsed }) => parsed),
    [true, ...texts.slice(1).map(() => false)],
  );
});

test("whatever a frame says, reading it gives what parsing it gives", () => {
  const odd = [
    '"',
    "\\",
    '\\"',
    "\n",
    "\u0000",
    'a"},"finish_reason":"stop"',
    '","content":"',
    "\ud83c",
    "\u2028",
    "probe",
  ];
  const others = [
    frame("x", { usage: { prompt_tokens: 1 } }),
    frame("x", { id: "another" }),
    frame("x").replace('"index":0', '"index":1'),
    frame("x").replace('{"content"', '{"reasoning":"r","content"'),
    frame("x").replace("}}]", '},"finish_reason":"stop"}]'),
    frame("x").replace('"id"', '"note":{"content":"n"},"id"'),
    frame("x").replace("}}]", '},"content":"last"}]'),
    frame("\\u0041").replaceAll("\\\\", "\\"),
    '{"error":{"content":"x"}}',
    '{"choices":[]}',
  ];
  const texts = odd.map((text) => frame(text));
  // In every order of two, with a plain one before, between and behind.
  for (const one of [...texts, ...others])
    for (const next of [...texts, ...others]) {
      const frames = [frame("first"), one, frame("plain"), next, next, one, frame("last")];
      assert.deepEqual(
        readAll(frames).map(({ text }) => text),
        frames.map((each) => plainTextOf(JSON.parse(each))),
        frames.join("\n"),
      );
    }
});

test("a frame of any length is no harm", () => {
  const known = createChatTextFrames();
  known.learn(frame('\\"'.repeat(8_000_000)));
  known.learn(frame("x"));
  assert.equal(known.read(frame("y")), "y");
});

test("a provider whose frames all differ is not learnt from for ever", () => {
  const frames = Array.from({ length: 1000 }, (_, at) => frame("x", { padding: "x".repeat(at) }));
  const known = createChatTextFrames();
  for (const each of frames) {
    assert.equal(known.read(each), undefined);
    known.learn(each);
  }
  assert.equal(known.read(frames.at(-1) ?? ""), undefined);
});

test("texts with escapes in them, however many, are no reason to learn no more", () => {
  const known = createChatTextFrames();
  known.learn(frame("x"));
  for (let count = 0; count < 100; count += 1) known.learn(frame('"'));
  known.learn(frame("x", { id: "another" }));
  assert.equal(known.read(frame("y", { id: "another" })), "y");
});

test("a frame that is too short for both its ends is none", () => {
  const known = createChatTextFrames();
  known.learn(frame("x"));
  assert.equal(known.read(frame("").replace('""', '"')), undefined);
});
