"use client";

import { type ReactElement, useEffect, useId, useState } from "react";
import type { DeletedConversation } from "#lib/client/conversation-list/kept-deletions.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

interface DeletedLineProps {
  deleted: DeletedConversation;
  /** It could not be had back. */
  isFailed: boolean;
  onUndo(): void;
}

/**
 * In the place of a conversation that was just deleted: it can be had back for as long as this line stands.
 */
export function DeletedLine({
  deleted: { id, title, until },
  isFailed,
  onUndo,
}: DeletedLineProps): ReactElement {
  const t = useTranslate();
  const left = useSecondsLeft(until);
  const what = useId();
  const name = title || t("index.untitled");
  return (
    <li data-line={id}>
      <div className="item deleted">
        <span className="t" dir="auto" id={what}>
          {t("index.deleted", { title: name })}
        </span>
        <button type="button" className="link" onClick={onUndo} aria-describedby={what}>
          {t("index.undo", { n: left })}
        </button>
      </div>
      {isFailed && (
        <p className="line-note" role="alert">
          {t("index.failed.restore")}
        </p>
      )}
    </li>
  );
}

/** Deleted lines are made in the browser only, so its clock may be read at once. */
function useSecondsLeft(until: number): number {
  const [left, setLeft] = useState(() => secondsTo(until));
  useEffect(() => {
    const timer = setInterval(() => setLeft(secondsTo(until)), 250);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

const secondsTo = (until: number): number => Math.max(0, Math.ceil((until - Date.now()) / 1000));
