"use client";

import type { ReactElement } from "react";
import { grouped } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Pasted } from "./pasted-text.ts";

/** Long pasted texts, folded; each can be taken out again. */
export function PastedChips({
  pasted,
  onRemove,
}: {
  pasted: readonly Pasted[];
  onRemove(id: number): void;
}): ReactElement {
  const t = useTranslate();
  return (
    <ul className="chips" aria-label={t("composer.pasted.label")}>
      {pasted.map(({ id, lines, characters }) => (
        <li key={id} className="chip">
          <span>
            {lines > 1
              ? t("composer.pasted", { n: grouped(lines) })
              : t("composer.pasted.characters", { n: grouped(characters) })}
          </span>
          <button type="button" aria-label={t("composer.pasted.remove")} onClick={() => onRemove(id)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
