import type { DemoScript } from "../demo-script.ts";

const code = `\`\`\`ts
/** Inserts \`value\` where it belongs; \`list\` stays in order. */
function insert(list: number[], value: number): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, value);
}

const list: number[] = [];
for (const value of [5, 1, 4, 1, 3]) insert(list, value);
console.log(list); // [1, 1, 3, 4, 5]
\`\`\``;

const en = `The simplest way to keep a list in order is to **put each value where it belongs**. A binary search finds the place in a few steps:

${code}

Finding the place is cheap; moving what comes after it is not. How much that matters depends on how many values there are:

| Way | Insert | Find | Good for |
| --- | --- | --- | --- |
| Sort after every insert | \`O(n log n)\` | \`O(log n)\` | a handful of values |
| Binary search and \`splice\` | \`O(n)\` | \`O(log n)\` | up to some ten thousand |
| Balanced tree | \`O(log n)\` | \`O(log n)\` | many values, many changes |
| Heap | \`O(log n)\` | \`O(n)\` | when only the smallest counts |

Two things to watch for:

- \`sort()\` without an argument compares as text: \`[10, 9].sort()\` stays \`[10, 9]\`.
- Equal values go before those that are already there. If order of arrival counts, write \`<=\` in place of \`<\`.

> Measure before you change it: a thousand numbers in an array are faster than most trees.`;

const zh = `让列表保持有序，最简单的办法是**每个值都插到它该在的位置**。二分查找几步就能找到：

${code}

找位置很便宜，搬动后面的元素却不便宜。影响有多大，要看有多少个值：

| 办法 | 插入 | 查找 | 适合 |
| --- | --- | --- | --- |
| 每次插入后重新排序 | \`O(n log n)\` | \`O(log n)\` | 只有几个值 |
| 二分查找加 \`splice\` | \`O(n)\` | \`O(log n)\` | 几万个以内 |
| 平衡树 | \`O(log n)\` | \`O(log n)\` | 值多，改动也多 |
| 堆 | \`O(log n)\` | \`O(n)\` | 只关心最小的那个 |

有两点要留意：

- 不带参数的 \`sort()\` 按文字比较：\`[10, 9].sort()\` 的结果还是 \`[10, 9]\`。
- 相等的值会排在已有的前面。如果要按到达的先后，把 \`<\` 换成 \`<=\`。

> 先测量，再改动：一千个数字放在数组里，比大多数树都快。`;

/** Code, a table, a list and a quotation. */
export const markdown: DemoScript = {
  matches: ({ question }) => /\bcode\b|\btable\b|markdown|代码|表格/i.test(question),
  reply: ({ language }) => ({ text: language === "zh" ? zh : en }),
};
