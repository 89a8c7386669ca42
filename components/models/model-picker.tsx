"use client";

import { type ReactElement, useRef } from "react";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { useCloseOutside } from "../ui/use-close-outside.ts";
import { ModelChooser } from "./model-chooser.tsx";

export interface ModelPickerProps {
  current: string | undefined;
  onChoose(model: ModelListing): void;
  /** `byKey`: the focus goes back to where it was. */
  onClose(byKey: boolean): void;
}

/** The models over the page, beneath the button that opens them. A click beside them or Esc closes. */
export function ModelPicker({ current, onChoose, onClose }: ModelPickerProps): ReactElement {
  const t = useTranslate();
  const here = useRef<HTMLDivElement>(null);
  useCloseOutside(here, onClose);
  return (
    // Esc, wherever in it the focus is: nothing of its own is clicked or typed in.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={here}
      className="popover"
      // It is not modal, and stands where it is opened.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="dialog"
      aria-label={t("model.choose")}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onClose(true);
      }}
    >
      <ModelChooser takesFocus {...{ current, onChoose }} />
      <a className="btn" href="/settings" onClick={navigateOnClick(() => onClose(false))}>
        <Icon name="settings" />
        {t("model.manage")}
      </a>
    </div>
  );
}
