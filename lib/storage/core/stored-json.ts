import { decodeEvent } from "../../protocol/decode-event.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import type { Message } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { type StoredMessage, storedMessage, upgradeMessage } from "../../protocol/upgrade-parts.ts";
import { type StoredRun, storedRun, upgradeRun } from "../../protocol/upgrade-run.ts";
import { StorageError } from "../storage-error.ts";

/** Of stored JSON; a reader refuses what a newer build wrote. */
const version = 1;

/** A message or a fold as the store holds it. */
export const encodeStored = (value: Message | RunState): string =>
  JSON.stringify({ v: version, value: "seq" in value ? storedRun(value) : storedMessage(value) });

/** Reads a stored message. Throws `StorageError("damaged")` if that row was cut short or changed by hand. */
export function decodeMessage(json: string, conversationId: string, messageId: string): Message {
  const row = `message ${messageId} of conversation ${conversationId}`;
  const value = decode(json, row);
  const hasBody = value.role === "user" ? typeof value.text === "string" : Array.isArray(value.parts);
  if (value.id !== messageId || !hasBody) throw damaged(row);
  // Cast: `encodeStored` wrote it, and it still looks like it.
  return upgradeMessage(value as unknown as StoredMessage);
}

/** Reads a stored fold. Throws `StorageError("damaged")` if that row was cut short or changed by hand. */
export function decodeFold(json: string, runId: string, seq: number): RunState {
  const row = `fold of run ${runId}`;
  const value = decode(json, row);
  if (value.runId !== runId || value.seq !== seq || !Array.isArray(value.parts)) throw damaged(row);
  // Cast: `encodeStored` wrote it, and it still looks like it.
  return upgradeRun(value as unknown as StoredRun);
}

/**
 * The rows of a log after `seq`, if they are whole and without gaps; throws `StorageError("damaged")`
 * otherwise.
 */
export function checkLog(runId: string, after: number, rows: readonly LogEntry[]): LogEntry[] {
  return rows.map(({ seq, epoch, json }, at) => {
    const expected = after + 1 + at;
    if (seq !== expected) throw damaged(`event ${expected} of run ${runId}`);
    if (!isEvent({ seq, epoch, json }, runId)) throw damaged(`event ${seq} of run ${runId}`);
    return { seq, epoch, json };
  });
}

function isEvent({ seq, epoch, json }: LogEntry, runId: string): boolean {
  try {
    const event = decodeEvent(json);
    return event.runId === runId && event.seq === seq && event.epoch === epoch;
  } catch {
    return false; // The caller names the row.
  }
}

/** The store is readable, this row is not. */
export const damaged = (row: string, cause?: unknown): StorageError =>
  new StorageError("damaged", `the stored ${row} cannot be read: restore it from a copy or delete it`, {
    cause,
  });

function decode(json: string, row: string): Record<string, unknown> {
  const stored = parse(json, row);
  if (!isObject(stored) || !isObject(stored.value) || typeof stored.v !== "number") throw damaged(row);
  if (stored.v > version) {
    throw new StorageError(
      "newer-schema",
      `a newer build wrote the ${row} (version ${stored.v}): start that one`,
    );
  }
  return stored.value;
}

function parse(json: string, row: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw damaged(row, cause);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
