import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ToolPart } from "#lib/protocol/message.ts";
import { forgetAnswers, keepAnswer, readKeptAnswer } from "./kept-answers.ts";
import { requestKey } from "./request-key.ts";

const neverChanges = () => () => {};
const storage = () => window.sessionStorage;

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
    () => readKeptAnswer(storage, key),
    () => null,
  );
  const found: unknown = useMemo(() => (kept === null ? undefined : JSON.parse(kept)), [kept]);
  const value = written ?? (isOne(found) ? found : initial);
  return [
    value,
    (next) => {
      setWritten(next);
      keepAnswer(storage, key, JSON.stringify(next));
    },
  ];
}

/** Once a call asks nothing any more, what was written for that is forgotten. */
export function useForgetting(call: ToolPart, runId: string, isAsked: boolean): void {
  const { approvalId, answers } = call;
  useEffect(() => {
    if (approvalId === undefined) return;
    const asked = (answers ?? []).map((answer) => answer.approvalId);
    const decided = isAsked ? asked.filter((each) => each !== approvalId) : [...asked, approvalId];
    for (const each of decided) forgetAnswers(storage, requestKey(runId, { approvalId: each }));
  }, [approvalId, answers, runId, isAsked]);
}

/** Esc in a form is no word to the answer: it does not stop it. */
export const keepEscape = (event: { key: string; preventDefault(): void }): void => {
  if (event.key === "Escape") event.preventDefault();
};
