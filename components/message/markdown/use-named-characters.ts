import { useEffect, useSyncExternalStore } from "react";
import { learnNames, wantsNames } from "./named-characters.ts";

const nameReaders = new Set<() => void>();
let namesKnown = 0;
let loading: Promise<void> | undefined;

/** Grows when more names of characters are known: an answer that has one of them is read again. */
export function useNamedCharacters(): number {
  useEffect(() => {
    if (wantsNames()) loadNames();
  });
  return useSyncExternalStore(watchNames, currentVersion, firstVersion);
}

/** All names of HTML 5: few answers have one that is not among the common ones. */
function loadNames(): void {
  loading ??= import("character-entities").then(
    ({ characterEntities }) => {
      learnNames(characterEntities);
      namesKnown += 1;
      for (const listener of nameReaders) listener();
    },
    () => {
      // Not to be had, offline perhaps: the next answer tries again.
      loading = undefined;
    },
  );
}

function watchNames(listener: () => void): () => void {
  nameReaders.add(listener);
  return () => nameReaders.delete(listener);
}

const currentVersion = (): number => namesKnown;
const firstVersion = (): number => 0;
