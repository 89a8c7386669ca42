import assert from "node:assert/strict";
import { maxSessionsOfUser, moveGraceMs, transferMs } from "#lib/storage/session-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, finish } from "../support/event-builders.ts";
import { registerCases } from "./register-cases.ts";
import { asked, finished, leaseMs, metaOf, newRun, running } from "./scenario.ts";
import type { Case, Subject } from "./subject.ts";

const id = (): string => crypto.randomUUID();

/** A code that leads to the user of `session`. */
async function codeOf(storage: Storage, session: string): Promise<string> {
  const code = id();
  assert.ok(await storage.sessions.addTransfer(code, session));
  return code;
}

async function joined(storage: Storage, from: string, to: string): Promise<void> {
  assert.equal(await storage.sessions.join(await codeOf(storage, to), from), "joined");
}

const listed = async (storage: Storage, userId: string): Promise<string[]> =>
  (await storage.conversations.list(userId, { limit: 100 })).conversations.map((each) => each.id).sort();

const users: readonly Case[] = [
  [
    "3.9 a session of which nothing is stored is its own user, and the only one of it",
    async ({ storage }) => {
      const session = id();
      assert.equal(await storage.sessions.user(session), session);
      assert.equal(await storage.sessions.count(session), 1);
      assert.deepEqual(await storage.sessions.loggedOut([session]), []);
      assert.deepEqual(await storage.sessions.loggedOut([]), []);
    },
  ],
  [
    "3.9 a session that was logged out has no user for ever, for the other process too, and makes and takes no link",
    async ({ storage, another, advance }) => {
      const [session, other] = [id(), id()];
      await storage.sessions.logOut(session);
      await storage.sessions.logOut(session);
      await advance(10 * transferMs);
      await storage.sessions.trim();
      for (const store of [storage, ...(another ? [await another()] : [])]) {
        assert.equal(await store.sessions.user(session), null);
        assert.deepEqual(await store.sessions.loggedOut([other, session]), [session]);
        assert.equal(await store.sessions.count(session), 0);
        assert.equal(await store.sessions.addTransfer(id(), session), null);
        assert.equal(await store.sessions.join(await codeOf(store, other), session), "gone");
      }
      assert.equal(await storage.sessions.user(other), other);
    },
  ],
  [
    "3.9 one that owns nothing is logged out without a trace; this process knows that it ended",
    async ({ storage, another }) => {
      const [session, other] = [id(), id()];
      for (let time = 0; time < 2; time += 1) await storage.sessions.logOut(session, { unlessEmpty: true });
      if (another) return;
      assert.equal(await storage.sessions.user(session), null);
      assert.deepEqual(await storage.sessions.loggedOut([other, session]), [session]);
      assert.equal(await storage.sessions.addTransfer(id(), session), null);
      assert.equal(await storage.sessions.join(await codeOf(storage, other), session), "gone");
    },
  ],
  [
    "3.9 one that owns a conversation, another session or a link, or that has joined, is logged out everywhere",
    async ({ storage, another }) => {
      const there = another ? await another() : storage;
      const owns: readonly ((session: string) => Promise<unknown>)[] = [
        (session) => asked(storage, { userId: session }),
        (session) => joined(storage, id(), session),
        (session) => codeOf(storage, session),
        (session) => joined(storage, session, id()),
      ];
      for (const make of owns) {
        const session = id();
        await make(session);
        await storage.sessions.logOut(session, { unlessEmpty: true });
        for (const store of [storage, there]) assert.equal(await store.sessions.user(session), null);
      }
    },
  ],
  [
    "3.9 one that was logged out comes back with no join of those that share its user",
    async ({ storage }) => {
      const [first, second, home] = [id(), id(), id()];
      await joined(storage, second, first);
      await storage.sessions.logOut(first);
      assert.deepEqual(
        [await storage.sessions.user(second), await storage.sessions.count(first)],
        [first, 1],
      );
      await joined(storage, second, home);
      assert.equal(await storage.sessions.user(second), home);
      assert.equal(await storage.sessions.user(first), null);
      await storage.sessions.logOut(second);
      await joined(storage, home, id());
      assert.equal(await storage.sessions.user(second), null);
    },
  ],
];

