import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createOverlapCut } from "#lib/agents/overlap-cut.ts";

/** What is passed on of the deltas, and what is known of them at the end. */
function cut(kept: string, ...deltas: string[]) {
  const overlap = createOverlapCut(kept);
  const passed = deltas.map(overlap.push);
  return { text: [...passed, overlap.end()].join(""), passed, isAnew: overlap.isAnew };
}

const kept = "A river bends. It bends because the outer bank is eaten awa";

const cases: [promise: string, kept: string, next: string, rest: string, isAnew?: true][] = [
  ["what goes on is passed on", kept, "y by the stream.", "y by the stream."],
  ["the last sentence again is cut", kept, "It bends because the outer bank is eaten away.", "y."],
  ["twelve characters are a repeat", "0123456789abcdef", "456789abcdef.", "."],
  ["eleven are not", "0123456789abcdef", "56789abcdef.", "56789abcdef."],
  ["the space that is kept is one of them", "It bends. River 8 has ", "River 8 has 56 bends.", "56 bends."],
  ["the longest repeat is cut", "no, no, no, no, no, no", "no, no, no, no, no, no!", "!"],
  ["it is cut once", "Try again and again.", " again and again. again and again.", " again and again."],
  ["what stands elsewhere in the text is no repeat of its end", kept, "A river", "A river"],
  ["the whole of it again is cut, and was begun anew", kept, `${kept}y.`, "y.", true],
  [
    "begun anew in other words, all of it is passed on",
    kept,
    "A river bends. It does so.",
    "A river bends. It does so.",
    true,
  ],
  ["a short beginning again is passed on, and was begun anew", "It is", "It is five.", "It is five.", true],
  ["its only sentence again is its last one", "A river bends because", "A river bends because it", " it"],
  [
    "a line that begins as the first one does goes on",
    "- a line of one\n- a",
    "- a line of two",
    "- a line of two",
  ],
  ["two letters are no beginning", "It", "It", "It"],
  ["nothing is cut where nothing is kept", "", "five", "five"],
  ["a repeat that has nothing behind it leaves nothing", kept, "the outer bank is eaten awa", ""],
  ["a short last sentence again is cut", "One thing. It works.", "It works. And more.", " And more."],
  [
    "a short last sentence again is cut, in Chinese too",
    "第一句话说明了背景。第二句很短。",
    "第二句很短。第三句继续。",
    "第三句继续。",
  ],
  ["a short last line again is cut", "- one\n- two\n", "- two\n- three", "- three"],
  ["a quoted sentence ends behind its quote", "他说“好的。”我们走吧！", "我们走吧！出发。", "出发。"],
  ["an ellipsis ends a sentence, however long", "一句。等一等……", "等一等……好。", "好。"],
  ["a short only sentence again is its last one", "It works.", "It works. And more.", " And more."],
  [
    "white space that is kept is part of what is cut",
    "One thing. It works. ",
    "It works. And more.",
    "And more.",
  ],
  [
    "a short last sentence again, behind another break",
    "One thing. It works.\n\n",
    "It works. And more.",
    "And more.",
  ],
  ["with a line break in it", "One thing. It\nworks well.", "It works well. And more.", " And more."],
  ["with more white space in it", "One thing. It works.", "It  works.\nAnd more.", "\nAnd more."],
  [
    "line breaks that are kept are no second time there",
    "One thing. It works.\n",
    "It works.\n\nMore.",
    "\nMore.",
  ],
  ["nor fewer than the new text has", "One thing. It works. ", "It works.\n\nMore.", "\n\nMore."],
  [
    "a long end again with other white space is cut",
    "A river bends. The outer bank is\neaten awa",
    "The outer bank  is eaten away.",
    "y.",
  ],
  ["white space in Chinese too", "第一句话。第二句很短。\n\n", "第二句很短。第三句继续。", "第三句继续。"],
  [
    "white space in code is meant",
    "```js\nreturn  resultOfAll;",
    "return resultOfAll;",
    "return resultOfAll;",
  ],
  ["three characters are no sentence", "It is so. No.", "No. No!", "No. No!"],
  [
    "a short end that is no whole sentence is none",
    "One thing. It works",
    "It works. And.",
    "It works. And.",
  ],
  ["the last part of a sentence is none", "One thing. So it works.", "it works. And.", "it works. And."],
  ["a sentence that goes on otherwise is none", "One thing. It works.", "It works, too.", "It works, too."],
  [
    "line breaks before a repeat are cut with it",
    "So it goes. This is a sentence of its own.",
    "\n\nThis is a sentence of its own. More.",
    " More.",
  ],
  ["a line break before a short sentence too", "One thing. It works.", "\n\nIt works.\nMore.", "\nMore."],
  ["line breaks before what is new are passed on", kept, "\n\nAnother one.", "\n\nAnother one."],
  ["white space alone is passed on", kept, "\n\n", "\n\n"],
  [
    "line breaks before what begins anew are passed on",
    kept,
    "\nA river bends. So.",
    "\nA river bends. So.",
    true,
  ],
  ["short lines of code may be alike", "```html\n<div>\n</div>\n", "</div>\n</div>\n", "</div>\n</div>\n"],
  [
    "lines of code that stand elsewhere are no repeat",
    "```js\n  return resultOfAll;\n",
    "    return resultOfAll;\n",
    "    return resultOfAll;\n",
  ],
  [
    "Chinese is text like any other",
    "河流会弯曲，是因为外岸不断被水流冲刷",
    "是因为外岸不断被水流冲刷而后退。",
    "而后退。",
  ],
];

