import type { ListedModel } from "./read-model-list.ts";

/** What an endpoint lists, kept and read again now and then. */
export interface ListCache {
  /**
   * The list; only the first time it is waited for. One that is older than `rereadMs` is read again beside,
   * and one that is doubted before: where that fails, the known one stays. Throws `ModelError` where there is
   * none.
   */
  read(): Promise<readonly ListedModel[]>;
  /** The same, not older than `maxAgeMs` if the endpoint can say. */
  readWithin(maxAgeMs: number): Promise<readonly ListedModel[]>;
  /** What it lists may be another thing by now. */
  doubt(): void;
}

export interface ListCacheOptions {
  /** Throws `ModelError`. */
  fetchList(): Promise<readonly ListedModel[]>;
  rereadMs: number;
  /** Monotonic, ms. */
  now(): number;
}

/** An endpoint that could not say is left alone for a while where a list is known. */
const afterFailureMs = 2000;

export function createListCache({ fetchList, rereadMs, now }: ListCacheOptions): ListCache {
  let known: { models: readonly ListedModel[]; at: number } | undefined;
  let reading: Promise<readonly ListedModel[]> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  /** Single flight. A failure is not kept: the next one asks again. */
  function reread(): Promise<readonly ListedModel[]> {
    const at = now();
    reading ??= fetchList()
      .then((models) => {
        known = { models, at };
        return models;
      })
      .catch((error: unknown) => {
        failedAt = now();
        throw error;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  async function readWithin(maxAgeMs: number): Promise<readonly ListedModel[]> {
    const before = known;
    if (!before) return reread();
    if (now() - before.at <= maxAgeMs || now() - failedAt <= afterFailureMs) return before.models;
    return reread().catch(() => before.models);
  }

  return {
    async read() {
      if (!known || known.at === Number.NEGATIVE_INFINITY) return readWithin(rereadMs);
      const { models, at } = known;
      if (now() - Math.max(at, failedAt) > rereadMs) void reread().catch(() => undefined);
      return models;
    },
    readWithin,
    doubt() {
      if (known) known = { ...known, at: Number.NEGATIVE_INFINITY };
    },
  };
}
