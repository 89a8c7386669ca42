"use client";

import type { ReactElement, ReactNode } from "react";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { isTouchOnly } from "./is-touch-only.ts";
import { LazyChips } from "./lazy-chips.ts";
import { SendButton, type SendState } from "./send-button.tsx";
import { type ComposerOptions, type ComposerState, type RefusalKey, useComposer } from "./use-composer.ts";

interface ComposerProps extends ComposerOptions {
  /** What the answers come from. */
  note: string;
  onStop(): void;
  /** What stands above the field. */
  above(written: Pick<ComposerState, "isEmpty" | "submit">): ReactNode;
}

/** Where messages are written, with Send or Stop beside it and what there is to know under it. */
export function Composer({ note, onStop, above, ...options }: ComposerProps): ReactElement {
  const { busy, stopping, maxMessageLength } = options;
  const t = useTranslate();
  const written = useComposer(options);
  const { field, isEmpty, count, refusal, isUnkept, pasted, removePasted, submit } = written;
  const { onInput, onPaste, onKeyDown, onCompositionStart, onCompositionEnd } = written;
  const stop = () => {
    onStop();
    if (!isTouchOnly()) field.current?.focus({ preventScroll: true });
  };
  const ready = !isEmpty && (count ?? 0) <= maxMessageLength ? "go" : "off";
  const state: SendState = busy ? (stopping ? "wait" : "halt") : ready;
  return (
    <>
      {above(written)}
      {/* A click beside the text means the text; the keyboard has the field itself. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div
        className="composer"
        onClick={(event) => event.target === event.currentTarget && field.current?.focus()}
      >
        {pasted.length > 0 && <LazyChips pasted={pasted} onRemove={removePasted} />}
        <textarea
          ref={field}
          id="composer"
          rows={1}
          dir="auto"
          aria-label={t("composer.label")}
          aria-describedby="composer-note"
          placeholder={t("composer.label")}
          {...{ onInput, onPaste, onKeyDown, onCompositionStart, onCompositionEnd }}
        />
        <div className="side">
          {busy && <span className="hint">{t(stopping ? "composer.stopping" : "composer.busy")}</span>}
          <SendButton state={state} onSend={() => submit()} onStop={stop} />
        </div>
      </div>
      <div className="under">
        <span>{note}</span>
        <ComposerNote
          {...{ count, maxMessageLength }}
          refusal={refusal ?? (isUnkept ? "composer.unkept" : undefined)}
        />
      </div>
    </>
  );
}

/** Which keys do what; the count near the limit; why nothing was sent. */
function ComposerNote({
  count,
  maxMessageLength,
  refusal,
}: {
  count: number | undefined;
  maxMessageLength: number;
  refusal: RefusalKey | "composer.unkept" | undefined;
}): ReactElement {
  const t = useTranslate();
  const over = (count ?? 0) - maxMessageLength;
  const values = { n: grouped(count ?? 0), max: grouped(maxMessageLength), over: grouped(over) };
  const words =
    count === undefined
      ? t(refusal ?? "composer.keys")
      : t(over > 0 ? "composer.over" : "composer.count", values);
  const kind = over > 0 ? "over" : refusal || count !== undefined ? "" : "keys";
  return (
    <span id="composer-note" className={kind} aria-live={count === undefined ? "polite" : "off"}>
      {words}
    </span>
  );
}
