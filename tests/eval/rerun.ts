import type { Agent } from "#lib/agents/agent.ts";
import type { OtherWriter } from "#lib/agents/agent-producers.ts";
import { printPauseMs } from "#lib/agents/code/log-reporter.ts";
import type { InboxItem, Outcome, ProducerContext } from "#lib/agents/producer.ts";
import { runAgent } from "#lib/agents/run-agent.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import type { RunFixture } from "#lib/protocol/run-fixture.ts";
import { boundEvent } from "#lib/runs/bound-event.ts";
import type { Tool } from "#lib/tools/tool.ts";
import type { Workflow } from "#lib/workflows/define-workflow.ts";
import { closeAsRecorded, driverBegins } from "./recorded-end.ts";
import { recordedIds } from "./recorded-ids.ts";
import { recordedModel } from "./recorded-model.ts";
import { nextPrint, recordedSandboxes } from "./recorded-sandbox.ts";
import { recordedSteps } from "./recorded-steps.ts";
import { recordedPolicy, recordedTool, recordedTools } from "./recorded-tools.ts";
import { recordedWorkflow } from "./recorded-workflow.ts";
import { createRerunLog, type RerunLog } from "./rerun-log.ts";

export interface RerunOptions {
  agents: readonly Agent[];
  workflows?: readonly Workflow[];
  /** Those that are listed for agents. */
  tools: readonly Tool[];
  /** In place of what its agent is told. */
  instructions?: string;
}

/**
 * Runs a recorded run again, by the agent as it is now: its model and its tools say what they said then, and
 * people do what they did. The events that this gives, in the envelopes of the recorded ones.
 */
export async function rerun(fixture: RunFixture, options: RerunOptions): Promise<readonly RunEvent[]> {
  const events = await rerunWith(fixture, options, false);
  const first = fixture.events.findIndex((event, at) => JSON.stringify(event) !== JSON.stringify(events[at]));
  // Whether its model goes on by itself is not recorded, and only a request says it.
  if (first < 0 || fixture.events[first]?.type !== "agent-input") return events;
  const others = await rerunWith(fixture, options, true);
  return JSON.stringify(fixture.events[first]) === JSON.stringify(others[first]) ? others : events;
}

async function rerunWith(
  { messages, events: recorded }: RunFixture,
  options: RerunOptions,
  prefills: boolean,
): Promise<readonly RunEvent[]> {
  const until = driverBegins(recorded);
  const log = createRerunLog(recorded, until);
  const [start] = recorded;
  if (start?.type !== "start") return [];
  const { runId: _r, epoch: _e, seq: _s, ts: _t, ...body } = start;
  log.push(body);
  // What closes an answer, no model has said.
  const steps = recordedSteps(recorded.slice(0, until - 1));
  const model = recordedModel({ id: start.model, prefills, log, steps, end: recorded.at(-1) });
  const agents = options.agents.map((agent) => ({
    ...agent,
    ...(Array.isArray(agent.tools) && {
      tools: agent.tools.map((tool: Tool | string) =>
        typeof tool === "string" || isOfAgent(tool) ? tool : recordedTool(tool, recorded, log),
      ),
    }),
  }));
  const asked = agents.find(({ name }) => name === start.agent);
  const { instructions = asked?.instructions ?? "" } = options;
  const workflow = options.workflows?.find(({ name }) => name === start.agent);
  const ids = recordedIds(recorded);
  const write: OtherWriter | undefined =
    (workflow && recordedWorkflow(workflow, { recorded, log, within: ids.within })) ??
    (asked && ((given, context) => runAgent({ ...given, agent: { ...asked, instructions } }, context)));
  if (!write) throw new Error(`nothing here is named ${start.agent}`);
  const given = {
    ...{ agents, model, tools: recordedTools(recorded, options.tools, log) },
    ...{ policy: recordedPolicy(recorded), pickModel: async () => model, startMs: 0 },
    openSandbox: recordedSandboxes(recorded, log),
  };
  const isEndedByDriver = ["abort", "interrupted"].includes(recorded.at(-1)?.type ?? "");
  let outcome: Outcome = { type: "aborted" };
  for (const end of holderEnds(recorded, until)) {
    ids.renew(log.events.length);
    const abort = new AbortController();
    const context = contextOf(log, { messages, recorded, abort, newId: ids.next });
    outcome = await pump(write(given, context), {
      log,
      abort,
      end,
      isCut: end < until - 1 || isEndedByDriver,
    });
  }
  log.close();
  for (const each of closeAsRecorded(recorded, log.state, outcome)) log.push(each);
  return log.events;
}

