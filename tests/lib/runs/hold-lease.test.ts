import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { type HeldLease, holdLease } from "#lib/runs/hold-lease.ts";
import type { AppendResult, LeaseReply } from "#lib/storage/run-store.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

const [leaseMs, heartbeatMs] = [15_000, 5_000];
const lease = { runId: "run", epoch: 1, token: "token" };

type Answer = AppendResult | Error | Promise<AppendResult>;

const ok = (more: Partial<LeaseReply> = {}): AppendResult => ({ kind: "ok", head: 0, ...more });
const away = new StorageError("unavailable", "the store is away");
const never = new Promise<never>(() => undefined);

/** A lease under a clock that only the test moves; heartbeats are answered by `answer`. */
function openLease(answer: () => Answer = ok) {
  let time = 0;
  const seen = {
    heartbeats: 0,
    waits: [] as number[],
    replies: [] as LeaseReply[],
    lost: [] as string[],
    refused: 0,
  };
  const durability: string[] = [];
  const held = holdLease({
    store: {
      heartbeat(sent, forMs) {
        assert.deepEqual([sent, forMs], [lease, leaseMs]);
        seen.heartbeats += 1;
        return call(answer())();
      },
    },
    lease,
    clock: {
      wall: () => time,
      now: () => time,
      async sleep(ms) {
        seen.waits.push(ms);
        time += ms;
      },
    },
    leaseMs,
    heartbeatMs,
    onReply: (reply) => void seen.replies.push(reply),
    onLost: (reason) => void seen.lost.push(reason),
    onRefused: () => void (seen.refused += 1),
    onDurability: (next) => void durability.push(next),
  });
  leases.push(held);
  return {
    ...{ held, seen, durability },
    /** The clock goes on, and the timers with it. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= heartbeatMs) {
        time += Math.min(left, heartbeatMs);
        mock.timers.tick(Math.min(left, heartbeatMs));
        await turn();
      }
    },
  };
}

/** A call to the store that comes to this. */
const call = (answer: Answer) => async (): Promise<AppendResult> => {
  if (answer instanceof Error) throw answer;
  return answer;
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const leases: HeldLease[] = [];
beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
afterEach(() => {
  for (const held of leases.splice(0)) held.release();
  mock.timers.reset();
});

test("a lease is renewed every heartbeat, unless something else has just been sent", async () => {
  const { held, seen, pass } = openLease();
  await pass(heartbeatMs * 2);
  assert.equal(seen.heartbeats, 2);
  await pass(heartbeatMs - 100);
  await held.request(call(ok()));
  await pass(100);
  assert.equal(seen.heartbeats, 2, "an append has renewed it");
  await pass(heartbeatMs);
  assert.equal(seen.heartbeats, 3);
});

test("every reply is handed on, with its stop and its decisions", async () => {
  const stop = { by: "user", at: 1 };
  const decisions = [{ approvalId: "a", approved: true, by: "user" }];
  const { held, seen } = openLease(() => ok({ stop }));
  await held.renew();
  await held.request(call(ok({ decisions })));
  await held.request(async () => ({ kind: "decided", head: 0 }));
  assert.deepEqual(
    seen.replies.map((reply) => [reply.stop, reply.decisions]),
    [
      [stop, undefined],
      [undefined, decisions],
      [undefined, undefined],
    ],
  );
});

test("I4 within two thirds of the lease a tool may start; then only after a renewal, which counts from its sending", async () => {
  const { held, seen, pass } = openLease();
  held.pause(); // So that no heartbeat renews it.
  await pass((leaseMs * 2) / 3);
  held.resume();
  await held.mayStart();
  assert.equal(seen.heartbeats, 0);
  const { promise, resolve } = Promise.withResolvers<AppendResult>();
  const late = held.request(call(promise));
  held.pause();
  await pass(leaseMs);
  resolve(ok());
  await late;
  held.resume();
  await held.mayStart();
  assert.equal(seen.heartbeats, 1, "a reply that was long on its way renews nothing");
});

const losses: [title: string, answer: Answer, reason: RegExp][] = [
  ["another holder's log", { kind: "fenced", head: 3 }, /^fenced$/],
  ["a run that has ended", { kind: "closed", head: 3 }, /^closed$/],
  ["a store that misses events", { kind: "gap", head: 3 }, /^gap$/],
  ["a store that had said it has more", ok({ head: 2 }), /lost its tail/],
  ["a record that cannot be read", new StorageError("damaged", "run x"), /damaged|run x/],
  ["a store of a newer build", new StorageError("newer-schema", "v9"), /v9/],
  ["a bug", new TypeError("x is not a function"), /x is not a function/],
];
for (const [title, answer, reason] of losses) {
  test(`I5 ${title} ends the lease at once: no reply, no heartbeat and no call after it`, async () => {
    const { held, seen, pass } = openLease();
    await held.request(call(ok({ head: 3 })));
    const hanging = held.request(call(never));
    assert.equal(await held.request(call(answer)), undefined);
    assert.equal(await hanging, undefined, "nor is the answer to another call waited for");
    assert.equal(await held.request(() => assert.fail("no call")), undefined);
    await held.renew();
    await held.mayStart();
    await pass(heartbeatMs * 3);
    assert.equal(held.isLost, true);
    assert.ok(seen.lost.length === 1 && reason.test(seen.lost[0] ?? ""), seen.lost.join());
    assert.deepEqual([seen.replies.length, seen.heartbeats], [1, 0]);
  });
}

test("I12 a renewal that is refused because the run is damaged does not cost the lease", async () => {
  const { held, seen, pass } = openLease(() => new StorageError("damaged", "the run cannot be read"));
  await pass(heartbeatMs);
  assert.deepEqual([seen.refused, seen.lost, held.isLost], [1, [], false]);
  assert.deepEqual(await held.request(call(ok())), ok(), "it can still be ended");
});

test("a store that is away is asked the same again, later each time, and its readers learn of both ends of the wait", async () => {
  const { held, seen, durability } = openLease();
  const answers: Answer[] = [away, away, away, ok({ head: 1 })];
  let calls = 0;
  const reply = await held.request(() => call(answers[calls++] ?? ok())());
  assert.deepEqual([reply?.head, calls, held.isLost], [1, 4, false]);
  assert.deepEqual(seen.waits, [50, 100, 200]);
  assert.deepEqual(durability, ["delayed", "ok"]);
});

test("I4 a store that stays away costs the lease after two of them", async () => {
  const { held, seen, durability } = openLease();
  assert.equal(await held.request(call(away)), undefined);
  const waited = seen.waits.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited > leaseMs * 2 && waited <= leaseMs * 2 + 1000, `${waited} ms`);
  assert.equal(Math.max(...seen.waits), 1000);
  assert.deepEqual([seen.lost.length, durability], [1, ["delayed"]]);
});

test("I4 a store that never answers costs it too", async () => {
  const { held, seen, pass } = openLease(() => never);
  const hanging = held.request(call(never));
  await pass(leaseMs * 2);
  assert.equal(held.isLost, false);
  await pass(heartbeatMs);
  assert.equal(await hanging, undefined);
  assert.deepEqual(seen.lost, ["no answer"]);
});

test("no heartbeat is sent while it is paused, nor after it was released", async () => {
  const { held, seen, pass } = openLease();
  held.pause();
  await pass(heartbeatMs * 2);
  await held.renew();
  assert.equal(seen.heartbeats, 0);
  held.resume();
  await pass(heartbeatMs);
  assert.equal(seen.heartbeats, 1);
  held.release();
  await pass(heartbeatMs * 4);
  assert.deepEqual([seen.heartbeats, held.isLost], [1, false]);
});

test("once it is released nothing is repeated, and what a late reply says is nobody's business", async () => {
  const { held, seen } = openLease();
  const late = Promise.withResolvers<AppendResult>();
  const replied = held.request(call(late.promise));
  let calls = 0;
  const failed = held.request(() => {
    calls += 1;
    held.release();
    return call(away)();
  });
  late.resolve({ kind: "closed", head: 0 });
  assert.deepEqual([await replied, await failed, calls], [undefined, undefined, 1]);
  assert.deepEqual([seen.lost, seen.replies], [[], []]);
});

test("a read waits like an append, and its readers learn of both ends of the wait", async () => {
  const { held, seen, durability } = openLease();
  const { signal } = new AbortController();
  let calls = 0;
  const read = async () => {
    calls += 1;
    if (calls < 4) throw away;
    return "history";
  };
  assert.equal(await held.ask(read, signal), "history");
  assert.deepEqual([seen.waits, durability, seen.replies], [[50, 100, 200], ["delayed", "ok"], []]);
});

test("a read that fails for longer than the lease would wait fails, and so does one whose run has ended", async () => {
  const { held, seen } = openLease();
  const { signal } = new AbortController();
  await assert.rejects(held.ask(call(away), signal), away);
  const waited = seen.waits.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited > leaseMs * 2 && waited <= leaseMs * 2 + 1000, `${waited} ms`);
  held.release();
  await assert.rejects(held.ask(call(away), signal), away);
});

test("I4 the age of a lease counts from the sending of its claim", async () => {
  let time = 30_000;
  let heartbeats = 0;
  const held = holdLease({
    store: {
      async heartbeat() {
        heartbeats += 1;
        return ok();
      },
    },
    lease,
    clock: { wall: () => time, now: () => time, sleep: async (ms) => void (time += ms) },
    leaseMs,
    heartbeatMs,
    claimedAt: time - leaseMs,
    onReply: () => undefined,
    onLost: () => undefined,
    onRefused: () => undefined,
    onDurability: () => undefined,
  });
  leases.push(held);
  await held.mayStart();
  assert.equal(heartbeats, 1);
});
