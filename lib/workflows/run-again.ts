import { z } from "zod";
import { runAgainTool } from "../protocol/workflow-graph.ts";
import type { WorkflowInstance } from "../protocol/workflow-state.ts";
import { defineTool } from "../tools/define-tool.ts";
import type { Flow } from "./flow.ts";
import { createStepCalls } from "./step-calls.ts";

/**
 * Asks the person whether a step that may have done its work already is run again, after a crash cut it off.
 * The promise rejects, in words, where it is not to be.
 */
export const createRunAgain =
  (
    flow: Flow,
    { instance, step, attempt }: WorkflowInstance,
    onWaiting: (isWaiting: boolean, asOf: number) => void,
  ) =>
  async (): Promise<void> => {
    const calls = createStepCalls(flow, {
      instance,
      failures: 0,
      purpose: `-again${attempt}`,
      // The log goes on saying that it runs: one that waits would be run again unasked.
      onWaiting: async (isWaiting, asOf) => onWaiting(isWaiting, asOf),
    });
    const isAgreed = await calls.call(runAgainQuestion, { step, attempt });
    if (isAgreed !== true) throw new Error("it was cut off and may have done its work: it is not run again");
  };

const runAgainQuestion = defineTool({
  name: runAgainTool,
  description: "Asks whether a step that was cut off is run again.",
  effect: "read",
  input: z.object({ step: z.string(), attempt: z.number() }),
  async run({ step }, { ask }) {
    const answer = await ask({
      message: `The step ${step} was cut off while it ran, and may have done its work already.`,
      schema: {
        type: "object",
        properties: { again: { type: "boolean", title: "Run it again" } },
        required: ["again"],
      },
    });
    return answer.type === "accept" && answer.content["again"] === true;
  },
});
