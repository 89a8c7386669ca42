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
    isComplete: (data) => !data.startsWith("cut"),
    end: () => void calls.push("end"),
    isFinished: false,
    get isDone() {
      return isDone;
    },
  };
  const parser = createBodyParser({ host: "host:1", reader, onFrame: () => void calls.push("frame") });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += slice) parser.push(bytes.subarray(at, at + slice), []);
  parser.end([]);
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
  ["one JSON document", ' {"a":\n"ü😀"}\n', ['document: {"a":\n"ü😀"}\n', "end"]],
];

for (const [what, body, calls] of bodies)
  test(`${what}, cut anywhere, is read as it is whole`, () => {
    for (const slice of [1, 2, 3, 7, undefined]) assert.deepEqual(parse(body, slice), calls, `${slice}`);
  });

describe("a body that is neither a stream nor JSON", () => {
  for (const body of ["<html>", "\n<!doctype html><p>data: hello", "upstream connect error", "[1]"])
    test(`is a bad response: ${JSON.stringify(body)}`, () => {
      for (const slice of [1, undefined])
        assert.throws(
          () => parse(body, slice),
          (error) =>
            error instanceof ModelError && error.code === "bad-response" && error.facts.reason === "page",
        );
    });
});
