import { messageOf } from "../protocol/message-of.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { readHistory } from "./read-history.ts";
import { retryPassing, within } from "./retry-passing.ts";
import type { RunContext } from "./run-context.ts";
import type { Drive } from "./run-producer.ts";

type SpendContext = Pick<RunContext, "storage" | "limits" | "log" | "clock" | "leaseMs">;

/**
 * Counts what an ended run has used of the server's key, where there is a budget: what its provider reported,
 * else an estimate, each for input and output. A report of nothing is none, and that of an answer that broke
 * off, or that several holders wrote, counts only where it is more: some providers report as they go. Never
 * rejects.
 */
export async function spendTokens(context: SpendContext, drive: Drive): Promise<void> {
  const { storage, limits, log, clock, leaseMs } = context;
  const { driven, writer, picked } = drive;
  const { runId, createdAt } = driven.run;
  // Without an ending it is another holder's by now, who will count it.
  if (limits.tokensPerDay === undefined || !writer.state.ending) return;
  try {
    if (!(await picked()).usesKey) return;
    const options = { clock, mayWait: within(leaseMs * 2, clock) };
    const tokens = await retryPassing(() => usedTokens(context, drive), options);
    // A run id may be used again once its conversation is purged.
    const spend = () => storage.limits.spend(`${runId} ${createdAt}`, tokens);
    if (tokens > 0) await retryPassing(spend, options);
  } catch (error) {
    log({ level: "warn", message: "counting a run's tokens failed", runId, error: String(error) });
  }
}

async function usedTokens(context: SpendContext, { driven, writer: { state } }: Drive): Promise<number> {
  const { inputTokens = 0, outputTokens = 0 } = state.total ?? {};
  // What another holder asked for before was not reported to this one.
  const isReported =
    state.total?.source !== "estimated" && !state.takeovers?.some(({ isUnreported }) => isUnreported);
  const isComplete = state.ending?.type === "finish" && isReported;
  if (isComplete && inputTokens > 0 && outputTokens > 0) return inputTokens + outputTokens;
  const read = driven.inputTokens ?? estimateTokens((await readHistory(context, driven.run)) ?? []);
  const written = state.parts.length === 0 ? 0 : estimateTokens([messageOf(state)]);
  const count = (reported: number, estimated: number): number =>
    isComplete && reported > 0 ? reported : Math.max(reported, estimated);
  return count(inputTokens, read) + count(outputTokens, written);
}
