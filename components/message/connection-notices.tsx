"use client";

import type { ReactElement } from "react";
import { useConversation, useNewestTurn } from "../providers/conversation-provider.tsx";
import { formatSeconds, wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { Row } from "./row.tsx";

/**
 * Of the newest turn: the gap in the spine while the connection is lost, the trace that it leaves, and what
 * hinders the stream and the store. `isWhole`: nothing that was shown of its answer was replaced.
 */
export function ConnectionNotices({ isWhole }: { isWhole: boolean }): ReactElement | null {
  const t = useTranslate();
  const { notice } = useNewestTurn();
  if (!notice) return null;
  const { lostAttempt, isRefused, backAfterMs, durability, steps } = notice;
  // What keeps the server from going on is said already.
  const isExplained = isRefused && durability !== "ok";
  return (
    <>
      {lostAttempt === undefined && backAfterMs !== undefined && (
        <Row tick="gap" kind="brief">
          <p className="note back">
            {t(isWhole ? "connection.back" : "connection.back.anew", { time: formatSeconds(t, backAfterMs) })}
          </p>
        </Row>
      )}
      {steps && (
        <Row tick="gap" kind="brief">
          <p className="note">{t(`connection.${steps}`)}</p>
        </Row>
      )}
      {durability !== "ok" && (
        <Row tick="gap" tone="cut" kind="brief">
          <p className="note run" role={durability === "stopped" ? "alert" : undefined}>
            {t(`durability.${durability}`)}
          </p>
        </Row>
      )}
      {lostAttempt !== undefined && !isExplained && (
        <LostRow attempt={lostAttempt} words={isRefused ? "connection.refused" : "connection.lost"} />
      )}
    </>
  );
}

/** What was shown and is not stored any more does not vanish without a word. */
export function TruncatedNotice({ isRewritten }: { isRewritten: boolean }): ReactElement {
  const t = useTranslate();
  return (
    <Row tick="gap" tone="cut" kind="brief">
      <p className="note run" role="alert">
        {t(isRewritten ? "durability.rewritten" : "durability.truncated")}
      </p>
    </Row>
  );
}

interface LostRowProps {
  attempt: number;
  words: "connection.refused" | "connection.lost";
}

function LostRow({ attempt, words }: LostRowProps): ReactElement {
  const t = useTranslate();
  const { actions } = useConversation();
  const away = useElapsed(1000, true);
  return (
    <Row tick="gap" tone="live" kind="brief" amount={away === undefined ? undefined : wholeSeconds(t, away)}>
      <p className="note run">
        {t(words, { n: attempt })} ·{" "}
        <button type="button" className="link" onClick={actions.reconnect}>
          {t("connection.now")}
        </button>
      </p>
    </Row>
  );
}
