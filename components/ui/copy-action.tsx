"use client";

import { type ReactElement, useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";
import { useTranslate } from "./i18n-provider.tsx";
import { Icon } from "./icon.tsx";

interface CopyActionProps {
  label: string;
  /** What it is called where the label alone does not say what is copied. */
  name?: string;
  /** Called at the click: it copies what is there then. */
  read(): string;
}

/** A plain button that copies, and says whether it did. */
export function CopyAction({ label, name, read }: CopyActionProps): ReactElement {
  const t = useTranslate();
  const [outcome, setOutcome] = useState<"action.copied" | "action.copy.failed">();
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => setOutcome((await copyText(read())) ? "action.copied" : "action.copy.failed");
  return (
    <button type="button" className="btn" aria-label={outcome ? undefined : name} onClick={() => void copy()}>
      <Icon name={outcome === "action.copied" ? "done" : "copy"} />
      {outcome ? t(outcome) : label}
    </button>
  );
}
