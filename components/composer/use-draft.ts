import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Drafts } from "#lib/client/drafts.ts";

const pauseMs = 300;

/** The field that a draft belongs to; the same object between renders. */
export interface DraftField {
  read(): string;
  show(text: string): void;
}

interface Draft {
  /** The field has been written in. */
  changed(): void;
  /** Stores what the field holds now. */
  keep(): void;
}

/** Keeps a field's text as the draft of `key`, and shows that draft when `key` changes. */
export function useDraft(field: DraftField, drafts: Drafts, key: string): Draft {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isFirst = useRef(true);

  const draft = useMemo<Draft>(() => {
    const keep = () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      drafts.write(key, field.read());
    };
    return {
      keep,
      changed() {
        clearTimeout(timer.current);
        timer.current = setTimeout(keep, pauseMs);
      },
    };
  }, [field, drafts, key]);

  useLayoutEffect(() => {
    // What was typed before the script came wins over the draft.
    const typed = isFirst.current ? field.read() : "";
    isFirst.current = false;
    field.show(typed || drafts.read(key));
    return () => {
      if (timer.current !== undefined) draft.keep();
    };
  }, [field, drafts, key, draft]);

  useEffect(() => {
    const keep = () => timer.current !== undefined && draft.keep();
    window.addEventListener("pagehide", keep);
    return () => window.removeEventListener("pagehide", keep);
  }, [draft]);

  return draft;
}
