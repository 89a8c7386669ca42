import type { ModelState, ModelTest } from "../protocol/model-listing.ts";
import type { ModelError } from "./model-error.ts";

/** What this process knows of the models that it has asked. */
export interface ModelStates {
  /** Undefined: it was not asked yet. */
  of(id: string): ModelState | undefined;
  /** How a request ended; without an error: well. */
  note(id: string, error?: ModelError): void;
  noteTest(id: string, test: ModelTest): void;
}

/** Those that say nothing of whether the model can be asked. */
const saysNothing: ReadonlySet<string> = new Set<ModelError["code"]>([
  "context-too-long",
  "content-filter",
  "request-refused",
  "cut-off",
  "limit-reached",
]);

export function createModelStates(): ModelStates {
  const states = new Map<string, ModelState>();

  function set(
    id: string,
    { isReachable, code }: ModelState,
    firstTokenMs = states.get(id)?.firstTokenMs,
  ): void {
    states.set(id, {
      isReachable,
      ...(code !== undefined && { code }),
      ...(isReachable && firstTokenMs !== undefined && { firstTokenMs }),
    });
  }

  return {
    of: (id) => states.get(id),
    note(id, error) {
      if (!error) set(id, { isReachable: true });
      else if (!saysNothing.has(error.code)) set(id, { isReachable: false, code: error.code });
    },
    noteTest(id, test) {
      if (test.isGood) set(id, { isReachable: true }, test.firstTokenMs);
      else set(id, { isReachable: false, code: test.code });
    },
  };
}
