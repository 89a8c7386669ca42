"use client";

import { createElement, memo, type ReactElement, useEffect, useState } from "react";
import { copyText } from "../../ui/copy-text.ts";

const SHOWN_MS = 2000;

type CopyButtonProps = { readonly label: string; readonly copied: string; readonly read: () => string };

/** Copies what `read` gives at the moment of the click; says `copied` for two seconds. */
export const CopyButton = memo(function CopyButton({ label, copied, read }: CopyButtonProps): ReactElement {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => setDone(await copyText(read()));
  return createElement(
    "button",
    { type: "button", className: "btn plain", onClick: copy },
    done ? copied : label,
  );
});
