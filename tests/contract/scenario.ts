import assert from "node:assert/strict";
import { fold } from "#lib/protocol/fold.ts";
import type { EventBody, RunEvent, TerminalBody } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { endedStatus } from "#lib/protocol/run-status.ts";
import type { Holder, Lease, NewRun, RunEnd, RunMeta } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { numbered, start, startStep, textDelta, textStart } from "../support/event-builders.ts";

export const leaseMs = 15_000;
export const alice = "alice";

/** A process that may hold a lease. */
export const holder = (pid: number): Holder => ({ host: "host", boot: "boot", pid, startedAt: `t${pid}` });

interface RunFields extends Partial<NewRun> {
  text?: string;
  parentMessageId?: string | null;
}

/** A run to ask for, all ids fresh unless given. */
export function newRun({ text = "Hello", parentMessageId, ...fields }: RunFields = {}): NewRun {
  return {
    runId: crypto.randomUUID(),
    conversationId: crypto.randomUUID(),
    userId: alice,
    bodyHash: "hash",
    agent: "assistant",
    messageId: crypto.randomUUID(),
    ask: {
      kind: "message",
      message: { id: crypto.randomUUID(), text },
      ...(parentMessageId !== undefined && { parentMessageId }),
    },
    title: "Title",
    ...fields,
  };
}

/** Asks for a run that must be created. */
export async function asked(storage: Storage, fields: RunFields = {}): Promise<RunMeta> {
  const created = await storage.runs.createRun(newRun(fields));
  assert.equal(created.kind, "created");
  return "run" in created ? created.run : assert.fail();
}

/** Claims a run that nobody holds. */
export async function claimed(storage: Storage, run: RunMeta, by = holder(1)): Promise<Lease> {
  const now = await storage.runs.run(run.runId);
  const lease = await storage.runs.claim(run.runId, crypto.randomUUID(), now?.epoch ?? 0, leaseMs, by);
  return lease
    ? { runId: lease.runId, epoch: lease.epoch, token: lease.token }
    : assert.fail("the claim was refused");
}

export type RunWriter = ReturnType<typeof createRunWriter>;

/** Numbers what a holder writes, and folds it. */
export function createRunWriter(run: RunMeta, lease: Lease, state: RunState = emptyRun(run.runId)) {
  const { conversationId, messageId, userMessageId } = run;
  function write(...bodies: EventBody[]): RunEvent[] {
    const events = numbered(bodies, { runId: run.runId, epoch: lease.epoch, startAt: state.seq + 1 });
    state = events.reduce(fold, state);
    return events;
  }
  return {
    run,
    lease,
    get state() {
      return state;
    },
    write,
    /** The first events of a log. */
    begin: () => write(start({ conversationId, messageId, userMessageId }), startStep(), textStart()),
    say: (...deltas: string[]) => write(...deltas.map((delta) => textDelta(delta))),
    /** What `finish` takes. */
    end(terminal: TerminalBody): { events: RunEvent[]; end: RunEnd } {
      const events = write(terminal);
      return { events, end: { status: endedStatus(terminal.type), state } };
    },
  };
}

/** A run that is claimed and has its first three events. */
export async function running(storage: Storage, fields: RunFields = {}): Promise<RunWriter> {
  const run = await asked(storage, fields);
  const writer = createRunWriter(run, await claimed(storage, run));
  const { kind } = await storage.runs.append(writer.lease, writer.begin(), leaseMs);
  assert.equal(kind, "ok");
  return writer;
}

/** Ends it as the store must allow. */
export async function finished(storage: Storage, writer: RunWriter, terminal: TerminalBody): Promise<void> {
  const { events, end } = writer.end(terminal);
  const { kind } = await storage.runs.finish(writer.lease, events, end);
  assert.equal(kind, "ok");
}

/** The log as the store gives it back. */
export async function storedLog(storage: Storage, runId: string): Promise<RunEvent[]> {
  const read = await storage.runs.read(runId, { seq: 0 }, 100_000);
  if (!read || read.gone) assert.fail(`no log of ${runId}`);
  assert.equal(read.entries.length, read.head);
  return read.entries.map(({ json }) => JSON.parse(json));
}

/** The run as the store knows it. */
export async function metaOf(storage: Storage, { runId }: { runId: string }): Promise<RunMeta> {
  return (await storage.runs.run(runId)) ?? assert.fail(`no run ${runId}`);
}
