import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createBodyParser } from "#lib/models/body-parser.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { AnswerReader } from "#lib/models/provider-wire.ts";

/** What a body parser gives to its reader, and when it calls a frame one. */
function parse(body: Uint8Array | string, slice = Number.POSITIVE_INFINITY) {
  const calls: string[] = [];
  let isDone = false;
  const reader: AnswerReader = {
    readFrame(data, event) {
      calls.push(`${event}: ${data}`);
      isDone ||= data === "done";
    },
    readDocument: (text) => void calls.push(`document: ${text}`),
    isComplete: (data) => /^(\w+|\{.*\}|\[.*\])$/.test(data.trim()) && !data.startsWith("cut"),
    end: () => void calls.push("end"),
    isFinished: false,
    get isDone() {
      return isDone;
    },
  };
  const onFrame = () => void calls.push("frame");
  const parser = createBodyParser({ host: "host:1", reader, maxFrameLength: 1000, onFrame });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += slice) parser.push(bytes.subarray(at, at + slice), []);
  parser.end([], false);
  return calls;
}

const bodies: [what: string, body: string, calls: string[]][] = [
  ["an empty body", "", ["end"]],
  ["frames", "data: a\n\nevent: error\ndata: b\n\n", ["frame", "message: a", "frame", "error: b", "end"]],
  ["frames without the space, with CRLF", "data:a\r\n\r\n", ["frame", "message: a", "end"]],
  ["a blank line first", "\n\ndata: a\n\n", ["frame", "message: a", "end"]],
  ["comments, which are no frames", ": hi\n\n: hi\n\ndata: a\n\n", ["frame", "message: a", "end"]],
  ["frames that are empty", "data:\n\ndata: \n\ndata: a\n\n", ["frame", "message: a", "end"]],
  ["space around the data", "data:  a \n\n", ["frame", "message: a", "end"]],
  ["a frame after the stream's own end", "data: done\n\ndata: a\n\n", ["frame", "message: done", "end"]],
  ["a last frame without its blank line", "data: a", ["frame", "message: a", "end"]],
  ["a last frame that was cut", "data: a\n\ndata: cut", ["frame", "message: a", "end"]],
  ["a byte order mark", "\ufeffdata: a\n\n", ["frame", "message: a", "end"]],
  ["an unknown field first", "status: 200\ndata: a\n\n", ["frame", "message: a", "end"]],
  [
    "JSON by the line",
    '{"a":1}\n{"b":2}\n',
    ["frame", 'message: {"a":1}', "frame", 'message: {"b":2}', "end"],
  ],
  ["one line of JSON, and nothing more", '{"a":1}\n\n', ['document: {"a":1}\n\n', "end"]],
  ["a list", "[1]", ["document: [1]", "end"]],
  ["an error as a field", "error: a\n\n", ["frame", "error: a", "end"]],
  ["one JSON document", ' {"a":\n"ü😀"}\n', ['document: {"a":\n"ü😀"}\n', "end"]],
];

for (const [what, body, calls] of bodies)
  test(`${what}, cut anywhere, is read as it is whole`, () => {
    for (const slice of [1, 2, 3, 7, undefined]) assert.deepEqual(parse(body, slice), calls, `${slice}`);
  });

describe("a body that is neither a stream nor JSON", () => {
  for (const body of ["<html>", "\n<!doctype html><p>data: hello", "upstream connect error"])
    test(`is a bad response: ${JSON.stringify(body)}`, () => {
      for (const slice of [1, undefined])
        assert.throws(
          () => parse(body, slice),
          (error) =>
            error instanceof ModelError && error.code === "bad-response" && error.facts.reason === "page",
        );
    });
});

test("a piece without an end is a limit that was reached", () => {
  for (const body of ["data: ", "{", "x"])
    assert.throws(
      () => parse(body + "y".repeat(1001), 100),
      (error) => error instanceof ModelError && error.code === "limit-reached",
    );
});
