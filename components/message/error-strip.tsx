"use client";

import type { ReactElement } from "react";
import type { Ending } from "#lib/events/message.ts";
import { Icon } from "../ui/icon.tsx";
import { useLanguage, useWords } from "../ui/words-provider.tsx";
import { runErrorKey } from "./error-key.ts";
import { Row } from "./row.tsx";

interface ErrorStripProps {
  ending: Extract<Ending, { type: "error" }>;
  onAgain?: (() => void) | undefined;
  /** Present where some of the answer was kept. */
  onContinue?: (() => void) | undefined;
}

/** In place of an ending: what happened, whether anything is lost, what to do. */
export function ErrorStrip({ ending, onAgain, onContinue }: ErrorStripProps): ReactElement {
  const t = useWords();
  const language = useLanguage();
  const space = language === "zh" ? "" : " ";
  const key = runErrorKey(ending.code);
  return (
    <Row tick="error" tone="bad" kind="strip-row">
      <section className="strip">
        <h3>{t(key)}</h3>
        <p>{[t(`${key}.do`), t("error.kept")].join(space)}</p>
        {/* The server's own words name the host and the status; they are in English only. */}
        {language === "en" && <p className="text-meta">{ending.errorText}</p>}
        {onAgain && (
          <div className="actions">
            {onContinue && (
              <button type="button" className="btn line" onClick={onContinue}>
                {t("action.continue")}
              </button>
            )}
            <button type="button" className="btn line" onClick={onAgain}>
              <Icon name="again" />
              {t("action.retry")}
            </button>
          </div>
        )}
      </section>
    </Row>
  );
}
