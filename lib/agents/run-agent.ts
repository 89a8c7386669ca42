import { createHash } from "node:crypto";
import type { EventBody, FinishReason, Usage } from "../events/run-event.ts";
import { type Model, ModelError, type ModelMessage } from "../models/model.ts";
import { addUsage } from "./add-usage.ts";
import type { Agent } from "./agent.ts";
import { stepParts } from "./step-parts.ts";

export interface AgentRun {
  agent: Agent;
  model: Model;
  /** The history to answer, without a system message. */
  messages: readonly ModelMessage[];
  signal: AbortSignal;
  newId(): string;
  /** The step that an owner before left unfinished: it is dropped and asked again, under the same id. */
  resume?: { stepId: string; attempt: number };
  /** What the run has cost so far. */
  spent?: Usage;
}

/**
 * Runs an agent to its end and yields what happens, unnumbered: everything between `start` and the terminal event.
 * Returns why the model finished. Throws `ModelError` when the provider fails or the answer is cut off; the parts
 * written so far are then left open, for the writer to close. Returns null when the signal aborts.
 */
export async function* runAgent(run: AgentRun): AsyncGenerator<EventBody, FinishReason | null> {
  const { agent, model, signal } = run;
  // Short: every delta of the step carries it, and it has to differ only within one message.
  const stepId = run.resume?.stepId ?? run.newId().slice(-8);
  const attempt = (run.resume?.attempt ?? 0) + 1;
  const messages: ModelMessage[] = [{ role: "system", content: agent.instructions }, ...run.messages];
  if (run.resume) yield { type: "reset-step", stepId, attempt, reason: "owner-gone" };
  else yield { type: "start-step", stepId, index: 0, agent: agent.name };
  const hash = hashOf(messages);
  yield { type: "agent-input", stepId, agent: agent.name, messageCount: messages.length, hash };

  // Another attempt's parts have other ids: what is keyed by them never mistakes the new text for more of the old.
  const parts = stepParts(attempt === 1 ? stepId : `${stepId}.${attempt}`);
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
  if (usage) yield { type: "usage", stepId, model: model.id, usage, total: addUsage(run.spent, usage) };
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
