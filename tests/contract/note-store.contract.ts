import assert from "node:assert/strict";
import { maxNoteTextLength } from "#lib/protocol/limits.ts";
import { maxNotes, type Note } from "#lib/storage/note-store.ts";
import { moveGraceMs } from "#lib/storage/session-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { registerCases } from "./register-cases.ts";
import type { Case, Subject } from "./subject.ts";

const id = (): string => crypto.randomUUID();

const textsOf = async ({ notes }: Storage, userId: string): Promise<Record<string, string>> =>
  Object.fromEntries((await notes.list(userId)).map(({ name, text }: Note) => [name, text]));

async function joined({ sessions }: Storage, from: string, to: string): Promise<void> {
  const code = id();
  await sessions.addTransfer(code, to);
  assert.equal(await sessions.join(code, from), "joined");
}

const keeping: readonly Case[] = [
  [
    "a note is found again by its name, in every process, the newest first; a later one of the name replaces it",
    async ({ storage, another, advance }) => {
      const userId = id();
      const store = another ? await another() : storage;
      assert.deepEqual(await storage.notes.list(userId), []);
      assert.equal(await storage.notes.save(userId, { name: "first", text: "one" }), "saved");
      await advance(5);
      await store.notes.save(userId, { name: "second", text: "two" });
      await advance(5);
      await storage.notes.save(userId, { name: "first", text: "three" });
      const found = await store.notes.list(userId);
      assert.deepEqual(
        found.map(({ name, text }) => [name, text]),
        [
          ["first", "three"],
          ["second", "two"],
        ],
      );
      const [newest, older] = found;
      assert.equal((newest?.updatedAt ?? 0) - (older?.updatedAt ?? 0), 5);
    },
  ],
  [
    "names and texts are given back as they were given, whatever they look like",
    async ({ storage }) => {
      const userId = id();
      const odd = [
        "",
        "1 2 three",
        "__proto__",
        "a\u0000b",
        "😀\n\r\t'\"{}\\",
        "名字",
        "x".repeat(maxNoteTextLength),
        "* ? [a] :",
      ];
      for (const text of odd) await storage.notes.save(userId, { name: text.slice(0, 100), text });
      assert.deepEqual(
        await textsOf(storage, userId),
        Object.fromEntries(odd.map((text) => [text.slice(0, 100), text])),
      );
    },
  ],
  [
    "another user's notes do not exist: they are not listed, replaced or removed",
    async ({ storage }) => {
      const [one, other] = [id(), id()];
      await storage.notes.save(one, { name: "n", text: "mine" });
      assert.deepEqual(await storage.notes.list(other), []);
      await storage.notes.save(other, { name: "n", text: "theirs" });
      await storage.notes.remove(other, "n");
      await storage.notes.removeAll(other);
      assert.deepEqual(await textsOf(storage, one), { n: "mine" });
    },
  ],
  [
    "a note is removed by its name, twice if need be; all of them at once",
    async ({ storage }) => {
      const userId = id();
      for (const name of ["a", "b", "c"]) await storage.notes.save(userId, { name, text: name });
      for (let time = 0; time < 2; time += 1) await storage.notes.remove(userId, "b");
      await storage.notes.remove(userId, "none");
      assert.deepEqual(await textsOf(storage, userId), { a: "a", c: "c" });
      for (let time = 0; time < 2; time += 1) await storage.notes.removeAll(userId);
      assert.deepEqual(await storage.notes.list(userId), []);
    },
  ],
  [
    "a user has so many notes and no more; one of them can still be replaced",
    async ({ storage }) => {
      const userId = id();
      const save = (name: string) => storage.notes.save(userId, { name, text: name });
      await Promise.all(Array.from({ length: maxNotes }, (_, at) => save(`n${at}`)));
      assert.equal(await save("one more"), "full");
      assert.equal(await save("n7"), "saved");
      assert.equal((await storage.notes.list(userId)).length, maxNotes);
      await storage.notes.remove(userId, "n7");
      assert.equal(await save("one more"), "saved");
    },
  ],
];

const moving: readonly Case[] = [
  [
    "3.9 what a session has noted moves along; under a name that is taken by another text it gets a number",
    async ({ storage, another }) => {
      const [visitor, home] = [id(), id()];
      const note = (userId: string, name: string, text: string) => storage.notes.save(userId, { name, text });
      await note(home, "same", "equal");
      await note(home, "list", "milk");
      await note(home, "list (2)", "bread");
      await note(visitor, "same", "equal");
      await note(visitor, "list", "eggs");
      await note(visitor, "own", "mine");
      await joined(storage, visitor, home);
      const store = another ? await another() : storage;
      assert.deepEqual(await textsOf(store, visitor), {});
      assert.deepEqual(await textsOf(store, home), {
        same: "equal",
        list: "milk",
        "list (2)": "bread",
        "list (3)": "eggs",
        own: "mine",
      });
    },
  ],
  [
    "3.9 what a run of the former user still notes is moved by the sweep",
    async ({ storage, advance }) => {
      const [visitor, home] = [id(), id()];
      await joined(storage, visitor, home);
      await storage.notes.save(visitor, { name: "late", text: "late" });
      await storage.sessions.trim();
      assert.deepEqual(await textsOf(storage, home), { late: "late" });
      await advance(moveGraceMs);
      await storage.sessions.trim();
      assert.deepEqual(await textsOf(storage, home), { late: "late" });
    },
  ],
  [
    "3.9 a session that has nothing but a note is logged out everywhere",
    async ({ storage, another }) => {
      const session = id();
      await storage.notes.save(session, { name: "n", text: "n" });
      await storage.sessions.logOut(session, { unlessEmpty: true });
      const store = another ? await another() : storage;
      assert.equal(await store.sessions.user(session), null);
    },
  ],
];

/** Registers what every `NoteStore` must do as tests of `subject`. */
export const noteStoreContract = (subject: Subject): void =>
  registerCases("NoteStore", subject, [...keeping, ...moving]);
