"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { useMounted } from "../../ui/use-mounted.ts";
import type { FieldFault } from "./check-answers.ts";
import { localDateTime } from "./local-date-time.ts";
import type { FieldValue, QuestionField } from "./question-fields.ts";

interface QuestionControlProps {
  id: string;
  field: QuestionField;
  value: FieldValue | undefined;
  fault: FieldFault | undefined;
  onChange(value: FieldValue): void;
}

/** One field of a question: its label, what it takes, and what is wrong with what stands in it. */
export function QuestionControl(props: QuestionControlProps): ReactElement {
  const { id, field, fault } = props;
  const t = useTranslate();
  const isGroup = field.type === "yes-no" || field.type === "choices";
  const label = (
    <>
      {showHidden(field.label)}
      {!field.isRequired && <span className="mark"> {t("question.optional")}</span>}
    </>
  );
  const below = (
    <>
      {field.note !== undefined && (
        <p className="mark" id={`${id}-note`}>
          {showHidden(field.note)}
        </p>
      )}
      {fault && (
        <p className="fault" id={`${id}-fault`}>
          {t(fault.key, fault.values)}
        </p>
      )}
    </>
  );
  return isGroup ? (
    <fieldset className="field" aria-describedby={describedBy(props)}>
      <legend>{label}</legend>
      <ChoiceBoxes {...props} />
      {below}
    </fieldset>
  ) : (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <Entry {...props} />
      {below}
    </div>
  );
}

const describedBy = ({ id, field, fault }: QuestionControlProps): string | undefined =>
  [field.note !== undefined && `${id}-note`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;

function Entry(props: QuestionControlProps): ReactElement {
  const { id, field, value = "", fault, onChange } = props;
  const t = useTranslate();
  // The server does not know the person's clock.
  const isMounted = useMounted();
  const shared = {
    id,
    value: String(value),
    "aria-invalid": fault !== undefined,
    "aria-required": field.isRequired,
    "aria-describedby": describedBy(props),
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  };
  if (field.type === "choice")
    return (
      <select {...shared}>
        <option value="">{t("question.choose")}</option>
        {field.options.map((option) => (
          <option key={option.value} value={option.value}>
            {showHidden(option.label)}
          </option>
        ))}
      </select>
    );
  if (field.type === "number" || field.type === "whole")
    return <input {...shared} type="text" inputMode={field.type === "whole" ? "numeric" : "decimal"} />;
  if (field.format === "date-time")
    return <input {...shared} value={isMounted ? localDateTime(shared.value) : ""} type="datetime-local" />;
  if (field.format) return <input {...shared} type={inputTypes[field.format]} />;
  return <textarea {...shared} rows={1} />;
}

const inputTypes = { email: "email", uri: "url", date: "date" } as const;

/** Boxes to check: one of two, or any of several. */
function ChoiceBoxes({ id, field, value, onChange }: QuestionControlProps): ReactElement {
  const t = useTranslate();
  const chosen: readonly string[] = Array.isArray(value) ? value : [];
  const toggled = (option: string) =>
    chosen.includes(option) ? chosen.filter((each) => each !== option) : [...chosen, option];
  const choices =
    field.type === "yes-no"
      ? [true, false].map((each) => ({
          label: t(each ? "question.yes" : "question.no"),
          isChosen: value === each,
          choose: () => onChange(each),
        }))
      : field.options.map((option) => ({
          label: showHidden(option.label),
          isChosen: chosen.includes(option.value),
          choose: () => onChange(toggled(option.value)),
        }));
  return (
    <div className="choices">
      {choices.map(({ label, isChosen, choose }, at) => (
        <label key={label}>
          <input
            {...(at === 0 && { id })}
            type={field.type === "yes-no" ? "radio" : "checkbox"}
            name={id}
            checked={isChosen}
            onChange={choose}
          />
          {label}
        </label>
      ))}
    </div>
  );
}
