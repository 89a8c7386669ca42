import type { Model } from "../models/model.ts";
import { ModelError } from "../models/model-error.ts";
import { UnknownModelError } from "../models/unknown-model-error.ts";
import { plainModel } from "../protocol/own-key-model.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { Tool } from "../tools/tool.ts";
import type { Agent } from "./agent.ts";
import type { AgentOptions, FoundLimits } from "./agent-scope.ts";
import { nextStep } from "./next-step.ts";
import type { PickedProducer, Producer, ProducerContext } from "./producer.ts";
import { runAgent } from "./run-agent.ts";
import { scopedState } from "./scoped-state.ts";

export interface AgentProducersOptions
  extends Pick<
    AgentOptions,
    "policy" | "coalesceMs" | "startMs" | "questionMs" | "openSandbox" | "contextTokens" | "summarizes"
  > {
  agents: readonly Agent[];
  /** What else a run may name, by its name: it is given what an agent is. */
  others?: ReadonlyMap<string, OtherWriter>;
  /**
   * Those that are listed when a run is driven; absent: none. Never rejects. Asked when its agent begins: who
   * only wants to know what a run would cost waits for no list. `goesOn`: the run was begun elsewhere, and
   * its model has been told of tools there.
   */
  tools?(goesOn: boolean): Promise<readonly Tool[]>;
  /**
   * Throws `UnknownModelError`, and `ModelError` for a run that can only be continued with a key that nobody
   * here has. Never rejects for an endpoint that fails: such a model says so when it is asked.
   */
  pickModel(id?: string, keys?: ReadonlyMap<string, string>): Promise<Model>;
}

/** What writes a run in place of an agent. */
export type OtherWriter = (
  options: Omit<AgentOptions, "agent">,
  context: ProducerContext,
) => ReturnType<Producer>;

/** The names that a run was started with, and the keys of the browser that starts it, by their origins. */
export interface ProducerChoice {
  agent: string;
  model?: string;
  keys?: ReadonlyMap<string, string>;
}

/** Chooses the producer of a run. */
export function createAgentProducers(given: AgentProducersOptions) {
  const { agents, others, pickModel, tools, ...options } = given;
  const taken = agents.find(({ name }) => others?.has(name));
  if (taken) throw new TypeError(`an agent and a workflow have the name ${taken.name}`);
  // Of the process: the next run asks with no more.
  const foundLimits: FoundLimits = new Map();
  return async (run: ProducerChoice): Promise<PickedProducer> => {
    const agent = agents.find(({ name }) => name === run.agent);
    const write = agent ? writerOf(agent) : others?.get(run.agent);
    if (!write) return missing("agent", run.model, new Error(`no agent named ${run.agent}`));
    try {
      const model = await pickModel(run.model ?? agent?.model, run.keys);
      const pickOther = (id: string) => pickModel(id, run.keys);
      const listTools = tools && pinned(tools);
      const produce: Producer = (context) => {
        const listed = listTools && { listTools: () => listTools(context.state) };
        return write({ ...options, ...listed, agents, model, foundLimits, pickModel: pickOther }, context);
      };
      const { id, demo, usesOwnKey, isCounted = !usesOwnKey } = model;
      return {
        ...{ produce, model: id, usesKey: !demo && isCounted },
        ...(usesOwnKey && { usesOwnKey }),
        ...(!agent && { isWorkflow: true }),
      };
    } catch (error) {
      if (error instanceof UnknownModelError) return missing("model", run.model, error);
      if (error instanceof ModelError) return failing(run.model, error);
      throw error;
    }
  };
}

const writerOf =
  (agent: Agent): OtherWriter =>
  (options, context) =>
    runAgent({ ...options, agent }, context);

/**
 * A run keeps to the tools that it began with here, however often it goes on. The next one may be written by
 * the same producer, and has a list of its own.
 */
function pinned(
  list: NonNullable<AgentProducersOptions["tools"]>,
): (state: RunState) => Promise<readonly Tool[]> {
  let newest: { runId: string; listed: Promise<readonly Tool[]> } | undefined;
  return ({ runId, steps }) => {
    if (newest?.runId !== runId) newest = { runId, listed: list(steps.length > 0) };
    return newest.listed;
  };
}

/**
 * For a run that names what is not there any more: the server has another configuration now. One that is
 * complete by its log ends well all the same.
 */
const missing = (unknown: "agent" | "model", model: string | undefined, failure: Error): PickedProducer => ({
  ...failing(model, failure),
  unknown,
});

/** What was written stays as it is. */
function failing(model: string | undefined, failure: Error): PickedProducer {
  const produce: Producer = async function* ({ state }) {
    yield* [];
    if (state.workflow) return { type: "failed", failure };
    const next = nextStep(scopedState(state));
    return next.type === "end" ? next.outcome : { type: "failed", failure };
  };
  return { produce, model: plainModel(model ?? ""), usesKey: false };
}
