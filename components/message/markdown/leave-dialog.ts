"use client";

import { createElement, type MouseEvent, type ReactElement, useContext, useId } from "react";
import { showOverPage } from "../../ui/show-over-page.ts";
import { LabelsContext } from "./labels-context.ts";

export type Leaving = { readonly href: string; readonly host: string };

/** The browser's own dialog keeps the focus, hears Esc, and gives the focus back. */
export function LeaveDialog({
  href,
  host,
  onClose,
}: Leaving & { readonly onClose: () => void }): ReactElement {
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

const show = (dialog: HTMLDialogElement | null) => (dialog ? showOverPage(dialog) : undefined);
const closeDialog = ({ currentTarget }: MouseEvent<HTMLElement>): void =>
  currentTarget.closest("dialog")?.close();
