import { z } from "zod";
import { stopEvent } from "../protocol/workflow-graph.ts";

/** What goes from step to step: a name, and data that is JSON. */
export interface WorkflowEvent<N extends string = string, T = unknown> {
  readonly name: N;
  readonly data: T;
}

/** A type of event, as the graph knows it. */
export interface EventKind {
  readonly name: string;
  readonly schema: z.ZodType;
  /** A step that accepts that one accepts this one too. */
  readonly base?: EventKind;
  /** It is sent from outside the workflow: by a person, or by another program. */
  readonly isOutside?: boolean;
}

/** A type of event, and the function that makes one: `Draft({ text })`. */
export interface EventType<N extends string, S extends z.ZodType> extends EventKind {
  (data: z.input<S>): WorkflowEvent<N, z.input<S>>;
  readonly name: N;
  readonly schema: S;
}

/** What a step may send of a type of event. */
export type SentOf<E> = E extends (...data: never) => infer V ? V : never;

/** What a step is given of it: as its schema reads it. */
export type TakenOf<E> = E extends { readonly name: infer N; readonly schema: infer S }
  ? N extends string
    ? S extends z.ZodType
      ? WorkflowEvent<N, z.output<S>>
      : never
    : never
  : never;

/**
 * A type of event. `extends`: it is accepted where that one is. `isOutside`: it comes from outside. Throws
 * `TypeError` for a name that cannot stand in a log or a drawing.
 */
export function defineEvent<const N extends string, S extends z.ZodType>(
  name: N,
  schema: S,
  options: { extends?: EventKind; isOutside?: boolean } = {},
): EventType<N, S> {
  if (!isWorkflowName(name) || name === stopEvent)
    throw new TypeError(`an event's name has 1 to 40 of A-Z, a-z, 0-9, _ and -, and is not stop: ${name}`);
  return eventType(name, schema, options);
}

/** Ends the workflow it is sent in: `return stop(result)`. What a result is, the workflow's `output` says. */
export const stop: EventKind & {
  (result?: unknown): WorkflowEvent<typeof stopEvent>;
  readonly name: typeof stopEvent;
  readonly schema: z.ZodUnknown;
} = eventType(stopEvent, z.unknown(), {});

/** Names of events and steps: they stand in ids, addresses and drawings. */
export const isWorkflowName = (name: string): boolean => /^[A-Za-z0-9_-]{1,40}$/.test(name);

/** Whether an event of this name may stand where `kind` is accepted. */
export const isKindOf = (event: EventKind, kind: EventKind): boolean =>
  event === kind || (event.base !== undefined && isKindOf(event.base, kind));

function eventType<const N extends string, S extends z.ZodType>(
  name: N,
  schema: S,
  { extends: base, isOutside }: { extends?: EventKind; isOutside?: boolean },
): EventType<N, S> {
  const make = (data: z.input<S>) => ({ name, data });
  const facts = { schema, ...(base && { base }), ...(isOutside && { isOutside }) };
  // A function has a name of its own, which is no plain property.
  return Object.assign(
    Object.defineProperty(make, "name", { value: name }) as typeof make & { name: N },
    facts,
  );
}
