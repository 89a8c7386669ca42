import assert from "node:assert/strict";
import { test } from "node:test";
import { isValidElement } from "react";
import { citationLinks } from "#components/message/citation-links.ts";

const links = citationLinks(
  JSON.stringify([
    ["1", "https://a.example/", "A"],
    ["2", "https://b.example/", null],
    ["12", "javascript:alert(1)", "no link"],
  ]),
);

/** The numbers that a text is shown as. */
function numbersIn(text: string): (string | null)[] | undefined {
  const shown = links(text);
  return Array.isArray(shown) ? shown.map((each) => (isValidElement(each) ? each.key : null)) : undefined;
}

const titles = (text: string): unknown[] => {
  const shown = links(text);
  // Cast: what is made of one number has a title.
  return Array.isArray(shown) ? shown.map((each) => (each as { props: { title: string } }).props.title) : [];
};

const cited: [text: string, titles: string[]][] = [
  ["[1]", ["A"]],
  ["[2]", ["https://b.example/"]],
  ["[1][2]", ["A", "https://b.example/"]],
  ["[1, 2]", ["A", "https://b.example/"]],
  ["[1，2、12]", ["A", "https://b.example/", "no link"]],
  ["[ 01 ]", ["A"]],
];
for (const [text, shown] of cited)
  test(`${text} cites sources`, () => {
    assert.equal(numbersIn(text)?.length, shown.length);
    assert.deepEqual(titles(text), shown);
  });

const others = [
  "[3]",
  "[1][3]",
  "[a]",
  "[1",
  "1]",
  "[1](x)",
  "[]",
  "[1-2]",
  "[99999]",
  `[${"1,".repeat(300)}1]`,
  "",
];
for (const text of others)
  test(`${JSON.stringify(text.slice(0, 20))} cites nothing and is left as it is`, () =>
    assert.equal(links(text), undefined));

test("a long run of brackets costs no more than its length", () => {
  const startedAt = performance.now();
  void links(`${"[1]".repeat(100)}x`);
  void links("[1,".repeat(130));
  assert.ok(performance.now() - startedAt < 500);
});
