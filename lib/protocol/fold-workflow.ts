import { type PieceList, withItem, withoutItems } from "./piece-list.ts";
import type { EventOf } from "./run-event.ts";
import { stopEvent, type WorkflowGraph } from "./workflow-graph.ts";
import type {
  RunProgress,
  SentEvent,
  WorkflowInstance,
  WorkflowState,
  WorkflowStepState,
} from "./workflow-state.ts";

/** What changes where a workflow stands. */
type WorkflowLogEvent = EventOf<
  "workflow-start" | "workflow-event" | "workflow-state" | "workflow-step" | "progress"
>;

/**
 * A workflow after one more event; what does not concern it leaves the same value. Constant in what was sent
 * and done before.
 *
 * 1. What an instance sends and keeps counts when it is done, all of it at once: one that is begun again had
 *    written nothing.
 * 2. An event is for every step that accepts it by the graph of the log, oldest first.
 * 3. What an instance has taken is nobody else's; it is gone when that ends, unless the step keeps it.
 */
export function foldWorkflow(
  state: WorkflowState | undefined,
  event: WorkflowLogEvent,
): WorkflowState | undefined {
  if (event.type === "workflow-start") return startWorkflow(state, event);
  if (!state) return undefined;
  switch (event.type) {
    case "workflow-event":
      return sendEvent(state, event);
    case "workflow-state":
      return editInstance(state, event.instance, (instance) => ({
        ...instance,
        values: { ...instance.values, [event.name]: event.value },
      }));
    case "workflow-step":
      return foldStep(state, event);
    case "progress":
      return noteProgress(state, event);
    default:
      return event satisfies never;
  }
}

/** What a `progress` event says. */
export const progressOf = ({
  message,
  progress,
  total,
  instance,
  attempt,
  ts,
}: EventOf<"progress">): RunProgress => ({
  message,
  ...(progress !== undefined && { progress }),
  ...(total !== undefined && { total }),
  ...(instance !== undefined && { instance }),
  ...(attempt !== undefined && { attempt }),
  at: ts,
});

/** One that is there goes on by another definition, or by another holder. */
function startWorkflow(
  before: WorkflowState | undefined,
  { name, definitionHash, graph, values: given = {}, afterMs }: EventOf<"workflow-start">,
): WorkflowState {
  const { sent = 0, open = [], values = given, steps = {}, outside, result, awayMs = 0 } = before ?? {};
  const away = awayMs + (afterMs ?? 0);
  return {
    ...{ name, definitionHash, graph, sent, open, values },
    steps: {
      ...steps,
      ...Object.fromEntries(graph.steps.map((step) => [step.name, stepNamed(steps, step.name)])),
    },
    ...(before?.received && { received: before.received }),
    ...(outside && { outside }),
    ...(result && { result }),
    ...(away > 0 && { awayMs: away }),
  };
}

const newStep: WorkflowStepState = {
  ...{ queue: {}, kept: [], begun: 0, done: 0, failed: 0, cancelled: 0, retries: 0, ms: 0 },
};

/** Own keys only: a log may have any names. */
const stepNamed = (steps: WorkflowState["steps"], name: string): WorkflowStepState =>
  (Object.hasOwn(steps, name) ? steps[name] : undefined) ?? newStep;

const editStepState = (
  state: WorkflowState,
  name: string,
  next: (step: WorkflowStepState) => WorkflowStepState,
): WorkflowState => ({
  ...state,
  steps: { ...state.steps, [name]: next(stepNamed(state.steps, name)) },
});

function editInstance(
  state: WorkflowState,
  id: string,
  next: (instance: WorkflowInstance) => WorkflowInstance,
): WorkflowState {
  const at = state.open.findIndex(({ instance }) => instance === id);
  const instance = state.open[at];
  return instance ? { ...state, open: state.open.with(at, next(instance)) } : state;
}

function sendEvent(
  state: WorkflowState,
  { id, name, data, from, order }: EventOf<"workflow-event">,
): WorkflowState {
  const event: SentEvent = {
    ...{ id, name, data },
    ...(from !== undefined && { from }),
    ...(order && { order }),
  };
  const counted = { ...state, sent: state.sent + 1, ...(from === undefined && outsideCount(state, name)) };
  // 1.
  return from === undefined
    ? deliver(counted, event)
    : editInstance(counted, from, (instance) => ({ ...instance, sent: withItem(instance.sent, event) }));
}

function outsideCount({ graph, outside = {} }: WorkflowState, name: string): Pick<WorkflowState, "outside"> {
  if (!graph.outside.includes(name)) return {};
  return { outside: { ...outside, [name]: (Object.hasOwn(outside, name) ? (outside[name] ?? 0) : 0) + 1 } };
}

/** 2. */
function deliver(before: WorkflowState, event: SentEvent): WorkflowState {
  const state = countSent(before, event);
  if (event.name === stopEvent) return withResult(state, event);
  const { name } = event;
  return takersOf(state.graph, name).reduce(
    (next, step) =>
      editStepState(next, step, (taker) => ({
        ...taker,
        queue: { ...taker.queue, [name]: withItem(queueOf(taker, name), event) },
      })),
    state,
  );
}

/** By who has sent it: which lines of the drawing were gone. */
function countSent(state: WorkflowState, { name, from }: SentEvent): WorkflowState {
  if (from === undefined) return countReceived(state, name);
  return editStepState(state, from.slice(0, from.lastIndexOf("/")), (step) => ({
    ...step,
    emitted: withOneMore(step.emitted, name),
  }));
}

/** One more of that name has come from outside. */
export const countReceived = (state: WorkflowState, name: string): WorkflowState => ({
  ...state,
  received: withOneMore(state.received, name),
});

