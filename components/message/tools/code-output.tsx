"use client";

import type { ReactElement } from "react";
import { isRecord } from "#lib/protocol/is-record.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { codeImages } from "./code-images.ts";
import { IoPane } from "./io-pane.tsx";
import { layOut } from "./readable-output.ts";

/** What code that a model wrote has printed, its value, and its images, also while it runs. */
export function CodeOutput({ output, isDone }: { output: unknown; isDone: boolean }): ReactElement {
  const t = useTranslate();
  const { value, printed, images } = isRecord(output) ? output : {};
  const shown = codeImages(images);
  const hasPrinted = typeof printed === "string" && printed !== "";
  const hasValue = value !== undefined && value !== null;
  return (
    <>
      {hasPrinted && (
        <IoPane
          label={t("code.printed")}
          copyLabel={t("code.copy.printed")}
          text={printed}
          isWriting={!isDone}
        />
      )}
      {(hasValue || shown.length > 0) && (
        <IoPane
          label={t("tool.output")}
          {...(hasValue && { copyLabel: t("tool.copy.output") })}
          text={hasValue ? (typeof value === "string" ? value : layOut(value)) : ""}
        >
          {shown.map((url, at) => (
            // Images of one output never change places.
            // oxlint-disable-next-line react/no-array-index-key
            <img key={at} className="picture" src={url} alt={t("tool.picture", { n: at + 1 })} />
          ))}
        </IoPane>
      )}
      {isDone && !hasPrinted && !hasValue && shown.length === 0 && (
        <p className="mark">{t("tool.output.none")}</p>
      )}
    </>
  );
}
