import assert from "node:assert/strict";
import { test } from "node:test";
import { messageText, pastedText, readDraft, writeDraft } from "#components/composer/pasted-text.ts";

test("a draft of typed words and pasted texts is read as the pieces it was written from", () => {
  const stored = writeDraft("look", [pastedText("a\nb"), pastedText("c")]);
  const { typed, pasted } = readDraft(stored);
  assert.equal(typed, "look");
  assert.deepEqual(
    pasted.map(({ text, lines }) => [text, lines]),
    [
      ["a\nb", 2],
      ["c", 1],
    ],
  );
});

test("a pasted text has the line ends of a field, counts whole lines, and cannot break the draft", () => {
  const { text, lines, characters } = pastedText("one\r\ntwo\r\u001ethree\n");
  assert.equal(text, "one\ntwo\nthree\n");
  assert.equal(lines, 3);
  assert.equal(characters, 14);
});

test("the message is the typed words, then each pasted text; a draft too long for the field is folded", () => {
  assert.equal(messageText("look", [pastedText("a"), pastedText("b")]), "look\n\na\n\nb");
  assert.equal(messageText(" ", [pastedText("a")]), "a");
  const { typed, pasted } = readDraft("x".repeat(8001));
  assert.equal(typed, "");
  assert.equal(pasted[0]?.text.length, 8001);
});
