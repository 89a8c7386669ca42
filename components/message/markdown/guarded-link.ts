"use client";

import {
  createElement,
  Fragment,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useId,
  useState,
} from "react";
import { createPortal } from "react-dom";
import { LabelsContext } from "./labels-context.ts";

type Leaving = { readonly href: string; readonly host: string };

/**
 * A link that may not lead where it seems to: a click shows the whole address, and only a second one goes
 * there.
 */
export function GuardedLink({ children, ...to }: Leaving & { readonly children?: ReactNode }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const ask = () => setAsking(true);
  const props = { type: "button", className: "guarded", "aria-haspopup": "dialog", onClick: ask } as const;
  const onClose = () => setAsking(false);
  return createElement(
    Fragment,
    null,
    createElement("button", props, children),
    // A paragraph may hold no dialog.
    isAsking && createPortal(createElement(LeaveDialog, { ...to, onClose }), document.body),
  );
}

/** The browser's own dialog keeps the focus, hears Esc, and gives the focus back. */
function LeaveDialog({ href, host, onClose }: Leaving & { readonly onClose: () => void }): ReactElement {
  const { leave } = useContext(LabelsContext);
  const titleId = useId();
  const rel = "noopener noreferrer nofollow ugc";
  return createElement(
    "dialog",
    { ref: show, className: "leave", "aria-labelledby": titleId, onClose },
    createElement("h2", { id: titleId }, leave?.title.replace("{host}", () => host) ?? host),
    createElement("p", null, leave?.text),
    // It scrolls where it is long, and must be reachable by keyboard.
    createElement("pre", { tabIndex: 0 }, href),
    createElement(
      "div",
      { className: "actions" },
      createElement("button", { type: "button", className: "btn fill", onClick: closeDialog }, leave?.stay),
      createElement(
        "a",
        { className: "btn line", href, target: "_blank", rel, onClick: closeDialog },
        leave?.open,
      ),
    ),
  );
}

const show = (dialog: HTMLDialogElement | null): void => dialog?.showModal();
const closeDialog = ({ currentTarget }: MouseEvent<HTMLElement>): void =>
  currentTarget.closest("dialog")?.close();
