import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { openDatabase } from "#lib/storage/sqlite/open-database.ts";
import { createSqliteStorage } from "#lib/storage/sqlite/sqlite-storage.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { conversationStoreContract } from "./conversation-store.contract.ts";
import { limitStoreContract } from "./limit-store.contract.ts";
import { noteStoreContract } from "./note-store.contract.ts";
import { startStoreProcess } from "./remote-storage.ts";
import { runStoreContract } from "./run-store.contract.ts";
import { sessionStoreContract } from "./session-store.contract.ts";
import type { Opened, Subject } from "./subject.ts";

const home = mkdtempSync(join(tmpdir(), "rivulet-contract-"));
const other = startStoreProcess();
after(async () => {
  await other.end();
  rmSync(home, { recursive: true, force: true });
});

for (const subject of [inMemory(), inFile(), inTwoProcesses()]) {
  runStoreContract(subject);
  conversationStoreContract(subject);
  sessionStoreContract(subject);
  limitStoreContract(subject);
  noteStoreContract(subject);
}

function inMemory(): Subject {
  return {
    name: "SQLite in memory",
    async open() {
      const { now, advance } = createClock();
      const storage = createSqliteStorage(openDatabase(), { now, pollMs: 500 });
      return {
        storage,
        advance,
        close: () => storage.close(),
      };
    },
  };
}

function inFile(): Subject {
  return {
    name: "SQLite in a file, opened twice",
    async open() {
      const { dir, now, advance } = openDir();
      const storage = openSqlite({ dir, now });
      const another = openSqlite({ dir, now });
      return {
        storage,
        advance,
        another: async () => another,
        close: () => closeAll(storage, another),
      };
    },
  };
}

/** Calls go to this process and to the other in turn. */
function inTwoProcesses(): Subject {
  return {
    name: "SQLite in two processes",
    async open(): Promise<Opened> {
      const { dir, now, advance } = openDir();
      const [here, there] = [openSqlite({ dir, now }), await other.open(dir, now)];
      const storage = alternate(here, there);
      return {
        storage,
        advance,
        another: async () => there,
        close: () => closeAll(here, there),
      };
    },
  };
}

function createClock() {
  let time = 1_700_000_000_000;
  return { now: () => time, advance: (ms: number) => void (time += ms) };
}

function openDir() {
  const dir = mkdtempSync(join(home, "store-"));
  const { now, advance } = createClock();
  return { dir, now, advance };
}

async function closeAll(...stores: Storage[]): Promise<void> {
  for (const store of stores) await store.close();
}

function alternate(one: Storage, two: Storage): Storage {
  let count = 0;
  const next = () => (count++ % 2 ? two : one);
  const inTurn = <K extends "runs" | "conversations" | "sessions" | "limits" | "notes">(part: K) =>
    new Proxy(one[part], { get: (_, method) => Reflect.get(next()[part], method) });
  return {
    ...one,
    name: "both",
    runs: inTurn("runs"),
    conversations: inTurn("conversations"),
    sessions: inTurn("sessions"),
    limits: inTurn("limits"),
    notes: inTurn("notes"),
  };
}
