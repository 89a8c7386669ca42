import { textTokens } from "../history/message-tokens.ts";
import { planSummary, type SummaryPlan } from "../history/plan-summary.ts";
import { summaryRequest } from "../history/summary-request.ts";
import { knownUsage } from "../models/known-usage.ts";
import type { Model } from "../models/model.ts";
import type { ModelMessage } from "../models/model-message.ts";
import { priceUsage } from "../models/prices.ts";
import { addUsage } from "../protocol/add-usage.ts";
import type { Message } from "../protocol/message.ts";
import type { EventBody, Usage } from "../protocol/run-event.ts";
import { type AgentScope, takesInbox } from "./agent-scope.ts";
import type { Outcome } from "./producer.ts";

/*
 * Summarises the beginning of a long conversation beside an answer (docs/decisions/0008). Owns the request;
 * when it is due, and how much it is of, lib/history/plan-summary.ts decides.
 *
 * 1. It begins when the first answer of a run has begun, and delays no word of it. An answer that has ended
 *    waits for it for `maxEndWaitMs`, unless a person says something: that goes first.
 * 2. What came of it is one event of the run's log, written as soon as it is there, so that a stop or a
 *    failure takes nothing away that was paid for; and counts from the next question on. Whoever goes on
 *    with the run knows by that event that nothing is left to do; without it, the request is made anew.
 * 3. Whatever goes wrong with it, the run goes on as it would have: the oldest turns are left out (trim.ts).
 * 4. What it has cost is the run's: as it was reported, else as it is estimated, where what the run has cost
 *    is known.
 */

export interface HistorySummarizer {
  /**
   * Called once the answer to a request of `scope` has begun, and with each piece of it; `budget`: what the
   * request may hold, tokens.
   */
  begin(scope: AgentScope, history: readonly Message[], budget: number): void;
  /**
   * Something came of it that is in no log yet. Within an answer that is read on it has to wait: what that
   * has cost as a whole takes the place of the run's total.
   */
  readonly hasNews: boolean;
  /** What came of it, once. */
  news(): Generator<EventBody, void>;
  /** Before a run ends so; "called": something came in that the run is to look at first. */
  end(outcome: Outcome): Promise<"ended" | "called">;
  close(): void;
}

/** After the end of an answer. */
const maxEndWaitMs = 10_000;

/** Characters: what is longer is no summary, and nobody pays for more. */
const maxNotesLength = 8000;

const off: HistorySummarizer = {
  hasNews: false,
  begin: () => undefined,
  *news() {
    yield* [];
  },
  end: async () => "ended",
  close: () => undefined,
};

export function createHistorySummarizer(given: AgentScope): HistorySummarizer {
  const { share, signal } = given;
  const { context, options } = share;
  if (!options.summarizes || !takesInbox(given)) return off;
  const closing = new AbortController();
  // Its provider is told to end it, whoever goes on with the run.
  const close = (): void => closing.abort("stop");
  signal.addEventListener("abort", close, { once: true, signal: closing.signal });
  let running: Promise<void> | undefined;
  let isLooked = false;
  let come: Come | undefined;
  let late: Promise<"late"> | undefined;

  return {
    begin(scope, history, budget) {
      if (isLooked) return;
      isLooked = true;
      const last = history.at(-1);
      const isMade = context.state.summary ?? (last?.role === "assistant" ? last.summary : undefined);
      const model = scope.agent.writesCode ? options.model : scope.model;
      const plan = isMade || model.demo ? undefined : planSummary(history, budget);
      if (!plan) return;
      const made = context.mayStart().then(() => {
        const messages = summaryRequest(plan, budget);
        context.noteInput?.(Math.ceil(Buffer.byteLength(JSON.stringify(messages)) / 4));
        return summarize(model, { plan, messages }, closing.signal);
      });
      running = made.then((result) => void (come = result));
      // The lease is lost, and this run is another holder's.
      running.catch(() => undefined);
    },
    get hasNews() {
      return come !== undefined;
    },
    *news() {
      if (!come || signal.aborted) return;
      const { event, model, usage } = come;
      running = come = undefined;
      if (usage && (usage.source === "provider" || share.spent)) {
        share.spent = addUsage(share.spent, usage);
        yield { type: "usage", model, usage, total: share.spent };
      }
      yield event;
    },
    async end({ type }) {
      if (!running || come || (type !== "finished" && type !== "waiting")) return "ended";
      const asked = new AbortController();
      late ??= context.clock.sleep(maxEndWaitMs, closing.signal).then(() => "late");
      const first = await Promise.race([
        running.then(
          () => "ended" as const,
          () => "ended" as const,
        ),
        context.inbox.wait(AbortSignal.any([closing.signal, asked.signal])).then(() => "called" as const),
        late,
      ]);
      asked.abort();
      if (signal.aborted) return "ended";
      if (first !== "late") return first;
      close();
      await running.catch(() => undefined);
      return "ended";
    },
    close,
  };
}

interface Come {
  model: Model["id"];
  event: EventBody;
  usage: Usage | undefined;
}

/** Never rejects. */
async function summarize(
  model: Model,
  { plan, messages }: { plan: SummaryPlan; messages: readonly ModelMessage[] },
  signal: AbortSignal,
): Promise<Come> {
  let [text, isFinished, hasBegun] = ["", false, false];
  let usage: Usage | undefined;
  let errorText: string | undefined;
  try {
    for await (const part of model.stream({ messages }, signal)) {
      hasBegun = true;
      if (part.type === "text") text += part.delta;
      else if (part.type === "usage") usage = knownUsage(part.usage) ?? usage;
      else if (part.type === "finish") isFinished = true;
      if (text.length > maxNotesLength) break;
    }
  } catch (error) {
    errorText = error instanceof Error ? error.message : String(error);
  }
  const notes = text.slice(0, maxNotesLength).trim().toWellFormed();
  const isWhole = isFinished || text.length > maxNotesLength;
  if (signal.aborted) errorText ??= "it took too long";
  else if (!isWhole) errorText ??= "it stopped before its end";
  else if (notes === "") errorText ??= "it was empty";
  const spent = usage ?? (hasBegun ? estimatedUsage(JSON.stringify(messages), text) : undefined);
  const priced = spent && priceUsage(spent, model.prices);
  const { upTo, messageCount, isOutside } = plan;
  const outcome = errorText === undefined ? { text: notes, ...(isOutside && { isOutside }) } : { errorText };
  return {
    ...{ model: model.id, usage: priced },
    event: { type: "history-summary", upTo, messageCount, ...outcome, ...(priced && { usage: priced }) },
  };
}

const estimatedUsage = (sent: string, written: string): Usage => ({
  inputTokens: textTokens(sent),
  outputTokens: textTokens(written),
  source: "estimated",
});