const transfers: readonly Case[] = [
  [
    "3.9 a code leads to its user for ten minutes by the store's clock; looking at it changes nothing",
    async ({ storage, advance }) => {
      const [session, visitor] = [id(), id()];
      const code = id();
      const expiresAt = await storage.sessions.addTransfer(code, session);
      for (let time = 0; time < 3; time += 1) {
        assert.deepEqual(await storage.sessions.transfer(code), { userId: session, expiresAt });
      }
      await advance(transferMs - 1);
      assert.equal((await storage.sessions.transfer(code))?.userId, session);
      await advance(1);
      assert.equal(await storage.sessions.transfer(code), null);
      assert.equal(await storage.sessions.join(code, visitor), "gone");
      assert.equal(await storage.sessions.user(visitor), visitor);
      await storage.sessions.trim();
      assert.equal(await storage.sessions.transfer(code), null);
    },
  ],
  [
    "3.9 a code that was never given leads nowhere",
    async ({ storage }) => {
      for (const odd of ["", "x", "*", "{a}", "a b", "__proto__", id()]) {
        assert.equal(await storage.sessions.transfer(odd), null);
        assert.equal(await storage.sessions.join(odd, id()), "gone");
      }
    },
  ],
  [
    "3.9 of twenty sessions that use one code at once, through either process, one joins; it alone may say so again",
    async ({ storage, another }) => {
      const there = another ? await another() : storage;
      const home = id();
      const code = await codeOf(storage, home);
      const sessions = Array.from({ length: 20 }, id);
      const outcomes = await Promise.all(
        sessions.map((session, at) => (at % 2 ? there : storage).sessions.join(code, session)),
      );
      const winners = sessions.filter((_, at) => outcomes[at] === "joined");
      assert.deepEqual([winners.length, outcomes.filter((kind) => kind === "gone").length], [1, 19]);
      for (const [at, session] of sessions.entries()) {
        const user = outcomes[at] === "joined" ? home : session;
        assert.equal(await storage.sessions.user(session), user);
        assert.equal(await storage.sessions.join(code, session), outcomes[at]);
      }
      assert.equal(await storage.sessions.count(home), 2);
      assert.equal((await storage.sessions.transfer(code))?.usedBy, winners[0]);
    },
  ],
  [
    "3.9 a code of one's own is not used up",
    async ({ storage }) => {
      const [home, visitor] = [id(), id()];
      const code = await codeOf(storage, home);
      assert.equal(await storage.sessions.join(code, home), "here");
      assert.equal(await storage.sessions.join(code, visitor), "joined");
      assert.equal(await storage.sessions.join(code, home), "gone");
    },
  ],
  [
    "3.9 a user's new code makes the former one useless, and nobody else's",
    async ({ storage }) => {
      const [one, two] = [id(), id()];
      const [old, others] = [await codeOf(storage, one), await codeOf(storage, two)];
      const fresh = await codeOf(storage, one);
      assert.equal(await storage.sessions.join(old, id()), "gone");
      assert.equal(await storage.sessions.join(fresh, id()), "joined");
      assert.equal(await storage.sessions.join(others, id()), "joined");
    },
  ],
  [
    "3.9 a code outlives the log-out of the session that made it, and leads to the user's new user after a join",
    async ({ storage }) => {
      const [first, home, late] = [id(), id(), id()];
      const code = await codeOf(storage, first);
      await joined(storage, first, home);
      await storage.sessions.logOut(first);
      assert.equal(await storage.sessions.join(code, late), "joined");
      assert.equal(await storage.sessions.user(late), home);
    },
  ],
];

const bounded: readonly Case[] = [
  [
    "3.9 a user has so many sessions and no more: one that would be too many stays what it was, and its link works",
    async ({ storage }) => {
      const [home, late, twin] = [id(), id(), id()];
      for (let count = 1; count < maxSessionsOfUser; count += 1) await joined(storage, id(), home);
      assert.equal(await storage.sessions.count(home), maxSessionsOfUser);
      const code = await codeOf(storage, home);
      const { conversationId } = await asked(storage, { userId: late });
      assert.equal(await storage.sessions.join(code, late), "full");
      assert.deepEqual(
        [await storage.sessions.user(late), await listed(storage, late)],
        [late, [conversationId]],
      );
      assert.equal(await storage.sessions.count(home), maxSessionsOfUser);
      await joined(storage, twin, late);
      await storage.sessions.logOut(home);
      assert.equal(await storage.sessions.join(code, late), "full", "it would bring along two");
      await storage.sessions.logOut(twin);
      assert.equal(await storage.sessions.join(code, late), "joined");
      assert.deepEqual(await listed(storage, home), [conversationId]);
    },
  ],
];

