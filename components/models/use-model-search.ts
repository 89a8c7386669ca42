import { useEffect, useState } from "react";
import { modelRequests } from "#lib/client/model-requests.ts";
import type { ModelPage } from "#lib/protocol/model-listing.ts";

export interface FoundModels {
  /** Those that match what was searched last; undefined: none came yet. */
  page: ModelPage | undefined;
  /** How many there are at all; 0: not known yet. */
  all: number;
  isFailed: boolean;
}

/** As many as a person reads through; the search finds the others. */
export const shownModels = 100;
const typingMs = 150;

/** The models that match a text, as the server finds them. `round`: another one asks again. */
export function useModelSearch(text: string, round: number): FoundModels {
  const [found, setFound] = useState<FoundModels>({ page: undefined, all: 0, isFailed: false });
  useEffect(() => {
    const left = new AbortController();
    const timer = setTimeout(() => void search(), text === "" ? 0 : typingMs);
    async function search(): Promise<void> {
      const result = await modelRequests.search(text, shownModels, left.signal);
      if (left.signal.aborted) return;
      if ("problem" in result) return setFound((before) => ({ ...before, isFailed: true }));
      const page = result.value;
      setFound(({ all }) => ({ page, all: text === "" ? page.total : all, isFailed: false }));
    }
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [text, round]);
  return found;
}
