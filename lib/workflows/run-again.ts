import { z } from "zod";
import type { WorkflowInstance } from "../protocol/workflow-state.ts";
import { defineTool } from "../tools/define-tool.ts";
import type { Flow } from "./flow.ts";
import { createStepCalls } from "./step-calls.ts";

/**
 * Asks the person whether a step that may have done its work already is run again, after a crash cut it off.
 * The promise rejects, in words, where it is not to be.
 */
export const createRunAgain =
  (flow: Flow, { instance, step, attempt }: WorkflowInstance) =>
  async (): Promise<void> => {
    const calls = createStepCalls(flow, {
      instance,
      failures: 0,
      purpose: `-again${attempt}`,
      onWaiting: async () => undefined,
    });
    const isAgreed = await calls.call(runAgainTool, { step, attempt });
    if (isAgreed !== true)
      throw new Error(`the step ${step} was cut off and may have done its work: it is not run again`);
  };

const runAgainTool = defineTool({
  name: "run_step_again",
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
