import { isRecord } from "../protocol/is-record.ts";
import type { JsonObject } from "../protocol/run-event.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { type EventWait, eventWaits } from "./awaited-events.ts";
import { type DecidedRun, decideRun } from "./decide-run.ts";
import { foldSnapshot } from "./fold-snapshot.ts";
import { formFault } from "./form-fault.ts";
import { retryBriefly } from "./retry-briefly.ts";
import type { RunContext } from "./run-context.ts";

export interface OutsideEvent {
  name: string;
  data: unknown;
  /** Of the browser that sends it: a run on a key of its own goes on with it. */
  keys?: ReadonlyMap<string, string>;
}

/**
 * Sends an event from outside into a run that waits for one of that name, from any tab and process: durable
 * before the run learns of it, and the oldest wait takes it. The same event again is the same one.
 * `not-awaited`: the run waits for no such event, now. Null: no such run.
 */
export async function sendEventIntoRun(
  context: RunContext,
  { runId }: Pick<RunMeta, "runId">,
  { name, data, keys }: OutsideEvent,
): Promise<DecidedRun | { kind: "not-awaited" } | null> {
  const { clock, storage } = context;
  const snapshot = await retryBriefly(clock, () => storage.runs.snapshot(runId));
  if (!snapshot) return null;
  const waits = eventWaits(foldSnapshot(snapshot)).filter(({ event }) => event === name);
  const wait = waits.find(({ isOpen }) => isOpen) ?? waits.at(-1);
  const { approvalId, inputHash } = wait?.part ?? {};
  if (!wait || approvalId === undefined || inputHash === undefined) return { kind: "not-awaited" };
  const content = eventContent(wait, data);
  if (!content) return { kind: "unfit", fault: "must be an object" };
  const decision = { approvalId, approved: true, by: "user", content };
  return decideRun(context, { runId, decision, inputHash, ...(keys && { keys }) });
}

/** What is no object by the event's schema is asked for as the one `value` of a form. */
function eventContent({ part }: EventWait, data: unknown): JsonObject | undefined {
  const { schema = {} } = part.question ?? {};
  const names = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const isWrapped = names.length === 1 && names[0] === "value";
  if (isRecord(data) && (!isWrapped || formFault(schema, data) === undefined)) return data;
  return isWrapped ? { value: data } : undefined;
}
