"use client";

import { type ReactElement, type RefObject, useCallback, useState } from "react";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";

const loadPicker = () => import("./model-picker.tsx");
const LazyPicker = lazyPart(async () => (await loadPicker()).ModelPicker);

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
  const [isOpen, setOpen] = useState(false);
  const close = useCallback(
    (byKey: boolean) => {
      setOpen(false);
      if (byKey) button.current?.focus();
    },
    [button],
  );
  return (
    <div className="model-menu">
      <button
        ref={button}
        type="button"
        className="btn"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        // Before the click, which may come without a network.
        onPointerEnter={() => void loadPicker().catch(() => undefined)}
      >
        <span className="sr-only">{t("model.choose")} </span>
        <span className="t">{name}</span>
        <Icon name="down" />
      </button>
      {isOpen && (
        <LazyPicker
          {...{ current }}
          onChoose={(model: ModelListing) => {
            onChoose(model);
            close(true);
          }}
          onClose={close}
        />
      )}
    </div>
  );
}
