"use client";

import { createElement, Fragment, type ReactElement, type ReactNode, useState } from "react";
import { createPortal } from "react-dom";
import type { LeaveDialog, Leaving } from "./leave-dialog.ts";

/**
 * A link that may not lead where it seems to: a click shows the whole address, and only a second one goes
 * there.
 */
export function GuardedLink({ children, ...to }: Leaving & { readonly children?: ReactNode }): ReactElement {
  const [Dialog, setDialog] = useState<typeof LeaveDialog>();
  // Loaded at the first click. Without a network nobody leaves, and the next click tries again.
  const ask = () =>
    void import("./leave-dialog.ts").then(
      (loaded) => setDialog(() => loaded.LeaveDialog),
      () => undefined,
    );
  const props = { type: "button", className: "guarded", "aria-haspopup": "dialog", onClick: ask } as const;
  const onClose = () => setDialog(undefined);
  return createElement(
    Fragment,
    null,
    createElement("button", props, children),
    // A paragraph may hold no dialog.
    Dialog && createPortal(createElement(Dialog, { ...to, onClose }), document.body),
  );
}