const moving: readonly Case[] = [
  [
    "3.9 what a session had moves along: conversations, saved and live, deleted ones for their undo time; others' stay",
    async ({ storage, another }) => {
      const [visitor, home, stranger] = [id(), id(), id()];
      const done = await running(storage, { userId: visitor });
      await finished(storage, done, finish());
      const live = await running(storage, { userId: visitor });
      const dropped = await asked(storage, { userId: visitor });
      await storage.conversations.remove(dropped.conversationId, visitor);
      const own = await asked(storage, { userId: home });
      const theirs = await asked(storage, { userId: stranger });
      await joined(storage, visitor, home);
      const store = another ? await another() : storage;
      const moved = [done.run.conversationId, live.run.conversationId];
      assert.deepEqual(await listed(store, home), [...moved, own.conversationId].sort());
      assert.deepEqual(await listed(store, visitor), []);
      assert.deepEqual(await listed(store, stranger), [theirs.conversationId]);
      for (const run of [done.run, live.run, dropped]) {
        assert.equal((await metaOf(store, run)).userId, home);
        assert.equal(await store.conversations.get(run.conversationId, visitor), null);
        assert.equal(await store.conversations.restore(run.conversationId, visitor), false);
      }
      assert.equal(await store.conversations.restore(dropped.conversationId, home), true);
      assert.equal((await store.conversations.get(live.run.conversationId, home))?.active?.run.userId, home);
    },
  ],
  [
    "3.9 a live run goes on under its lease while it moves, and ends as a message of the new user, in no former list",
    async ({ storage, another, advance }) => {
      const [visitor, home] = [id(), id()];
      const writer = await running(storage, { userId: visitor });
      const { conversationId, messageId } = writer.run;
      await joined(another ? await another() : storage, visitor, home);
      assert.equal((await storage.runs.append(writer.lease, writer.say("on"), leaseMs)).kind, "ok");
      await advance(10);
      const own = await asked(storage, { userId: home });
      await advance(10);
      await finished(storage, writer, finish());
      const found = await storage.conversations.get(conversationId, home);
      assert.deepEqual([found?.messages.at(-1)?.id, found?.active], [messageId, undefined]);
      const { conversations } = await storage.conversations.list(home, { limit: 9 });
      assert.deepEqual(
        conversations.map((each) => each.id),
        [conversationId, own.conversationId],
        "newest first",
      );
      assert.deepEqual(await listed(storage, visitor), []);
    },
  ],
  [
    "3.9 a question that is repeated after the move is the same run; the former user asks in vain",
    async ({ storage }) => {
      const [visitor, home] = [id(), id()];
      const fields = newRun({ userId: visitor });
      await storage.runs.createRun(fields);
      await joined(storage, visitor, home);
      assert.equal((await storage.runs.createRun({ ...fields, userId: home })).kind, "exists");
      assert.equal((await storage.runs.createRun(fields)).kind, "not-found");
      const retry = newRun({
        userId: home,
        conversationId: fields.conversationId,
        ask: { kind: "retry", retryRunId: fields.runId },
      });
      assert.equal((await storage.runs.createRun(retry)).kind, "busy");
    },
  ],
  [
    "3.9 every session of the joining user comes along: none is left with nothing",
    async ({ storage }) => {
      const [first, second, home] = [id(), id(), id()];
      await joined(storage, second, first);
      const { conversationId } = await asked(storage, { userId: first });
      await joined(storage, second, home);
      for (const session of [first, second]) assert.equal(await storage.sessions.user(session), home);
      assert.equal(await storage.sessions.count(home), 3);
      assert.deepEqual(await listed(storage, home), [conversationId]);
    },
  ],
  [
    "3.9 what a request of the former user still wrote is moved by the sweep, through two joins too",
    async ({ storage, advance }) => {
      const [visitor, home, last] = [id(), id(), id()];
      await joined(storage, visitor, home);
      const late = await asked(storage, { userId: visitor });
      await joined(storage, home, last);
      await storage.sessions.trim();
      assert.deepEqual(await listed(storage, last), [late.conversationId]);
      assert.equal((await metaOf(storage, late)).userId, last);
      await advance(moveGraceMs);
      await storage.sessions.trim();
      await storage.sessions.trim();
      assert.deepEqual(await listed(storage, last), [late.conversationId]);
    },
  ],
  [
    "3.9 a deletion and a join at once: the run is stopped, and nothing stays with the former user",
    async ({ storage }) => {
      for (let round = 0; round < 5; round += 1) {
        const [visitor, home] = [id(), id()];
        const writer = await running(storage, { userId: visitor });
        const { conversationId } = writer.run;
        const code = await codeOf(storage, home);
        const [removed] = await Promise.all([
          storage.conversations.remove(conversationId, visitor),
          storage.sessions.join(code, visitor),
        ]);
        await storage.sessions.trim();
        if (!removed) assert.equal(await storage.conversations.remove(conversationId, home), true);
        assert.equal((await metaOf(storage, writer.run)).userId, home);
        assert.equal(await storage.conversations.restore(conversationId, home), true);
        await finished(storage, writer, abort());
        assert.deepEqual(
          [await listed(storage, visitor), await listed(storage, home)],
          [[], [conversationId]],
        );
      }
    },
  ],
];

/** Registers what every `SessionStore` must do as tests of `subject`. */
export const sessionStoreContract = (subject: Subject): void =>
  registerCases("SessionStore", subject, [...users, ...transfers, ...bounded, ...moving]);
