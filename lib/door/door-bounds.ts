/**
 * What one connection, one visitor, one address and all of them together may take of a server: every bound
 * and deadline of the door, in one place. Times in ms.
 */
export interface DoorBounds {
  headers: number;
  /** Of an address, behind its "?": what Next does with them takes as long as their square. */
  parameters: number;
  /** From the first byte of a request, or from the beginning of the connection, to the end of its headers. */
  headersMs: number;
  /** To the end of its body. */
  requestMs: number;
  /** How often the two are looked at. */
  checkMs: number;
  /** Of the addresses that take a body; the others take none. */
  bodyBytes: number;
  /** For the rest of a request that was answered before it was complete. */
  lingerMs: number;
  lingerBytes: number;
  requestsPerConnection: number;
  /**
   * Requests that wait on one connection, which are answered one after another; and those that may follow
   * behind the last one it takes.
   */
  pipelined: number;
  /** One address has half of them at most, and leaves as many to others as it has (lib/door/shares.ts). */
  connections: number;
  /** How long an answer that might begin waits for new connections to be taken first. */
  acceptMs: number;
  /** After a turn of the loop with more work, answers begin only while fewer than these are being made. */
  busyTurnMs: number;
  makingWhileBusy: number;
  /** How long a reader may take less than `readBytes` of an answer that waits for it. */
  unreadMs: number;
  readBytes: number;
  /** Answers in all that wait for their readers: over this, those end whose readers stand still. */
  unreadBytes: number;
  /** Texts in all of which a reader has taken a part (lib/http/held-answers.ts). */
  heldCharacters: number;
  /** Pages and short API requests of one visitor that are answered at once; the next ones wait. */
  visitorAtOnce: number;
  /** Those of them that are made at once: not while their readers read. */
  visitorMaking: number;
  visitorWaiting: number;
  waitingMs: number;
  /** The same of one address. */
  addressAtOnce: number;
  /** After this, an answer waits for its reader or for a store, and no longer for the processor. */
  makingMs: number;
  /** In all, in shares like connections. */
  waiting: number;
}

export const doorBounds: DoorBounds = {
  headers: 100,
  parameters: 64,
  headersMs: 15_000,
  requestMs: 60_000,
  checkMs: 2000,
  bodyBytes: 256 * 1024,
  lingerMs: 2000,
  lingerBytes: 1024 * 1024,
  requestsPerConnection: 1000,
  pipelined: 32,
  connections: 4000,
  acceptMs: 200,
  busyTurnMs: 20,
  makingWhileBusy: 2,
  unreadMs: 60_000,
  readBytes: 16 * 1024,
  unreadBytes: 128 * 1024 * 1024,
  heldCharacters: 64 * 1024 * 1024,
  visitorAtOnce: 6,
  visitorMaking: 2,
  visitorWaiting: 128,
  waitingMs: 20_000,
  addressAtOnce: 16,
  makingMs: 1000,
  waiting: 4096,
};
