import type { Agent } from "#lib/agents/agent.ts";
import type { OtherWriter } from "#lib/agents/agent-producers.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import type { Tool } from "#lib/tools/tool.ts";
import type { WorkflowStep } from "#lib/workflows/define-step.ts";
import type { Workflow } from "#lib/workflows/define-workflow.ts";
import type { RunOrder } from "#lib/workflows/run-order.ts";
import { runWorkflow } from "#lib/workflows/run-workflow.ts";
import type { WorkflowContext } from "#lib/workflows/step-context.ts";
import type { RecordedIds } from "./recorded-ids.ts";
import { recordedTool } from "./recorded-tools.ts";
import type { RerunLog } from "./rerun-log.ts";

interface Recorded extends Pick<RecordedIds, "within"> {
  recorded: readonly RunEvent[];
  log: RerunLog;
}

/** A workflow as it is now, whose steps do in the recorded order what they do side by side. */
export function recordedWorkflow(workflow: Workflow, given: Recorded): OtherWriter {
  const { recorded, log } = given;
  const steps = Object.entries(workflow.steps).map(
    ([name, step]) => [name, recordedStep(step, given)] as const,
  );
  const end = recorded.at(-1);
  const isLate = end?.type === "error" && end.code === "workflow-timeout";
  const again = {
    ...workflow,
    steps: Object.fromEntries(steps),
    timeout: isLate ? workflow.timeout : null,
  };
  return (options, context) => runWorkflow({ ...options, workflow: again, order: orderOf(log) }, context);
}

function orderOf(log: RerunLog): RunOrder {
  const asked = new Set<string>();
  const granted = new Set<string>();
  return {
    async turn([first]) {
      if (first) await log.turn(first);
    },
    mayBegin(event, onTurn) {
      const key = keyOf(event);
      if (granted.has(key) || log.isNext(event)) return true;
      if (!asked.has(key))
        void log.turn(event).then(() => {
          granted.add(key);
          onTurn();
        });
      asked.add(key);
      return false;
    },
  };
}

const keyOf = (event: EventBody): string => JSON.stringify(event);

/** Its tools say what they said, and its attempts take as long as they took. */
function recordedStep(step: WorkflowStep, { recorded, log, within }: Recorded): WorkflowStep {
  const { timeout, ...others } = step;
  const wasLate = recorded.some(
    (event) => event.type === "workflow-step" && event.error?.includes("took longer than") === true,
  );
  return {
    ...others,
    ...(wasLate && timeout !== undefined && { timeout }),
    run: (context, ...events) =>
      within(context.instance, () => step.run(recordedContext(context, recorded, log), ...events)),
  };
}

function recordedContext(
  context: WorkflowContext,
  recorded: readonly RunEvent[],
  log: RerunLog,
): WorkflowContext {
  const toolOf = (tool: Tool | string) =>
    typeof tool === "string" ? tool : recordedTool(tool, recorded, log);
  const call: WorkflowContext["call"] = (tool, input) => context.call(toolOf(tool), input);
  const agent = (asked: Agent | string, request: string, options?: { isShown?: boolean }) =>
    typeof asked === "string" || !Array.isArray(asked.tools)
      ? context.agent(asked as Agent, request, options)
      : context.agent({ ...asked, tools: asked.tools.map(toolOf) }, request, options);
  return Object.create(context, { call: { value: call }, agent: { value: agent } });
}
