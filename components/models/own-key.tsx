"use client";

import { type FormEvent, type ReactElement, useId, useRef, useState } from "react";
import { modelRequests } from "#lib/client/model-requests.ts";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

interface OwnKeyProps {
  model: ModelListing;
  /** It is kept or forgotten now. */
  onChange(): void;
}

/** A key of this browser's for the endpoint of a model. It is written and never read again. */
export function OwnKey({ model, onChange }: OwnKeyProps): ReactElement {
  const t = useTranslate();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [failed, setFailed] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const host = model.host ?? "";

  async function keep(key: string | null): Promise<void> {
    setBusy(true);
    const result = await modelRequests.keepKey(model.id, key);
    setBusy(false);
    setFailed("problem" in result);
    if ("problem" in result) return;
    if (field.current) field.current.value = "";
    onChange();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    const key = field.current?.value.trim() ?? "";
    if (key !== "") void keep(key);
  }

  return (
    <form className="setting tall" onSubmit={submit}>
      <p>
        <label htmlFor={id}>{t("key.own", { host })}</label>
        <small>{t(model.hasOwnKey ? "key.own.set" : "key.own.note", { host })}</small>
      </p>
      <div className="does">
        <input
          ref={field}
          id={id}
          className="field"
          type="password"
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
        />
        <button type="submit" className="btn line" disabled={isBusy}>
          {t("key.own.keep")}
        </button>
        {model.hasOwnKey && (
          <button type="button" className="btn" disabled={isBusy} onClick={() => void keep(null)}>
            {t("key.own.forget")}
          </button>
        )}
      </div>
      {failed && (
        <p className="line-note" role="alert">
          {t("key.own.failed")}
        </p>
      )}
    </form>
  );
}
