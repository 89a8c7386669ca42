import assert from "node:assert/strict";
import { test } from "node:test";
import { createCodeWatch } from "#lib/models/chat/code-watch.ts";

/** At each `?` of the text, whether it stands in code; the marks themselves are not read. */
function codeIn(text: string, size: number): string {
  const watch = createCodeWatch();
  let found = "";
  for (const piece of text.split(/(?<=\?)|(?=\?)/)) {
    if (piece === "?") found += watch.isInside ? "c" : ".";
    else
      for (let at = 0; at < piece.length; at += size) {
        const part = piece.slice(at, at + size);
        if (/[`~\n]/.test(part)) watch.read(part);
        else watch.readPlain(part);
      }
  }
  return found;
}

const cases: [what: string, text: string, code: string][] = [
  ["text", "a ? b", "."],
  ["code within a line", "a `b ? c` d ?", "c."],
  ["right behind a backtick", "`?", "c"],
  ["a lone backtick, as far as its line", "a ` b ?\n?", "c."],
  ["code that holds a backtick", "``a ` ? b`` ?", "c."],
  ["two pieces of code in a line", "`a` ? `b ?` ?", ".c."],
  ["a fence", "```\n?\n```\n?", "c."],
  ["a fence with a language", "```js ?\n?\n```\n?", "cc."],
  ["a fence of tildes", "~~~\n?\n~~~\n?", "c."],
  ["a fence of tildes with a language", "~~~ md\n?\n~~~\n?", "c."],
  ["a fence that holds the other kind", "~~~\n```\n?\n```\n?\n~~~\n?", "cc."],
  ["a fence that holds a shorter one", "````\n```\n?\n```\n?\n````\n?", "cc."],
  ["a longer end", "```\n?\n`````\n?", "c."],
  ["an end that has words behind it is none", "```\n```js\n?\n```\n?", "c."],
  ["an end with space around it", "```\n?\n  ```  \n?", "c."],
  ["backticks in a fence, in the line", "```\na ``` b\n?\n```\n?", "c."],
  ["a fence in a list, and in a quote", "- ```\n  ?\n  ```\n?\n> ~~~\n> ?\n> ~~~\n?", "c.c."],
  ["a fence that begins in a line", "thus: ```js\n?\n``` ?", "c."],
  ["three backticks within a line", "```a ?``` ?\n?", "c.."],
  ["tildes that cross out", "~~a ?~~ ? ~b", ".."],
  ["three tildes in a line", "a ~~~ b ?\n?", ".."],
  ["a fence that never ends", "```\n?\n\n?", "cc"],
  ["line breaks of two characters", "```\r\n?\r\n```\r\n?", "c."],
];
for (const [what, text, code] of cases)
  test(`${what}: ${JSON.stringify(text)}, however it is cut`, () => {
    for (const size of [1, 2, 3, 100]) assert.equal(codeIn(text, size), code, `${size} at a time`);
  });
