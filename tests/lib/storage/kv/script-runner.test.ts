import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createScriptRunner } from "#lib/storage/kv/script-runner.ts";

const script = "return {ARGV[1]}";
const digest = createHash("sha1").update(script).digest("hex");

/** A server that knows no script until it has run one in full. */
function opened(options: { now?: () => number } = {}) {
  const known = new Set<string>();
  const calls: string[] = [];
  const run = createScriptRunner(
    {
      evalsha: async (sha, keys, args) => {
        calls.push(`evalsha ${keys.join()} ${args.join()}`);
        if (!known.has(sha)) throw new Error("NOSCRIPT No matching script.");
        return ["again", 1, [null]];
      },
      eval: async (text, keys, args) => {
        calls.push(`eval ${keys.join()} ${args.join()}`);
        known.add(createHash("sha1").update(text).digest("hex"));
        return 7;
      },
    },
    options,
  );
  return { run, calls, known };
}

test("a script is sent in full only to a server that does not know it", async () => {
  const { run, calls, known } = opened();
  assert.deepEqual(await run(script, ["k"], [1, "a"]), ["7"]);
  assert.ok(known.has(digest));
  assert.deepEqual(await run(script, ["k"], [1, "a"]), ["again", "1", ["null"]]);
  assert.deepEqual(calls, ["evalsha k ,1,a", "eval k ,1,a", "evalsha k ,1,a"]);
});

test("the first argument is the time, empty for the server's own", async () => {
  const { run, calls } = opened({ now: () => 5 });
  await run(script, [], ["a"]);
  assert.deepEqual(calls.at(-1), "eval  5,a");
});

test("a failure is an error of the store", async () => {
  const run = createScriptRunner(
    { evalsha: async () => Promise.reject(new Error("OOM")), eval: async () => assert.fail() },
    {},
  );
  await assert.rejects(run(script, [], []), { name: "StorageError", code: "full" });
});

const cut = () => Promise.reject(new Error("write ECONNRESET"));
const large = ["x".repeat(300_000)];
const cuts: [what: string, args: string[], isBack: boolean, code: string][] = [
  [
    "a large request that is cut off, and a small one is answered: it was too large",
    large,
    true,
    "too-large",
  ],
  ["neither is answered: the store is away", large, false, "unavailable"],
  ["a small request is never too large", ["x"], true, "unavailable"],
];
for (const [what, args, isBack, code] of cuts) {
  test(what, async () => {
    const run = createScriptRunner({ evalsha: cut, eval: async () => (isBack ? 1 : cut()) }, {});
    await assert.rejects(run(script, [], args), { name: "StorageError", code });
  });
}
