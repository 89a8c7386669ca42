import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Drafts } from "#lib/client/drafts.ts";
import { joinDrafts } from "#lib/client/join-drafts.ts";

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
    const typed = isFirst.current ? field.read() : "";
    isFirst.current = false;
    const stored = drafts.read(key);
    // What was typed before the script came, or brought by the browser: then it may be the draft itself.
    let shown = typed.startsWith(stored) ? typed : joinDrafts([stored, typed]);
    field.show(shown);
    let isShown = true;
    let isOwn = typed !== "" || stored !== "";
    const recover = () =>
      drafts.recover(key, (unsent) => {
        if (!isShown) return false;
        isOwn = true;
        shown = joinDrafts([unsent, field.read()]);
        field.show(shown);
        draft.keep();
        return true;
      });
    const adopt = () =>
      drafts.adopt(key, (left) => {
        if (!isShown || field.read() !== shown || isOwn) return false;
        shown = joinDrafts([shown, left]);
        field.show(shown);
        drafts.write(key, shown);
        return true;
      });
    void recover().then(adopt).then(recover);
    return () => {
      isShown = false;
      if (timer.current !== undefined) draft.keep();
    };
  }, [field, drafts, key, draft]);

  useEffect(() => {
    const keep = () => timer.current !== undefined && draft.keep();
    window.addEventListener("pagehide", keep);
    return () => window.removeEventListener("pagehide", keep);
  }, [draft]);

  useEffect(
    () =>
      drafts.onForgotten(() => {
        clearTimeout(timer.current);
        timer.current = undefined;
        field.show("");
      }),
    [field, drafts],
  );

  return draft;
}
