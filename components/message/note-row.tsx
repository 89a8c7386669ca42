import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { Part } from "#lib/protocol/message.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Row } from "./row.tsx";

interface NoteRowProps {
  part: Exclude<Part, { type: "text" | "reasoning" | "tool" | "refusal" }>;
}

/** A hand-off, and kinds that have no view of their own yet: told in a line, never dropped. */
export function NoteRow({ part }: NoteRowProps): ReactElement {
  const t = useTranslate();
  switch (part.type) {
    case "handoff":
      return (
        <>
          <Row tick="hand">
            <p className="hand">
              <b>{showHidden(part.from)}</b> {t("handoff.to")} <b>{showHidden(part.to)}</b>
            </p>
            {part.reason !== undefined && part.reason !== "" && (
              <p className="hand" dir="auto">
                “{showHidden(part.reason)}”
              </p>
            )}
          </Row>
          <AgentRow agent={part.to} />
        </>
      );
    case "object":
      return (
        <Row tick="card">
          <p className="note">{t("part.object", { name: part.name })}</p>
          <pre className="font-mono text-ui whitespace-pre-wrap">{showHidden(part.json)}</pre>
        </Row>
      );
    case "source-url":
      return (
        <Row tick="text" kind="brief">
          <p className="note">
            {t("part.source")} · {showHidden(part.title ?? part.url)}
          </p>
        </Row>
      );
    case "steered":
      return (
        <Row tick="enter">
          <p className="note">{t("part.steered")}</p>
          <p dir="auto">{showHidden(part.text)}</p>
        </Row>
      );
    default:
      return part satisfies never;
  }
}

/** Who acts from here on. */
export const AgentRow = ({ agent }: { agent: string }): ReactElement => (
  <Row tick="step" kind="brief">
    <p className="who">{showHidden(agent)}</p>
  </Row>
);
