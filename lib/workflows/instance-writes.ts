import type { EventBody } from "../protocol/run-event.ts";
import { stopEvent } from "../protocol/workflow-graph.ts";
import type { SentEvent, WorkflowInstance } from "../protocol/workflow-state.ts";
import { collectEvents, type WantedEvents } from "./collect-events.ts";
import type { WorkflowEvent } from "./define-event.ts";
import type { StateKey } from "./define-state.ts";
import type { WorkflowStep } from "./define-step.ts";
import { ordersOf } from "./event-order.ts";
import type { Flow } from "./flow.ts";
import { keptJson } from "./kept-json.ts";

/** What one attempt of an instance has done so far, and nobody sees before it is done. */
export interface InstanceWrites {
  send(events: readonly WorkflowEvent[]): void;
  get<T>(key: StateKey<T>): T;
  update<T>(key: StateKey<T>, next: (value: T) => T): void;
  /** Undefined: not all of them are there, and what the instance took stays with the step. */
  collect(wanted: WantedEvents): SentEvent[] | undefined;
  /** All of it, and the end of the instance; `isStop`: of the workflow. Throws for what cannot be sent. */
  done(returned: unknown): { events: EventBody[]; isStop: boolean };
}

interface StateChange {
  name: string;
  next(value: unknown): unknown;
}

export function createInstanceWrites(
  { state, workflow, values }: Flow,
  step: WorkflowStep,
  { instance, step: name, events: taken, attempt }: WorkflowInstance,
  now: () => Flow["state"] = () => state,
): InstanceWrites {
  const sent: WorkflowEvent[] = [];
  const changes: StateChange[] = [];
  const used = new Set<string>();
  const collected: SentEvent[] = [];
  let keeps = false;

  const changed = (key: string): unknown =>
    changes.reduce((value, each) => (each.name === key ? each.next(value) : value), values.get(key));

  function checked(event: unknown): { name: string; data: unknown } {
    const { name: eventName, data } = isWorkflowEvent(event)
      ? event
      : { name: String(event), data: undefined };
    const kind = step.emits.find((each) => each.name === eventName);
    if (!kind) throw new TypeError(`the step ${name} sends ${eventName}, which is not among what it emits`);
    const parsed = kind.schema.safeParse(data);
    if (!parsed.success)
      throw new TypeError(`the step ${name} sends a ${eventName} that does not fit: ${parsed.error.message}`);
    return { name: eventName, data: keptJson(data, `the ${eventName} of the step ${name}`) };
  }

  return {
    send: (events) => void sent.push(...events),
    get(key) {
      const value = changed(key.name);
      return value === undefined ? key.initial : key.schema.parse(value);
    },
    update(key, next) {
      const read = (value: unknown) => (value === undefined ? key.initial : key.schema.parse(value));
      changes.push({ name: key.name, next: (value) => keptJson(next(read(value)), `the state ${key.name}`) });
    },
    collect(wanted) {
      const stepState = now().steps[name];
      const kindOf = (eventName: string) => workflow.events.get(eventName);
      const found = stepState && collectEvents(wanted, stepState, { taken, used, kindOf });
      if (!found) {
        keeps = true;
        return undefined;
      }
      for (const event of found) used.add(event.id);
      collected.push(...found);
      return found;
    },
    done(returned) {
      const events = [...sent, ...returnedEvents(returned)].map(checked);
      const orders = ordersOf([...taken, ...collected], events.length);
      const ownIds = new Set(taken.map(({ id }) => id));
      const names = [...new Set(changes.map((change) => change.name))];
      const stored = names.map((key) => ({ key, value: changed(key) }));
      for (const { key, value } of stored) values.set(key, value);
      const collects = [...used].filter((id) => !ownIds.has(id));
      const isKept = keeps && !taken.some(({ id }) => used.has(id));
      return {
        isStop: events.some((event) => event.name === stopEvent),
        events: [
          ...events.map((event, at): EventBody => {
            const order = orders[at];
            return {
              type: "workflow-event",
              id: "",
              ...event,
              from: instance,
              ...(order && { order: [...order] }),
            };
          }),
          ...stored.map(
            ({ key, value }): EventBody => ({ type: "workflow-state", instance, name: key, value }),
          ),
          {
            ...{ type: "workflow-step", step: name, instance, state: "done", attempt },
            ...(isKept && { keeps: true }),
            ...(collects.length > 0 && { collects }),
          },
        ],
      };
    },
  };
}

const returnedEvents = (returned: unknown): readonly unknown[] =>
  returned === undefined || returned === null ? [] : Array.isArray(returned) ? returned : [returned];

const isWorkflowEvent = (value: unknown): value is WorkflowEvent =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
