import { randomUUID } from "node:crypto";
import { type ApiClient, eventsOf } from "../../support/api-client.ts";
import { done, finish, sse, word } from "../../support/chat-chunks.ts";
import type { RecordedRequest, Script, Step } from "../../support/scripted-model-server.ts";

/** From when the provider wrote a piece of text until a reader had it, ms. */
export type Delay = number;

export interface KeptAnswers {
  /** Of all answers, in the order in which text came. */
  readonly delays: readonly Delay[];
  /** Of a request for one of these answers. */
  scriptOf(request: RecordedRequest): Script | undefined;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const answers = 10;
/** Fifty pieces a second, as a fast real model writes. */
const everyMs = 20;
const marker = "keep writing";

/** Answers that are written and read until they are told to end, one behind the other. */
export function keepAnswers(client: ApiClient): KeptAnswers {
  const delays: Delay[] = [];
  const ending = new AbortController();
  let readers: Promise<void>[] = [];

  async function keepReading(): Promise<void> {
    while (!ending.signal.aborted) {
      const { response } = await client.ask(`${marker} ${randomUUID()}`);
      for await (const event of eventsOf(response))
        if (event.type === "text-delta")
          for (const written of event.delta.trim().split(/\s+/))
            if (/^\d/.test(written)) delays.push(performance.now() - Number(written));
    }
  }

  return {
    delays,
    scriptOf: ({ body }) =>
      JSON.stringify(body).includes(marker) ? { steps: timedSteps(ending.signal) } : undefined,
    async begin() {
      readers = Array.from({ length: answers }, keepReading);
    },
    async end() {
      ending.abort();
      await Promise.all(readers);
    },
  };
}

/** Ten seconds of text that says when it was written. */
function timedSteps(signal: AbortSignal): Step[] {
  const pieces = 500;
  const steps = Array.from({ length: pieces }, (): Step[] => [
    { wait: everyMs },
    {
      get write() {
        return signal.aborted ? "" : word(`${performance.now().toFixed(1)} `);
      },
    },
  ]);
  return [...steps.flat(), { write: sse(finish()) + done }];
}
