import assert from "node:assert/strict";
import { test } from "node:test";
import { prometheusText } from "#lib/metrics/prometheus-text.ts";

test("a family is its help, its type and a line a sample", () => {
  const text = prometheusText([
    { name: "a_total", help: "How many.", type: "counter", samples: [{ value: 2 }] },
    {
      ...{ name: "b", help: "Which.", type: "gauge" },
      samples: [
        { labels: { x: "1", y: "2" }, value: 0.5 },
        { suffix: "_sum", value: 3 },
      ],
    },
  ]);
  assert.equal(
    text,
    `# HELP a_total How many.
# TYPE a_total counter
a_total 2
# HELP b Which.
# TYPE b gauge
b{x="1",y="2"} 0.5
b_sum 3
`,
  );
});

test("a label's value breaks no line", () => {
  const [, , line] = prometheusText([
    { name: "a", help: "A.", type: "gauge", samples: [{ labels: { x: 'a"b\\c\nd' }, value: 1 }] },
  ]).split("\n");
  assert.equal(line, 'a{x="a\\"b\\\\c\\nd"} 1');
});
