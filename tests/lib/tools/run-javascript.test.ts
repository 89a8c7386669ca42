import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import { defaultSandboxLimits } from "#lib/sandbox/sandbox.ts";
import { createJavaScriptTool } from "#lib/tools/run-javascript.ts";
import { callTool } from "../../support/call-tool.ts";

const limits = { ...defaultSandboxLimits, cpuMs: 5000 };
const sandboxes = createSandboxes(limits);
after(() => sandboxes.close());
const tool = createJavaScriptTool(sandboxes, limits);

/** All that the tool says: what it yields, and at last what it returns. */
async function outputsOf(code: string, signal?: AbortSignal): Promise<unknown[]> {
  const outputs: unknown[] = [];
  // Cast: the tool's is a generator.
  const given = (await callTool(tool, { code }, signal ? { signal } : {})) as AsyncGenerator<unknown>;
  for (;;) {
    const { done, value } = await given.next();
    outputs.push(value);
    if (done) return outputs;
  }
}

test("code gives its value, what it printed, and the images that it has shown", async () => {
  assert.deepEqual(await outputsOf("6 * 7"), [{ value: 42 }]);
  assert.deepEqual(await outputsOf("console.log('a'); ({ b: [1] })"), [
    { value: { b: [1] }, printed: "a\n" },
  ]);
  const svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>";
  const data = Buffer.from(svg).toString("base64");
  assert.deepEqual(await outputsOf(`show_image("${svg}"); 1`), [
    { value: 1, images: [{ type: "image", mimeType: "image/svg+xml", data }] },
  ]);
});

test("what is printed is shown while the code runs", async () => {
  const code =
    "console.log('begun'); const later = (done) => setTimeout(done, 1000); await new Promise(later); console.log('done')";
  assert.deepEqual(await outputsOf(code), [
    { printed: "begun\n" },
    { value: null, printed: "begun\ndone\n" },
  ]);
});

const failures: [code: string, words: RegExp][] = [
  ["\nmissing()", /^ReferenceError: 'missing' is not defined \(line 2 of the code\)$/],
  [
    "console.log('before'); throw new Error('no')",
    /^Error: no \(line 1 of the code\)\nIt had printed:\nbefore$/,
  ],
  ["'x'.repeat(1e5)", /more than the 64 KB of output/],
];
for (const [code, words] of failures)
  test(`${JSON.stringify(code)} fails in words for the model`, async () => {
    await assert.rejects(outputsOf(code), { message: words });
  });

test("calls know nothing of each other", async () => {
  await outputsOf("globalThis.kept = 1");
  assert.deepEqual(await outputsOf("typeof kept"), [{ value: "undefined" }]);
});

test("it runs what it is given, so a person is asked; the operator has turned it on", () => {
  assert.equal(tool.effect, "code");
  assert.equal(tool.isTurnedOn, true);
});
