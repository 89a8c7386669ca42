import type { z } from "zod";
import type { Agent } from "../agents/agent.ts";
import type { WorkflowGraph } from "../protocol/workflow-graph.ts";
import { hashOfJson } from "../tools/call-hash.ts";
import type { EventKind } from "./define-event.ts";
import type { WorkflowStep } from "./define-step.ts";
import { graphFaults } from "./graph-faults.ts";
import { eventKinds, workflowGraph } from "./workflow-graph.ts";

interface WorkflowFacts {
  /** What a run names it by; no agent has the same. */
  name: string;
  /** For people who choose one. */
  description?: string;
  /** What a run begins with: a text, or an object, by the schema of the event. */
  input: EventKind;
  /** The agents that its steps ask: the inspector shows what they were told. */
  agents?: readonly Agent[];
  /** What its result has to be; absent: anything that is JSON. */
  output?: z.ZodType;
  /** Of a run, seconds, without what it waits for people and for its turn; null: none. Absent: 45. */
  timeout?: number | null;
  /** How many runs of it go on at once in one process, in the order of their start; absent: any number. */
  runsAtOnce?: number;
}

/** Typed steps that are connected by events. */
export interface Workflow<S extends Record<string, WorkflowStep> = Record<string, WorkflowStep>>
  extends WorkflowFacts {
  readonly steps: Readonly<S>;
  readonly timeout: number | null;
  readonly graph: WorkflowGraph;
  /** Of its graph: a log that another one began is checked before it goes on. */
  readonly definitionHash: string;
  /** Every type of event, by its name. */
  readonly events: ReadonlyMap<string, EventKind>;
}

/** Says all that is wrong with a workflow at once. */
export class WorkflowDefinitionError extends TypeError {
  readonly faults: readonly string[];

  constructor(name: string, faults: readonly string[]) {
    super([`the workflow ${name} cannot be run:`, ...faults.map((fault) => `- ${fault}`)].join("\n"));
    this.name = "WorkflowDefinitionError";
    this.faults = faults;
  }
}

/** A workflow in one file. Throws `WorkflowDefinitionError` where a run could not come to its end. */
export function defineWorkflow<const S extends Record<string, WorkflowStep>>(
  given: WorkflowFacts & { steps: S },
): Workflow<S> {
  const { timeout = 45, runsAtOnce } = given;
  const faults = [
    ...graphFaults(given),
    ...(timeout === null || timeout > 0 ? [] : ["its timeout is not more than 0"]),
    ...(runsAtOnce === undefined || (Number.isSafeInteger(runsAtOnce) && runsAtOnce >= 1)
      ? []
      : ["its runsAtOnce is no whole number from 1"]),
  ];
  if (faults.length > 0) throw new WorkflowDefinitionError(given.name, faults);
  const graph = workflowGraph(given);
  return Object.freeze({
    ...given,
    timeout,
    graph,
    definitionHash: hashOfJson(graph),
    events: new Map(eventKinds(given).map((kind) => [kind.name, kind])),
  });
}
