import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { isDead, thisHolder } from "#lib/runs/holder.ts";
import type { Holder } from "#lib/storage/run-store.ts";
import { namespaceMissing } from "../../support/namespace.ts";
import { asNobody } from "../../support/nobody.ts";
import { waitUntil } from "../../support/wait-until.ts";

const self = thisHolder();
const isKnown = existsSync("/proc/self/stat");
const free = 999_999_999;

/** What a process that is started within a command answers: its own name, and whether `other` is dead. */
function answerWithin(within: readonly string[], other: Holder) {
  const [command, ...args] = [...within, process.execPath, "--input-type=module", "--eval", question];
  const { stdout, stderr } = spawnSync(command, [...args, JSON.stringify(other)], { encoding: "utf8" });
  assert.notEqual(stdout, "", stderr);
  const answer: { self: Holder; isDead: boolean } = JSON.parse(stdout);
  return answer;
}

const question = `
  const { thisHolder, isDead } = await import(${JSON.stringify(import.meta.resolve("#lib/runs/holder.ts"))});
  const self = thisHolder();
  console.log(JSON.stringify({ self, isDead: isDead(JSON.parse(process.argv[1]), self) }));`;

test("this process is alive, and always has the same name", () => {
  assert.deepEqual(thisHolder(), self);
  assert.equal(self.pid, process.pid);
  assert.equal(isDead(self, self), false);
});

describe("a process is taken for dead", { skip: isKnown ? false : "only Linux tells" }, () => {
  const cases: [title: string, holder: Partial<Holder>, isDead: boolean][] = [
    ["if its pid is free", { pid: free }, true],
    ["if its pid is another's now", { startedAt: "1" }, true],
    ["not while its parent lives", { pid: process.ppid, startedAt: "" }, false],
    ["not if it ran on another host: its lease decides", { host: "elsewhere", pid: free }, false],
    ["not if it ran in another boot: its pid may be anybody's", { boot: "before", pid: free }, false],
    ["not if an older build named its boot alone", { boot: self.boot.split(" ")[0] ?? "", pid: free }, false],
    ["not if its boot is not known", { boot: "", pid: free }, false],
    ["not if its start is not known", { startedAt: "", pid: free }, false],
  ];
  for (const [title, holder, expected] of cases)
    test(title, () => assert.equal(isDead({ ...self, ...holder }, self), expected));

  test("nor by a process that does not know its own boot", () => {
    assert.equal(isDead({ ...self, boot: "", pid: free }, { ...self, boot: "" }), false);
  });

  test("once it is a zombie, which its parent has not looked at", async (t) => {
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    t.after(() => parent.kill("SIGKILL"));
    const [printed] = await once(parent.stdout, "data");
    const pid = Number(printed);
    const fields = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    await waitUntil("it is a zombie", () => fields()[0] === "Z");
    assert.equal(isDead({ ...self, pid, startedAt: fields()[19] ?? "" }, self), true);
  });
});

describe("a process elsewhere on this host and boot", { skip: namespaceMissing }, () => {
  const alive = { ...self };
  const cases: [title: string, within: string[], knows: "its own name" | "nothing"][] = [
    ["in another PID namespace", ["--pid", "--fork", "--mount-proc"], "its own name"],
    ["in another PID namespace, with this one's /proc", ["--pid", "--fork"], "nothing"],
    ["in another time namespace", ["--time", "--boottime", "1000", "--fork"], "its own name"],
  ];
  for (const [title, options, knows] of cases)
    test(`${title} takes nobody here for dead, nor is taken for dead here`, () => {
      const there = answerWithin(["unshare", ...options], alive);
      assert.equal(there.isDead, false, "alive here");
      assert.equal(answerWithin(["unshare", ...options], { ...alive, pid: free }).isDead, false, "gone here");
      assert.equal(there.self.host, self.host);
      assert.equal(there.self.boot === "", knows === "nothing");
      assert.equal(isDead(there.self, self), false, "it has ended there; here that cannot be known");
    });

  test("that /proc hides is alive while it can be signalled", () => {
    const script = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"';
    const within = ["unshare", "--mount", "sh", "-c", script, "sh", ...asNobody];
    assert.equal(answerWithin(within, alive).isDead, false);
    assert.equal(answerWithin(within, { ...alive, pid: free }).isDead, true);
  });
});