type Counts = Readonly<Record<string, number>>;

const withOneMore = (counts: Counts = {}, name: string): Counts => ({
  ...counts,
  [name]: ((Object.hasOwn(counts, name) ? counts[name] : undefined) ?? 0) + 1,
});

const takersOf = ({ steps }: WorkflowGraph, event: string): string[] =>
  steps.filter(({ accepts }) => accepts.includes(event)).map(({ name }) => name);

/** What waits of one name. */
const queueOf = ({ queue }: WorkflowStepState, name: string): PieceList<SentEvent> =>
  (Object.hasOwn(queue, name) ? queue[name] : undefined) ?? [];

/** The first one counts. */
const withResult = (state: WorkflowState, { data, from = "" }: SentEvent): WorkflowState =>
  state.result ? state : { ...state, result: { value: data, from } };

function foldStep(state: WorkflowState, event: EventOf<"workflow-step">): WorkflowState {
  const { instance: id, step, attempt = 1, error, ts } = event;
  const known = state.open.find(({ instance }) => instance === id);
  switch (event.state) {
    case "running":
      return known ? editInstance(state, id, (instance) => runAgain(instance, attempt)) : begin(state, event);
    case "waiting":
      return editInstance(state, id, (instance) => ({ ...instance, state: "waiting" }));
    case "retrying":
      return known ? retryLater(state, event) : state;
    case "done":
      return known ? finishInstance(state, known, event) : state;
    case "failed":
    case "cancelled":
      return known ? endInstance(state, known, { end: event.state, ts }) : state;
    default:
      // Of a newer build.
      return editInstance(state, id, (instance) => ({
        ...instance,
        ...{ step, state: event.state },
        ...(error !== undefined && { error }),
      }));
  }
}

/** 3. */
function begin(
  state: WorkflowState,
  { instance, step, attempt = 1, events: ids = [], ts }: EventOf<"workflow-step">,
): WorkflowState {
  const wanted = new Set(ids);
  const { queue } = stepNamed(state.steps, step);
  const events: SentEvent[] = [];
  const left = Object.entries(queue).map(([name, list]): [string, PieceList<SentEvent>] => {
    const taken = takenFrom(list, wanted);
    events.push(...taken);
    return [name, taken.length > 0 ? withoutItems(list, new Set(taken.map(({ id }) => id))) : list];
  });
  const inOrder = ids.flatMap((id) => events.find((event) => event.id === id) ?? []);
  const begun: WorkflowInstance = {
    ...{ instance, step, events: inOrder, attempt, state: "running", startedAt: ts },
    ...{ sent: [], values: {} },
  };
  const next = editStepState(state, step, (taker) => ({
    ...taker,
    queue: Object.fromEntries(left),
    begun: taker.begun + 1,
  }));
  return { ...next, open: [...next.open, begun] };
}

/** The first of those with such an id; what is taken stands near the front. */
function takenFrom(list: PieceList<SentEvent>, ids: ReadonlySet<string>): SentEvent[] {
  const lowest = Math.min(...[...ids].map(Number));
  for (const piece of list) {
    // They stand in the order of their ids.
    if (Number(piece.at(-1)?.id) < lowest) continue;
    const found = piece.filter(({ id }) => ids.has(id));
    if (found.length > 0) return found;
  }
  return [];
}

/** 1. An attempt that is gone has written nothing. */
function runAgain(known: WorkflowInstance, attempt: number): WorkflowInstance {
  const { retryAt: _, ...instance } = known;
  if (attempt === instance.attempt) return { ...instance, state: "running" };
  return { ...instance, state: "running", attempt, sent: [], values: {} };
}

function retryLater(
  state: WorkflowState,
  { instance: id, step, error, inMs = 0, ts }: EventOf<"workflow-step">,
): WorkflowState {
  const failed = editInstance(state, id, (instance) => ({
    ...instance,
    ...{ state: "retrying", failures: (instance.failures ?? 0) + 1, retryAt: ts + inMs },
    ...{ sent: [], values: {} },
    ...(error !== undefined && { error }),
  }));
  return editStepState(failed, step, (tried) => ({ ...tried, retries: tried.retries + 1 }));
}

/** 1. */
function finishInstance(
  state: WorkflowState,
  known: WorkflowInstance,
  { keeps, collects = [], ts }: EventOf<"workflow-step">,
): WorkflowState {
  const ended = endInstance(state, known, { end: "done", ts });
  const stored: WorkflowState = { ...ended, values: { ...ended.values, ...known.values } };
  const collected = collects.length > 0 ? new Set(collects) : undefined;
  const kept =
    keeps || collected
      ? editStepState(stored, known.step, (step) => {
          const left = collected ? withoutItems(step.kept, collected) : step.kept;
          return { ...step, kept: keeps ? known.events.reduce(withItem, left) : left };
        })
      : stored;
  return known.sent.flat().reduce(deliver, kept);
}

function endInstance(
  state: WorkflowState,
  { instance: id, step, startedAt }: WorkflowInstance,
  { end, ts }: { end: "done" | "failed" | "cancelled"; ts: number },
): WorkflowState {
  const open = state.open.filter(({ instance }) => instance !== id);
  return editStepState({ ...state, open }, step, (ended) => ({
    ...ended,
    [end]: ended[end] + 1,
    ms: ended.ms + Math.max(0, ts - startedAt),
  }));
}

/** Of a step: the newest that one of its instances said. */
function noteProgress(state: WorkflowState, event: EventOf<"progress">): WorkflowState {
  const instance = state.open.find((each) => each.instance === event.instance);
  if (!instance) return state;
  return editStepState(state, instance.step, (step) => ({ ...step, progress: progressOf(event) }));
}
