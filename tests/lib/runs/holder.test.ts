import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { isDead, thisHolder } from "#lib/runs/holder.ts";
import type { Holder } from "#lib/storage/run-store.ts";

const self = thisHolder();
const isKnown = existsSync("/proc/self/stat");

test("this process is alive, and always has the same name", () => {
  assert.deepEqual(thisHolder(), self);
  assert.equal(self.pid, process.pid);
  assert.equal(isDead(self, self), false);
});

describe("a process is taken for dead", { skip: isKnown ? false : "only Linux tells" }, () => {
  const cases: [title: string, holder: Partial<Holder>, isDead: boolean][] = [
    ["if its pid is free", { pid: 999_999_999 }, true],
    ["if its pid is another's now", { startedAt: "1" }, true],
    ["not while its parent lives", { pid: process.ppid, startedAt: "" }, false],
    ["not if it ran on another host: its lease decides", { host: "elsewhere", pid: 999_999_999 }, false],
    ["not if it ran in another boot: its pid may be anybody's", { boot: "before", pid: 999_999_999 }, false],
    ["not if its boot is not known", { boot: "", pid: 999_999_999 }, false],
    ["not if its start is not known", { startedAt: "", pid: 999_999_999 }, false],
  ];
  for (const [title, holder, expected] of cases)
    test(title, () => assert.equal(isDead({ ...self, ...holder }, self), expected));

  test("nor by a process that does not know its own boot", () => {
    assert.equal(isDead({ ...self, boot: "", pid: 999_999_999 }, { ...self, boot: "" }), false);
  });
});
