"use client";

import { type KeyboardEvent, type ReactElement, useEffect, useId, useRef } from "react";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { useKept } from "./use-kept.ts";

interface Reason {
  reason?: string;
}

interface ReasonFormProps {
  /** What is decided: `requestKey`. */
  request: string;
  label: string;
  isBlocked: boolean;
  /** It was opened a moment ago: its field is what is written in next. */
  takesFocus: boolean;
  /** Without words there is nothing to send. */
  isNeeded?: boolean;
  send: string;
  onSend(reason: Reason): void;
  /** A second way to send it. */
  also?: string;
  onAlso?(reason: Reason): void;
  onBack(): void;
}

const maxReason = 2000;

/** A few words that go to the agent with a decision. */
export function ReasonForm(props: ReasonFormProps): ReactElement {
  const { request, label, isBlocked, takesFocus, isNeeded = false } = props;
  const { send, onSend, also, onAlso, onBack } = props;
  const t = useTranslate();
  const id = useId();
  const [text, setText] = useKept(`${request} reason`, "", isString);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (takesFocus) field.current?.focus();
  }, [takesFocus]);
  const words = text.trim();
  const isOff = isBlocked || (isNeeded && words === "");
  const reason = words === "" ? {} : { reason: words };
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    // Not the whole answer.
    event.preventDefault();
    onBack();
  }

  return (
    // Esc, wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="field" onKeyDown={onKeyDown}>
      <label htmlFor={id}>{label}</label>
      <textarea
        ref={field}
        id={id}
        rows={1}
        maxLength={maxReason}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="actions">
        <button
          type="button"
          className="btn line"
          aria-disabled={isOff}
          onClick={() => isOff || onSend(reason)}
        >
          {send}
        </button>
        {also !== undefined && (
          <button
            type="button"
            className="btn"
            aria-disabled={isOff}
            onClick={() => isOff || onAlso?.(reason)}
          >
            {also}
          </button>
        )}
        <button type="button" className="btn" onClick={onBack}>
          {t("approval.back")}
        </button>
      </div>
    </div>
  );
}

const isString = (value: unknown): value is string => typeof value === "string";
