import { useMemo, useState, useSyncExternalStore } from "react";

const keptPrefix = "rivulet-answer:";
const neverChanges = () => () => {};

/**
 * What a person is writing in a form: kept in this tab by `key`, also when the form is folded or the page is
 * reloaded. `isOne`: whether a value that was kept is one of these.
 */
export function useKept<T>(
  key: string,
  initial: T,
  isOne: (value: unknown) => value is T,
): [T, (next: T) => void] {
  const [written, setWritten] = useState<T>();
  const kept = useSyncExternalStore(
    neverChanges,
    () => readKept(key),
    () => null,
  );
  const found: unknown = useMemo(() => (kept === null ? undefined : JSON.parse(kept)), [kept]);
  const value = written ?? (isOne(found) ? found : initial);
  return [
    value,
    (next) => {
      setWritten(next);
      try {
        sessionStorage.setItem(keptPrefix + key, JSON.stringify(next));
      } catch {
        // It holds as long as the form is open.
      }
    },
  ];
}

function readKept(key: string): string | null {
  try {
    return sessionStorage.getItem(keptPrefix + key);
  } catch {
    return null;
  }
}

/** Esc in a form is no word to the answer: it does not stop it. */
export const keepEscape = (event: { key: string; preventDefault(): void }): void => {
  if (event.key === "Escape") event.preventDefault();
};
