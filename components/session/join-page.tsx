"use client";

import { type ReactElement, useState } from "react";
import type { Problem } from "#lib/client/problem.ts";
import { sessionRequests } from "#lib/client/session-requests.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { LocalTime } from "../ui/local-time.tsx";
import { type IndexLinks, PlainFrame } from "../ui/plain-frame.tsx";
import { StatusPage } from "../ui/status-page.tsx";

interface JoinPageProps {
  code: string;
  /** Store ms. */
  expiresAt: number;
  /** This browser has conversations of its own. */
  hasOwn: boolean;
  index: IndexLinks;
}

type JoinOutcome = "gone" | "here" | "full" | "failed";

/** Asks whether this browser is to join another; only the button does anything. */
export function JoinPage({ code, expiresAt, hasOwn, index }: JoinPageProps): ReactElement {
  const t = useTranslate();
  const [step, setStep] = useState<"asking" | "busy" | JoinOutcome>("asking");

  async function join() {
    setStep("busy");
    const joined = await sessionRequests.join(code);
    if ("value" in joined) return location.assign("/ended/joined");
    setStep(stepAfter(joined.problem.code));
  }

  if (step === "gone") return <StatusPage named="join.gone" {...{ index }} />;
  if (step === "here") return <StatusPage named="join.here" {...{ index }} />;
  if (step === "full") return <StatusPage named="join.full" {...{ index }} />;
  return (
    <PlainFrame {...{ t, index }}>
      <main className="flow">
        <title>{t("app.title", { title: t("join.title") })}</title>
        <div className="column">
          <section className="calm">
            <h1>{t("join.title")}</h1>
            <p>{t("join.text")}</p>
            {hasOwn && <p>{t("join.moves")}</p>}
            <p>
              {t("join.care")}
              <br />
              {t("join.until")} <LocalTime at={expiresAt} />
            </p>
            <div className="does">
              <button
                type="button"
                className="btn fill"
                disabled={step === "busy"}
                onClick={() => void join()}
              >
                {t(step === "busy" ? "join.busy" : "join.do")}
              </button>
              <a className="btn line" href="/">
                {t("join.not")}
              </a>
            </div>
            {step === "failed" && (
              <p className="line-note" role="alert">
                {t("browser.failed")}
              </p>
            )}
          </section>
        </div>
      </main>
    </PlainFrame>
  );
}

function stepAfter(code: Problem["code"]): JoinOutcome {
  if (code === "link_gone") return "gone";
  if (code === "too_many_browsers") return "full";
  return code === "already_here" ? "here" : "failed";
}
