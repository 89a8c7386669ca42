import type { Storage } from "#lib/storage/storage.ts";

/** A fresh, empty store under test. */
export interface Opened {
  storage: Storage;
  /** Lets the store's time pass. */
  advance(ms: number): void | Promise<void>;
  /** The same store, as another process sees it. */
  another?(): Promise<Storage>;
  close(): Promise<void>;
}

/** An implementation, as the contract suites open it. */
export interface Subject {
  name: string;
  open(): Promise<Opened>;
}

/** A promise of every store, and the proof. */
export type Case = readonly [title: string, prove: (opened: Opened) => Promise<void>];
