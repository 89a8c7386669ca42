import { UnknownModelError } from "../models/unknown-model-error.ts";
import type { RunContext } from "./run-context.ts";
import type { RunRequest } from "./run-request.ts";

/** The field of a request that names an agent or a model that is not there. */
export async function unknownName(
  context: RunContext,
  { agent, model }: RunRequest,
): Promise<"agent" | "model" | undefined> {
  if (agent !== undefined && !context.agent(agent)) return "agent";
  if (model === undefined) return undefined;
  try {
    await context.pickModel(model);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownModelError) return "model";
    throw error;
  }
}
