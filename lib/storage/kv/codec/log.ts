import type { LogEntry } from "../../../protocol/log-entry.ts";
import type { RunEvent } from "../../../protocol/run-event.ts";
import type { RunState } from "../../../protocol/run-state.ts";
import { checkRange, type LogRange } from "../../core/check-log.ts";
import { decodeFold, encodeStored } from "../../core/stored-json.ts";
import { type Reply, textsOf } from "../reply.ts";

/**
 * A log is a stream with one entry for each event: id `0-<seq>`, fields `e` (epoch) and `j` (JSON). Scripts
 * take events as seq and JSON in turn, and return entries as id, epoch and JSON in turn (lua-records.ts).
 */
export const encodeEvents = (events: readonly RunEvent[]): (string | number)[] =>
  events.flatMap((event) => [event.seq, jsonOf(event)]);

/** What a log gives back of events that `encodeEvents` was given. */
export const appendedEntries = (events: readonly RunEvent[]): LogEntry[] =>
  events.map((event) => ({ seq: event.seq, epoch: event.epoch, json: jsonOf(event) }));

/** The store is sent it and readers of this process are given it: it is made once for both. */
const encodedEvents = new WeakMap<RunEvent, string>();

function jsonOf(event: RunEvent): string {
  const known = encodedEvents.get(event);
  if (known !== undefined) return known;
  const json = JSON.stringify(event);
  encodedEvents.set(event, json);
  return json;
}

/** The entries, all there and readable. Throws `StorageError("damaged")`. */
export const decodeEntries = (flat: Reply, range: LogRange): LogEntry[] =>
  checkRange(decodeRows(flat), range);

/** The entries as they are stored, unchecked. */
export function decodeRows(flat: Reply): LogEntry[] {
  const texts = textsOf(flat);
  return Array.from({ length: Math.floor(texts.length / 3) }, (_, index) => ({
    seq: Number(texts[index * 3]?.slice(2)),
    epoch: Number(texts[index * 3 + 1]),
    json: texts[index * 3 + 2] ?? "",
  }));
}

/** A fold is a hash with its seq and its JSON; as script arguments "" and "" if there is none. */
export const encodeFold = (fold: RunState | undefined): [seq: string | number, json: string] =>
  fold ? [fold.seq, encodeStored(fold)] : ["", ""];

/** Undefined: no fold is stored. Throws `StorageError("damaged")`. */
export const decodeStoredFold = (seq: string, json: string, runId: string): RunState | undefined =>
  json === "" ? undefined : decodeFold(json, runId, Number(seq));