for (const [promise, before, next, rest, isAnew = false] of cases)
  test(`${promise}, however it is cut into deltas`, () => {
    for (const deltas of [[next], next.split(""), next.split(/(?<= )/)]) {
      const result = cut(before, ...deltas);
      assert.deepEqual([result.text, result.isAnew], [rest, isAnew]);
    }
  });

test("text is held back only while it may be a repeat: the first other character releases all of it", () => {
  const { passed } = cut(kept, "It bends ", "because ", "I say so.", " Really.");
  assert.deepEqual(passed, ["", "", "It bends because I say so.", " Really."]);
  assert.deepEqual(cut(kept, "y by", " day").passed, ["y by", " day"]);
});

test("one that begins anew is known as such before it has caught up", () => {
  const overlap = createOverlapCut(kept);
  overlap.push("A river bends. It");
  assert.deepEqual([overlap.isAnew, overlap.isDecided], [true, false]);
});

const letters = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 40 });

const spaced = (text: string): string => text.replace(/\s+/g, " ");

test("what is passed on is the new text without the longest repeat of 12 characters or more, whatever its white space", () => {
  fc.assert(
    fc.property(letters, fc.nat(30), letters, fc.array(fc.nat(50)), (before, from, more, cuts) => {
      const kept = `${before}b`;
      const next = kept.slice(from) + more;
      const ends = [...new Set(cuts.map((at) => Math.min(at, next.length)))].toSorted((a, b) => a - b);
      const deltas = [0, ...ends].map((start, at) => next.slice(start, ends[at] ?? next.length));
      const end = spaced(kept.trimStart());
      const isRepeat = (length: number): boolean => {
        const words = spaced(next.slice(0, length).trimStart());
        return !words.endsWith(" ") && words.length >= 12 && end.endsWith(words);
      };
      const lengths = Array.from({ length: next.length }, (_, at) => next.length - at);
      assert.equal(cut(kept, ...deltas).text, next.slice(lengths.find(isRepeat) ?? 0));
    }),
    { numRuns: 2000 },
  );
});

test("the cost is linear, also where every place looks like the end", () => {
  const timeOf = (length: number): number => {
    const startedAt = process.threadCpuUsage();
    const same = "a".repeat(length);
    const overlap = createOverlapCut(same);
    for (const letter of same) assert.equal(overlap.push(letter), "");
    assert.equal(overlap.push("b"), "b");
    const { user, system } = process.threadCpuUsage(startedAt);
    return (user + system) / 1000;
  };
  timeOf(20_000);
  // The best of some, of the time that the thread worked: another process may take a core away.
  const bestOf = (length: number): number => Math.min(timeOf(length), timeOf(length), timeOf(length));
  const [once, tenfold] = [bestOf(50_000), bestOf(500_000)];
  assert.ok(tenfold / once <= 12 || tenfold < 300, `${once} ms, ${tenfold} ms`);
});
