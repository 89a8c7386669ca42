import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openSandbox } from "#lib/sandbox/open-sandbox.ts";
import { type CodeEnd, codeBombs } from "../../support/code-bombs.ts";

/** Small, so that each is over soon. */
const limits = { memoryMb: 32, cpuMs: 200, outputBytes: 4096 };

describe("code that wants all of a machine", { concurrency: 2 }, () => {
  for (const [name, code, ...ends] of codeBombs)
    test(`${name} ends by ${ends.join(" or ")}`, async (t) => {
      const sandbox = openSandbox(limits);
      t.after(() => sandbox.close());
      const result = await sandbox.run(code);
      const end: CodeEnd = result.ok ? "value" : result.reason;
      assert.ok(ends.includes(end), JSON.stringify(result).slice(0, 300));
      assert.equal(sandbox.isClosed, end !== "value" && end !== "error");
      if (!result.ok) assert.ok(result.message.length < 5000, "words");
      // What still stands still works.
      if (!sandbox.isClosed) assert.equal((await sandbox.run("6*7")).ok, true);
    });
});
