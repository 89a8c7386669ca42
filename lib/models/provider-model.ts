import { abortReason } from "../async/abort-reason.ts";
import type { WaitReason } from "../protocol/codes.ts";
import type { EndpointSlots } from "./endpoint-slots.ts";
import { createIdleWatchdog } from "./idle-watchdog.ts";
import { isContent, isGivenUp, type Model, type ModelPart } from "./model.ts";
import { ModelError } from "./model-error.ts";
import type { ModelRequest } from "./model-request.ts";
import type { Prices } from "./prices.ts";
import type { AnswerReader, ProviderWire } from "./provider-wire.ts";
import { type AnswerParts, readAnswer } from "./read-answer.ts";
import { bytesOf } from "./streamed-response.ts";

/** What one answer may take. */
export interface AnswerLimits {
  /** From the request to the first byte of the answer, be it a comment, and from that to the next. */
  firstByteMs: number;
  /** From one byte to the next, once the model has written something. */
  idleMs: number;
  /** Of all that the model writes: texts, thoughts, arguments. */
  maxCharacters: number;
  /** From the request to the end; absent: only idle time is limited. */
  maxMs?: number;
}

export interface ProviderModelOptions {
  id: string;
  demo: boolean;
  prices?: Prices;
  /** As of `Model`. */
  prefills?: boolean;
  /** `host:port` of the endpoint, for the words of an error. */
  host: string;
  limits: AnswerLimits;
  wire: ProviderWire;
  /** Shared by all models of the endpoint; absent: a request waits for none of the others. */
  slots?: EndpointSlots;
  /** Shared by all who ask the same model, but with keys of their own; absent: the model's own. */
  refused?: RefusedMemory;
  /** What no request is sent without: where one of them is refused, that is thrown. Absent: nothing. */
  neverWithout?: ReadonlySet<string>;
  /** How each request ended; without an error: well. One that was given up tells nothing. */
  onOutcome?(error?: ModelError): void;
}

/** What an endpoint was found not to take (refused-fields.ts). */
export interface RefusedMemory {
  fields: ReadonlySet<string>;
}

/** Protocol 1.6: no text waits longer for its neighbours. */
const defaultCoalesceMs = 25;

/**
 * A model behind an endpoint. Retries are the caller's, who can show them; but a field that the endpoint says
 * it does not take is left out at once, and from then on.
 */
export function createProviderModel(options: ProviderModelOptions): Model {
  const { id, demo, prices, prefills = false, wire, onOutcome } = options;
  const { refused = { fields: new Set<string>() }, neverWithout = new Set<string>() } = options;

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
    let without = refused.fields;
    while (!signal.aborted) {
      const exchange = createExchange(options, request, signal);
      let hasBegun = false;
      try {
        const answer = await exchange.begin(without);
        for (let parts = await answer.next(); parts; parts = await answer.next()) {
          if (!hasBegun && parts.some(isContent)) {
            begin(exchange, without);
            hasBegun = true;
          }
          for (const part of parts) {
            if (signal.aborted) return;
            yield part;
          }
        }
        if (!hasBegun) begin(exchange, without);
        onOutcome?.();
        return;
      } catch (error) {
        if (signal.aborted) return;
        const failure = exchange.failureOf(error);
        const found = hasBegun ? [] : newlyRefused(failure, request, without);
        const isNeeded = found.some((field) => neverWithout.has(field));
        if (isNeeded || found.length === 0) {
          // The endpoint is well: whoever asked asks it in another way.
          if (!isNeeded) onOutcome?.(failure);
          throw failure;
        }
        without = new Set([...without, ...found]);
      } finally {
        exchange.close();
      }
    }
  }

  function begin(exchange: Exchange, without: ReadonlySet<string>): void {
    exchange.answered();
    refused.fields = refused.fields.union(without);
  }

  /** What was sent of what the endpoint named. */
  function newlyRefused(
    { refusedFields: named }: ModelError,
    request: ModelRequest,
    without: ReadonlySet<string>,
  ): string[] {
    if (named.length === 0) return [];
    const sent = wire.sentFields?.(request, without) ?? [];
    return named.filter((field) => sent.includes(field) && !without.has(field));
  }

  const refuses = (field: string): boolean => refused.fields.has(field);
  return { id, demo, prefills, ...(prices && { prices }), refuses, stream };
}

/** One request and its answer: a connection and its time limits. */
interface Exchange {
  begin(without: ReadonlySet<string>): Promise<AnswerParts>;
  /** The first that the model wrote was read. */
  answered(): void;
  /** Why it failed. */
  failureOf(error: unknown): ModelError;
  /** To be called at the end, however it ended. */
  close(): void;
}

function createExchange(
  { host, limits, wire, slots }: ProviderModelOptions,
  request: ModelRequest,
  signal: AbortSignal,
): Exchange {
  const connection = new AbortController();
  const close = () => connection.abort(abortReason);
  signal.addEventListener("abort", close, { once: true });
  const slot = slots?.enter();
  const watchdog = createIdleWatchdog(host, close, slot?.turnMs);
  watchdog.arm(limits.firstByteMs);
  if (limits.maxMs !== undefined) watchdog.limit(limits.maxMs);
  let reader: AnswerReader | undefined;
  return {
    async begin(without) {
      const response = await wire.send(request, connection.signal, without);
      slots?.reached();
      const { coalesceMs = defaultCoalesceMs } = request;
      const { firstByteMs, idleMs, maxCharacters } = limits;
      reader = wire.createReader(request, without);
      return readAnswer(bytesOf(response), {
        host,
        reader,
        watchdog,
        firstByteMs,
        idleMs,
        maxCharacters,
        coalesceMs,
        signal,
      });
    },
    answered: () => slot?.answered(),
    failureOf(error) {
      const failure = error instanceof ModelError ? error : (watchdog.error ?? wire.toModelError(error));
      if (failure.facts.status !== undefined) slots?.reached();
      const waitFor = waitReasonOf(failure, {
        isOurTurn: slot?.turnMs() !== 0,
        wasReached: slots?.wasReached,
      });
      return waitFor ? worthWaiting(failure, waitFor) : failure;
    },
    close() {
      slot?.leave();
      watchdog.stop();
      signal.removeEventListener("abort", close);
      close();
      if (isGivenUp(signal) && reader?.responseId !== undefined && !reader.isFinished)
        // It costs until it ends by itself, if this fails: there is nobody to tell.
        void wire.cancel?.(reader.responseId).catch(() => undefined);
    },
  };
}

/** Of an endpoint that was never there, nobody knows that it will be; nor how long others keep it busy. */
function waitReasonOf(
  { facts: { reason } }: ModelError,
  { isOurTurn, wasReached = false }: { isOurTurn: boolean; wasReached: boolean | undefined },
): WaitReason | undefined {
  if (reason === "slots") return isOurTurn ? undefined : reason;
  return reason === "refused" && wasReached ? reason : undefined;
}

const worthWaiting = (failure: ModelError, waitFor: WaitReason): ModelError => {
  const { code, message, retryable, cause, facts } = failure;
  return new ModelError(code, message, { retryable, cause, facts, waitFor });
};
