import type { OtherWriter } from "../agents/agent-producers.ts";
import type { Workflow } from "./define-workflow.ts";
import { createRunTurns } from "./run-turns.ts";
import { runWorkflow } from "./run-workflow.ts";

/** What writes the run of each workflow, by its name. */
export const workflowWriters = (workflows: readonly Workflow[]): ReadonlyMap<string, OtherWriter> =>
  new Map(workflows.map((workflow) => [workflow.name, workflowWriter(workflow)]));

function workflowWriter(workflow: Workflow): OtherWriter {
  const turns = createRunTurns(workflow.runsAtOnce ?? Infinity);
  return async function* write(options, context) {
    const leave = await turns.enter(context.signal);
    try {
      return yield* runWorkflow({ ...options, workflow }, context);
    } finally {
      leave();
    }
  };
}