/** A tool that is an agent runs again itself. */
const isOfAgent = (tool: Tool): boolean => "agent" in tool;

/** Of each holder, the last event that its agent wrote. */
function holderEnds(recorded: readonly RunEvent[], until: number): number[] {
  const ends = recorded.flatMap((event, at) => {
    const next = recorded[at + 1];
    return next && next.epoch !== event.epoch && next.seq < until ? [event.seq] : [];
  });
  return [...ends, until - 1];
}

/** What has gone another way than it was recorded may wait for what never comes, ms. */
const stuckMs = 5000;

interface Holding {
  log: RerunLog;
  abort: AbortController;
  /** The last event that its agent wrote. */
  end: number;
  /** It did not end by itself there: its holder was gone, or the run was stopped. */
  isCut: boolean;
}

async function pump(
  events: AsyncGenerator<EventBody, Outcome>,
  { log, abort, end, isCut }: Holding,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = () =>
    new Promise<undefined>((resolve) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(undefined), stuckMs);
    });
  try {
    while (log.events.length < end || !isCut) {
      const next = await Promise.race([events.next(), stuck()]);
      if (!next) break;
      if (next.done) return next.value;
      log.push(boundEvent(next.value));
    }
    return { type: "aborted" };
  } catch (failure) {
    return { type: "failed", failure };
  } finally {
    clearTimeout(timer);
    await log.settled();
    abort.abort("lease-lost");
    await events.return({ type: "aborted" });
  }
}

interface Recorded {
  messages: RunFixture["messages"];
  recorded: readonly RunEvent[];
  abort: AbortController;
  /** Of the next step. */
  newId(): string;
}

function contextOf(log: RerunLog, { messages, recorded, abort, newId }: Recorded): ProducerContext {
  return {
    get state() {
      return log.state;
    },
    userId: "the user of a recorded run",
    history: async () => messages,
    signal: abort.signal,
    inbox: recordedInbox(log, recorded, abort.signal),
    durable: async () => undefined,
    mayStart: async () => undefined,
    startEffect: () => () => undefined,
    clock: {
      wall: log.wall,
      async sleep(ms, aborted) {
        const print = ms === printPauseMs ? nextPrint(recorded, log) : undefined;
        await (print === undefined ? log.sleep(ms, aborted) : log.until(print, aborted));
      },
    },
    newId,
    random: () => 0.5,
  };
}

/** What people said and decided comes when it came. */
function recordedInbox(
  log: RerunLog,
  recorded: readonly RunEvent[],
  signal: AbortSignal,
): ProducerContext["inbox"] {
  const items = recorded.filter(
    (event): event is RunEvent & InboxItem =>
      event.type === "tool-approval-response" || event.type === "steered",
  );
  const written = () => new Set(log.events.map(({ seq }) => seq));
  let taken = new Set<number>();
  const due = () => {
    const isThere = written();
    return items.filter(({ seq }) => !taken.has(seq) && !isThere.has(seq) && seq <= log.events.length + 1);
  };
  return {
    take() {
      const found = due();
      taken = new Set([...taken, ...found.map(({ seq }) => seq)]);
      return found.map(({ runId: _r, epoch: _e, seq: _s, ts: _t, ...item }) => item);
    },
    async wait(aborted) {
      const next = items.find(({ seq }) => !taken.has(seq) && seq > log.events.length);
      if (due().length > 0 || aborted.aborted) return;
      if (next) return log.untilDecided(next.seq);
      const either = AbortSignal.any([signal, aborted]);
      await new Promise<void>((resolve) => either.addEventListener("abort", () => resolve(), { once: true }));
    },
  };
}
