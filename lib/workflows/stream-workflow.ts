import type { AgentOptions } from "../agents/agent-scope.ts";
import { ownWorld } from "../agents/clock.ts";
import { runInMemory } from "../agents/memory-run.ts";
import type { InboxItem, ProducerContext } from "../agents/producer.ts";
import type { Model } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import type { ToolPart } from "../protocol/message.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { waitTool } from "../protocol/workflow-graph.ts";
import type { Workflow } from "./define-workflow.ts";
import { runWorkflow } from "./run-workflow.ts";

export interface StreamWorkflowOptions extends Partial<Omit<AgentOptions, "agent">> {
  workflow: Workflow;
  /** A text, or what the input event has; of a run that goes on: nothing. */
  input?: unknown;
  /** `state` of a run, of this process or another: it goes on from there. */
  resume?: RunState;
  /** What its steps begin with in `ctx.state`: `values` of an earlier run. */
  values?: Record<string, unknown>;
  userId?: string;
  /** Absent: the real ones. */
  world?: Pick<ProducerContext, "clock" | "newId" | "random">;
}

/** A run of a workflow without a server or a store: it lives in this process, and ends with it. */
export interface StreamedWorkflow extends AsyncDisposable {
  /** Every event, from the first one on; any number of readers, each at its own pace. */
  events(): AsyncIterable<RunEvent>;
  /** What it ended with. Rejects with what made it fail, and of one that was stopped with an error. */
  readonly result: Promise<unknown>;
  /** All that another process needs to go on with it; a plain value. */
  readonly state: RunState;
  /** What its steps have stored. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Sends an event to the step that waits for it; false: none does. */
  send(name: string, data: Readonly<Record<string, unknown>>): boolean;
  /** Answers a `tool-approval-request`. */
  decide(decision: Omit<Extract<InboxItem, { type: "tool-approval-response" }>, "type" | "by">): void;
  stop(reason?: string): void;
}

/** Runs a workflow at once. `await using` stops it where its block ends, and waits until all has ended. */
export function streamWorkflow(options: StreamWorkflowOptions): StreamedWorkflow {
  const {
    workflow,
    input = "",
    resume,
    values,
    userId = "",
    world = ownWorld,
    model = absentModel,
    ...others
  } = options;
  const run = runInMemory({
    ...{ agent: workflow.name, model: model.id, userId, world },
    input: typeof input === "string" ? input : JSON.stringify(input),
    produce: (context) => runWorkflow({ ...others, workflow, model, ...(values && { values }) }, context),
    ...(resume && { resume }),
  });
  const result = run.ended.then(({ workflow: ended, ending }) => {
    if (ending?.type !== "finish") throw new Error("the run was stopped before it had a result");
    return ended?.result?.value;
  });
  result.catch(() => undefined);
  const decide: StreamedWorkflow["decide"] = (decision) =>
    run.send({ type: "tool-approval-response", by: "user", ...decision });
  return {
    events: run.log.read,
    ...{ result, decide, stop: run.stop },
    get state() {
      return run.log.state;
    },
    get values() {
      return run.log.state.workflow?.values ?? {};
    },
    send(name, content) {
      const approvalId = openWait(run.log.state, name);
      if (approvalId !== undefined) decide({ approvalId, approved: true, content });
      return approvalId !== undefined;
    },
    async [Symbol.asyncDispose]() {
      run.stop();
      await run.ended.catch(() => undefined);
    },
  };
}

const openWait = ({ parts }: RunState, name: string): string | undefined =>
  parts.find(
    (part): part is ToolPart & { input: { event: string } } =>
      part.type === "tool" &&
      part.toolName === waitTool &&
      part.state === "approval-requested" &&
      typeof part.input === "object" &&
      part.input !== null &&
      "event" in part.input &&
      part.input.event === name,
  )?.approvalId;

/** For a workflow that asks none. */
const absentModel: Model = {
  id: "none",
  demo: false,
  stream() {
    throw new ModelError("model-not-found", "the workflow was given no model", { retryable: false });
  },
};
