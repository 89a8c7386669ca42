import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineSplitter } from "#lib/wire/line-splitter.ts";

function split(...pieces: string[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter();
  for (const piece of pieces) splitter.push(piece, (line) => void lines.push(line));
  return lines;
}

test("LF, CR and CRLF end a line, wherever the text is cut", () => {
  const text = "a\nb\r\nc\rd\n\ne\r\r\n";
  for (let cut = 0; cut <= text.length; cut += 1)
    assert.deepEqual(split(text.slice(0, cut), "", text.slice(cut)), ["a", "b", "c", "d", "", "e", ""]);
  assert.deepEqual(split(...text), ["a", "b", "c", "d", "", "e", ""]);
});

test("a line that is not ended is none yet", () => assert.deepEqual(split("a\nb", "c"), ["a"]));
