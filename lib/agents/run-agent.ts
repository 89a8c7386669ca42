import { createHash } from "node:crypto";
import type { EventBody, FinishReason, Usage } from "../events/run-event.ts";
import { type Model, ModelError, type ModelMessage } from "../models/model.ts";
import type { Agent } from "./agent.ts";
import { stepParts } from "./step-parts.ts";

export interface AgentRun {
  agent: Agent;
  model: Model;
  /** The history to answer, without a system message. */
  messages: readonly ModelMessage[];
  signal: AbortSignal;
  newId(): string;
}

/**
 * Runs an agent to its end and yields what happens, unnumbered: everything between `start` and the terminal event.
 * Returns why the model finished. Throws `ModelError` when the provider fails or the answer is cut off; the parts
 * written so far are then left open, for the writer to close. Returns null when the signal aborts.
 */
export async function* runAgent(run: AgentRun): AsyncGenerator<EventBody, FinishReason | null> {
  const { agent, model, signal } = run;
  // Short: every delta of the step carries it, and it has to differ only within one message.
  const stepId = run.newId().slice(-8);
  const messages: ModelMessage[] = [{ role: "system", content: agent.instructions }, ...run.messages];
  yield { type: "start-step", stepId, index: 0, agent: agent.name };
  yield {
    type: "agent-input",
    stepId,
    agent: agent.name,
    messageCount: messages.length,
    hash: hashOf(messages),
  };

  const parts = stepParts(stepId);
  let usage: Usage | undefined;
  let finishReason: FinishReason | undefined;
  let failure: Error | undefined;
  try {
    for await (const part of model.stream({ messages }, signal)) {
      if (part.type === "usage") usage = part.usage;
      else if (part.type === "finish") finishReason = part.reason;
      else yield* parts.take(part);
    }
  } catch (error) {
    // What it cost so far is told first.
    failure = error instanceof Error ? error : new Error(String(error), { cause: error });
  }
  if (usage) yield { type: "usage", stepId, model: model.id, usage, total: usage };
  if (signal.aborted) return null;
  if (failure) throw failure;
  if (finishReason === undefined) {
    throw new ModelError("cut-off", "the answer stopped before its end", { retryable: true });
  }
  yield* parts.close();
  yield { type: "finish-step", stepId, finishReason, ...(usage && { usage }) };
  return finishReason;
}

const hashOf = (messages: readonly ModelMessage[]): string =>
  createHash("sha256").update(JSON.stringify(messages)).digest("hex").slice(0, 16);
