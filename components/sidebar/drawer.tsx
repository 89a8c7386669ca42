"use client";

import { type ReactElement, useEffect, useRef } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { showOverPage } from "../ui/show-over-page.ts";
import { Sidebar, type SidebarProps } from "./sidebar.tsx";

/**
 * The index over the page, where there is no room beside it. The browser's own dialog keeps the focus and
 * hears Esc.
 */
export function Drawer({
  isOpen,
  onClose,
  ...sidebar
}: SidebarProps & { isOpen: boolean; onClose(): void }): ReactElement {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen && dialog.current) return showOverPage(dialog.current);
    return undefined;
  }, [isOpen]);
  return (
    // A click on the scrim closes; the keyboard has Esc.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className="drawer"
      aria-label={t("index.label")}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      {isOpen && <Sidebar {...sidebar} onPicked={onClose} />}
    </dialog>
  );
}
