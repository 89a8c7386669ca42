"use client";

import type { ReactElement, RefObject } from "react";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";
import { PopoverButton } from "../ui/popover-button.tsx";

const LazyPicker = lazyPart(async () => (await import("./model-picker.tsx")).ModelPicker);

interface ModelButtonProps {
  button: RefObject<HTMLButtonElement | null>;
  /** Of the model that is asked next, as people read it. */
  name: string;
  /** Its id; undefined: the server chooses. */
  current: string | undefined;
  onChoose(model: ModelListing): void;
}

/** The model that is asked next; a click opens the others. */
export function ModelButton({ button, name, current, onChoose }: ModelButtonProps): ReactElement {
  const t = useTranslate();
  return (
    <PopoverButton
      {...{ button, name }}
      className="model-menu"
      opens="dialog"
      label={t("model.choose")}
      // Before the click, which may come without a network.
      onApproach={LazyPicker.preload}
    >
      {(close) => (
        <LazyPicker
          {...{ current }}
          onChoose={(model) => {
            onChoose(model);
            close(true);
          }}
          onClose={close}
        />
      )}
    </PopoverButton>
  );
}
