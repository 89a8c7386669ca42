"use client";

import { type ReactElement, useState } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { modelRequests } from "#lib/client/model-requests.ts";
import type { Problem } from "#lib/client/problem.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ModelListing, ModelTest } from "#lib/protocol/model-listing.ts";
import { runAdviceKey, runErrorKey } from "../message/error-key.ts";
import { formatSeconds, wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";

interface TestConnectionProps {
  model: ModelListing;
  /** It answered, well or not: its state is another one. */
  onTested(): void;
}

type Test =
  | { type: "none" | "busy" }
  | { type: "done"; test: ModelTest }
  | { type: "refused"; problem: Problem };

/** One small question to a model, and what came of it. */
export function TestConnection({ model, onTested }: TestConnectionProps): ReactElement {
  const t = useTranslate();
  const [state, setState] = useState<Test>({ type: "none" });
  const isBusy = state.type === "busy";
  const elapsed = useElapsed(0, isBusy) ?? 0;

  async function run(): Promise<void> {
    setState({ type: "busy" });
    const result = await modelRequests.test(model.id);
    if ("problem" in result) return setState({ type: "refused", problem: result.problem });
    setState({ type: "done", test: result.value });
    onTested();
  }

  return (
    <div className="setting tall">
      <p>
        {t("test.title")}
        <small>{t("test.note")}</small>
      </p>
      <div className="does">
        <button type="button" className="btn line" disabled={isBusy} onClick={() => void run()}>
          {isBusy ? t("test.busy", { time: wholeSeconds(t, elapsed) }) : t("test.do")}
        </button>
      </div>
      <div aria-live="polite">
        {state.type === "done" && <TestResult {...{ model }} test={state.test} />}
        {state.type === "refused" && (
          <p className="result state err">
            <Icon name="failed" />
            {refusalWords(t, state.problem)}
          </p>
        )}
      </div>
    </div>
  );
}

function TestResult({ model, test }: { model: ModelListing; test: ModelTest }): ReactElement {
  const t = useTranslate();
  if (!test.isGood) {
    const { code, reason, status, host } = test;
    const values = { host: host ?? t("error.host"), model: model.label };
    return (
      <>
        <p className="result state err">
          <Icon name="failed" />
          {showHidden([status, t(runErrorKey(code))].filter((each) => each !== undefined).join(": "))}
        </p>
        <small>{t(runAdviceKey(code, reason), values)}</small>
      </>
    );
  }
  const { firstTokenMs, totalMs, tools, usage, reasoning } = test;
  const found = [
    tools !== undefined && t(tools ? "test.tools" : "test.tools.not"),
    t(usage ? "test.usage" : "test.usage.not"),
    reasoning && t("test.reasoning"),
  ];
  return (
    <>
      <p className="result state ok">
        <Icon name="done" />
        {firstTokenMs === undefined
          ? t("test.good.silent", { time: formatSeconds(t, totalMs) })
          : t("test.good", { time: t("amount.seconds", { n: (firstTokenMs / 1000).toFixed(2) }) })}
      </p>
      <small>{found.filter(Boolean).join(" · ")}</small>
    </>
  );
}

function refusalWords(t: Translate, { code, field, retryAfterMs = 0 }: Problem): string {
  if (code === "rate_limited")
    return t("test.limited", { time: formatSeconds(t, Math.max(1000, retryAfterMs)) });
  if (field === "model") return t("test.gone");
  return t("test.unanswered");
}
