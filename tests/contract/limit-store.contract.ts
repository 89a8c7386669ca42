import assert from "node:assert/strict";
import { undoMs } from "#lib/protocol/limits.ts";
import { pendingStartMs, type Start, startsWindowMs } from "#lib/storage/limit-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { finish, toolApprovalRequest } from "../support/event-builders.ts";
import { registerCases } from "./register-cases.ts";
import { asked, finished, leaseMs, running } from "./scenario.ts";
import type { Case, Subject } from "./subject.ts";

const id = (): string => crypto.randomUUID();
const dayMs = 86_400_000;

const startOf = (userId: string): Start => ({ runId: id(), conversationId: id(), userId, bodyHash: "h" });

const upTo = (max: number, ...whos: string[]) => ({ starts: whos.map((who) => ({ who, max })) });

async function admitted(storage: Storage, count: number, start: () => Start, bounds: Bounds): Promise<void> {
  for (let at = 0; at < count; at += 1)
    assert.equal((await storage.limits.admit(start(), bounds)).kind, "admitted");
}
type Bounds = Parameters<Storage["limits"]["admit"]>[1];

const cases: readonly Case[] = [
  [
    "3.11 as many starts as the bound says are admitted in ten minutes, then one as each leaves the window",
    async ({ storage, advance }) => {
      const who = id();
      const next = () => startOf("o");
      await admitted(storage, 1, next, upTo(3, who));
      await advance(1000);
      await admitted(storage, 2, next, upTo(3, who));
      assert.deepEqual(await storage.limits.admit(next(), upTo(3, who)), {
        kind: "refused",
        bound: "starts",
        retryAfterMs: startsWindowMs - 1000,
      });
      await advance(startsWindowMs - 1000);
      await admitted(storage, 1, next, upTo(3, who));
      const again = await storage.limits.admit(next(), upTo(3, who));
      assert.deepEqual(again, { kind: "refused", bound: "starts", retryAfterMs: 1000 });
    },
  ],
  [
    "3.11 a clock that is set back locks nobody out: neither by starts in ten minutes nor by live runs",
    async ({ storage, advance }) => {
      for (const back of [2000, 3_600_000, 366 * 86_400_000]) {
        const [who, user] = [id(), id()];
        const bounds = { ...upTo(2, who), live: 2 };
        await admitted(storage, 2, () => startOf(user), bounds);
        assert.equal((await storage.limits.admit(startOf(user), bounds)).kind, "refused");
        await advance(-back);
        await admitted(storage, 2, () => startOf(user), bounds);
        assert.equal((await storage.limits.admit(startOf(user), bounds)).kind, "refused");
      }
    },
  ],
  [
    "3.11 the same run again counts once, and is admitted when there is no room",
    async ({ storage, another }) => {
      const [who, start] = [id(), startOf("o")];
      const other = (await another?.()) ?? storage;
      await admitted(storage, 4, () => start, upTo(1, who));
      assert.equal((await other.limits.admit(start, upTo(1, who))).kind, "admitted");
      assert.equal((await other.limits.admit(startOf("o"), upTo(1, who))).kind, "refused");
    },
  ],
  [
    "3.11 a run id that is used again, once its run may have been purged, is another start; so is another body",
    async ({ storage, advance }) => {
      const [who, start] = [id(), startOf("o")];
      await admitted(storage, 1, () => start, upTo(3, who));
      await admitted(storage, 1, () => ({ ...start, bodyHash: "other" }), upTo(3, who));
      await advance(undoMs);
      await admitted(storage, 1, () => start, upTo(3, who));
      await advance(undoMs);
      assert.equal((await storage.limits.admit(start, upTo(3, who))).kind, "refused");
    },
  ],
  [
    "3.11 a start whose run is there is known: it is never refused and not counted, live or over, deleted or not",
    async ({ storage, another }) => {
      const [who, start] = [id(), startOf(id())];
      const bounds = { ...upTo(1, who), live: 1, tokens: 1 };
      const other = (await another?.()) ?? storage;
      await admitted(storage, 1, () => start, bounds);
      const writer = await running(storage, start);
      await storage.limits.spend(id(), 1);
      const known = async () => assert.deepEqual(await other.limits.admit(start, bounds), await knownOf());
      const knownOf = async () => ({ kind: "known", run: await storage.runs.run(start.runId) });
      await known();
      const elsewhere = { ...start, conversationId: id(), userId: "bob", bodyHash: "other" };
      assert.deepEqual(await other.limits.admit(elsewhere, bounds), await knownOf());
      await finished(storage, writer, finish());
      await known();
      await storage.conversations.remove(start.conversationId, start.userId);
      await known();
      assert.equal((await storage.limits.admit(startOf("o"), upTo(2, who))).kind, "admitted");
      assert.equal((await storage.limits.admit(startOf("o"), upTo(2, who))).kind, "refused");
    },
  ],
  [
    "3.11 a start is not taken back from a run that is there",
    async ({ storage }) => {
      const [who, start] = [id(), startOf(id())];
      const bounds = { ...upTo(1, who), live: 1 };
      const first = await storage.limits.admit(start, bounds);
      assert.ok(first.kind === "admitted");
      await asked(storage, start);
      await storage.limits.withdraw(start, bounds, first.at);
      assert.equal((await storage.limits.admit(startOf(start.userId), bounds)).kind, "refused");
    },
  ],
  [
    "3.11 each who is counted apart, and one that is full refuses without counting the others",
    async ({ storage }) => {
      const [one, two] = [id(), id()];
      await admitted(storage, 2, () => startOf("o"), upTo(2, one));
      assert.equal((await storage.limits.admit(startOf("o"), upTo(2, two, one))).kind, "refused");
      await admitted(storage, 2, () => startOf("o"), upTo(2, two));
    },
  ],
  [
    "3.11 of many starts at once, in two processes, exactly as many as the bound says are admitted",
    async ({ storage, another }) => {
      const [who, userId] = [id(), id()];
      const other = (await another?.()) ?? storage;
      const bounds = { ...upTo(7, who), live: 5 };
      const all = await Promise.all(
        Array.from({ length: 30 }, (_, at) =>
          (at % 2 ? other : storage).limits.admit(startOf(userId), bounds),
        ),
      );
      assert.equal(all.filter((each) => each.kind === "admitted").length, 5);
    },
  ],
  [
    "3.11 a start that is withdrawn leaves its room to the next",
    async ({ storage }) => {
      const [who, start] = [id(), startOf("o")];
      const bounds = { ...upTo(1, who), live: 1 };
      const first = await storage.limits.admit(start, bounds);
      assert.ok(first.kind === "admitted");
      await storage.limits.withdraw(start, bounds, first.at);
      await storage.limits.withdraw(start, bounds, first.at);
      await admitted(storage, 1, () => startOf("o"), bounds);
    },
  ],
  [
    "3.11 a live run takes room until it is over; a start without a run only for a while",
    async ({ storage, advance }) => {
      const bounds = { starts: [], live: 2 };
      const userId = id();
      const first = startOf(userId);
      await admitted(storage, 1, () => first, bounds);
      const writer = await running(storage, first);
      await admitted(storage, 1, () => startOf(userId), bounds);
      const refused = await storage.limits.admit(startOf(userId), bounds);
      assert.ok(refused.kind === "refused" && refused.bound === "live" && refused.retryAfterMs > 0);
      await admitted(storage, 1, () => startOf(id()), bounds);
      await finished(storage, writer, finish());
      await admitted(storage, 1, () => startOf(userId), bounds);
      assert.equal((await storage.limits.admit(startOf(userId), bounds)).kind, "refused");
      await advance(pendingStartMs + 1);
      await admitted(storage, 2, () => startOf(userId), bounds);
    },
  ],
  [
    "3.11 a run that waits for its holder takes room too",
    async ({ storage }) => {
      const userId = id();
      const first = startOf(userId);
      const bounds = { starts: [], live: 1 };
      await admitted(storage, 1, () => first, bounds);
      await asked(storage, first);
      assert.equal((await storage.limits.admit(startOf(userId), bounds)).kind, "refused");
    },
  ],
  [
    "3.11 a run that waits for a person takes no room until it goes on",
    async ({ storage }) => {
      const [userId, bounds] = [id(), { starts: [], live: 1 }];
      const first = startOf(userId);
      await admitted(storage, 1, () => first, bounds);
      const writer = await running(storage, first);
      await storage.runs.append(writer.lease, writer.write(toolApprovalRequest("call-1")), leaseMs);
      const next = startOf(userId);
      assert.equal((await storage.limits.admit(next, bounds)).kind, "refused");
      assert.equal((await storage.runs.suspend(writer.lease, "waiting")).kind, "ok");
      const admission = await storage.limits.admit(next, bounds);
      assert.ok(admission.kind === "admitted");
      assert.equal((await storage.limits.admit(startOf(userId), bounds)).kind, "refused");
      await storage.limits.withdraw(next, bounds, admission.at);
      const yes = { approvalId: "approval-call-1", approved: true, by: userId };
      assert.equal((await storage.runs.decide(first.runId, yes, "hash"))?.kind, "decided");
      assert.equal((await storage.limits.admit(startOf(userId), bounds)).kind, "refused");
    },
  ],
  [
    "3.11 tokens are counted once a run and until midnight; what is used up refuses until then",
    async ({ storage, another, advance }) => {
      const other = (await another?.()) ?? storage;
      const bounds = { starts: [], tokens: 100 };
      const run = id();
      await storage.limits.spend(run, 60);
      await other.limits.spend(run, 60);
      await admitted(other, 1, () => startOf("o"), bounds);
      await storage.limits.spend(id(), 40);
      const refused = await other.limits.admit(startOf("o"), bounds);
      assert.ok(refused.kind === "refused" && refused.bound === "tokens");
      assert.ok(refused.retryAfterMs > 0 && refused.retryAfterMs <= dayMs);
      await advance(refused.retryAfterMs - 1);
      assert.equal((await storage.limits.admit(startOf("o"), bounds)).kind, "refused");
      await advance(1);
      await admitted(storage, 1, () => startOf("o"), bounds);
      await storage.limits.spend(id(), 99);
      await admitted(storage, 1, () => startOf("o"), bounds);
    },
  ],
  ...[-1, -9e15, Number.NaN, -Infinity].map((tokens): (typeof cases)[number] => [
    `3.11 ${tokens} tokens are none, and give nothing back`,
    async ({ storage }) => {
      await storage.limits.spend(id(), tokens);
      await admitted(storage, 1, () => startOf("o"), { starts: [], tokens: 1 });
      await storage.limits.spend(id(), 1);
      const refused = await storage.limits.admit(startOf("o"), { starts: [], tokens: 1 });
      assert.equal(refused.kind, "refused");
    },
  ]),
  ...[0.5, 9e15, Number.MAX_SAFE_INTEGER, 2 ** 62, 2 ** 64, 1e308, Infinity].map(
    (tokens): (typeof cases)[number] => [
      `3.11 ${tokens} tokens a run add up to a sum that every start can be checked against`,
      async ({ storage }) => {
        for (let count = 0; count < 3; count += 1) await storage.limits.spend(id(), tokens);
        for (const limit of [1, 3]) {
          const bounds = { starts: [], tokens: limit };
          assert.equal((await storage.limits.admit(startOf("o"), bounds)).kind, "refused");
        }
      },
    ],
  ),
];

/** Registers what every `LimitStore` must do as tests of `subject`. */
export const limitStoreContract = (subject: Subject): void => registerCases("LimitStore", subject, cases);
