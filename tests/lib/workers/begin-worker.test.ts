import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";

const home = mkdtempSync(join(tmpdir(), "rivulet-worker-"));
after(() => rmSync(home, { recursive: true, force: true }));

const beginning = join(import.meta.dirname, "../../../lib/workers/begin-worker.mjs");

/** The message of a worker of this text, which is told where compiled code is kept. */
async function messageOf(text: string, cacheDir: string): Promise<unknown> {
  const file = join(home, "a-worker.ts");
  writeFileSync(file, `import { parentPort } from "node:worker_threads";\n${text}`);
  const worker = new Worker(beginning, { argv: [file, cacheDir], env: {}, execArgv: [] });
  const [message] = await once(worker, "message");
  await worker.terminate();
  return message;
}

const saying = (words: string): string =>
  `const words: string = "${words}";\nparentPort?.postMessage(words satisfies string);`;

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test("what a worker is made of is compiled once, kept, and used again only for the same text", async () => {
  const cacheDir = join(home, "kept");
  assert.equal(await messageOf(saying("one"), cacheDir), "one");
  const kept = filesIn(cacheDir);
  assert.ok(kept.length >= 2, `${kept.length} files`);
  assert.equal(await messageOf(saying("one"), cacheDir), "one");
  assert.equal(await messageOf(saying("two"), cacheDir), "two");
});

test("a worker begins also where nothing can be kept, and where what was kept is damaged", async () => {
  const file = join(home, "no-folder");
  writeFileSync(file, "");
  assert.equal(await messageOf(saying("one"), join(file, "kept")), "one");
  const cacheDir = join(home, "damaged");
  await messageOf(saying("three"), cacheDir);
  for (const kept of filesIn(cacheDir)) writeFileSync(kept, readFileSync(kept).fill(0x7f, 16));
  assert.equal(await messageOf(saying("three"), cacheDir), "three");
});
