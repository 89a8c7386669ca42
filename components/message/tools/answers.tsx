import type { ReactElement } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { questionFields } from "./question-fields.ts";
import { layOut } from "./readable-output.ts";

/** What a person has answered to the questions of a call. */
export function Answers({ call }: { call: ToolPart }): ReactElement {
  const t = useTranslate();
  const fields = call.question ? questionFields(call.question.schema) : [];
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  return (
    <>
      {call.question && (
        <p className="asked" dir="auto">
          {showHidden(call.question.message)}
        </p>
      )}
      {call.answers
        ?.filter(({ by }) => by === "user")
        .map(({ approvalId, approved, content = {}, reason }) => (
          <div key={approvalId}>
            <p className="mark">{t(approved ? "question.answered" : "question.declined")}</p>
            <dl className="answers">
              {Object.entries(content).map(([name, value]) => (
                <div key={name}>
                  <dt>{showHidden(labelOf(name))}</dt>
                  <dd dir="auto">{showHidden(answerWords(t, value))}</dd>
                </div>
              ))}
            </dl>
            {reason !== undefined && <p dir="auto">“{showHidden(reason)}”</p>}
          </div>
        ))}
    </>
  );
}

function answerWords(t: Translate, value: unknown): string {
  if (typeof value === "boolean") return t(value ? "question.yes" : "question.no");
  if (Array.isArray(value)) return value.map(String).join(t("list.comma"));
  return typeof value === "string" ? value : layOut(value);
}
