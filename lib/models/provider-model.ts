import { createIdleWatchdog } from "./idle-watchdog.ts";
import type { Model, ModelPart } from "./model.ts";
import { ModelError } from "./model-error.ts";
import type { ModelRequest } from "./model-request.ts";
import type { Prices } from "./prices.ts";
import type { AnswerReader, ProviderWire } from "./provider-wire.ts";
import { readAnswer } from "./read-answer.ts";
import { bytesOf } from "./streamed-response.ts";

/** What one answer may take. */
export interface AnswerLimits {
  /** From the request to the first frame; comments do not count. */
  firstByteMs: number;
  /** From one frame to the next. */
  idleMs: number;
  maxBytes: number;
  /** From the request to the end; absent: only idle time is limited. */
  maxMs?: number;
}

export interface ProviderModelOptions {
  id: string;
  demo: boolean;
  prices?: Prices;
  /** `host:port` of the endpoint, for the words of an error. */
  host: string;
  limits: AnswerLimits;
  wire: ProviderWire;
}

/** Protocol 1.6: no text waits longer for its neighbours. */
const defaultCoalesceMs = 25;

/** A model behind an endpoint. Asks once: retries are the caller's, who can show them. */
export function createProviderModel(options: ProviderModelOptions): Model {
  const { id, demo, prices, host, limits, wire } = options;

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    if (signal.aborted) return;
    const connection = new AbortController();
    const close = () => connection.abort();
    signal.addEventListener("abort", close, { once: true });
    const watchdog = createIdleWatchdog(host, close);
    watchdog.arm(limits.firstByteMs);
    if (limits.maxMs !== undefined) watchdog.limit(limits.maxMs);
    let reader: AnswerReader | undefined;
    try {
      const response = await wire.send(request, connection.signal);
      reader = wire.createReader(request);
      const { coalesceMs = defaultCoalesceMs } = request;
      const { idleMs, maxBytes } = limits;
      const answer = readAnswer(bytesOf(response), {
        host,
        reader,
        watchdog,
        idleMs,
        maxBytes,
        coalesceMs,
        signal,
      });
      for (let parts = await answer.next(); parts; parts = await answer.next())
        for (const part of parts) {
          if (signal.aborted) return;
          yield part;
        }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof ModelError ? error : (watchdog.error ?? wire.toModelError(error));
    } finally {
      watchdog.stop();
      signal.removeEventListener("abort", close);
      close();
      if (isGivenUp(signal) && reader?.responseId !== undefined && !reader.isFinished)
        // It costs until it ends by itself, if this fails: there is nobody to tell.
        void wire.cancel?.(reader.responseId).catch(() => undefined);
    }
  }

  return { id, demo, ...(prices && { prices }), stream };
}

/** Nobody goes on with the answer: not so where another process takes the run over (`AbortReason`). */
const isGivenUp = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && (reason === "stop" || reason === "refused");
