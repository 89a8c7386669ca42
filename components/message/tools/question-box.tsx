"use client";

import { type ReactElement, useId, useMemo, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { PersonQuestion } from "#lib/protocol/run-event.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { checkAnswers, type FieldFault } from "./check-answers.ts";
import { DecisionNote } from "./decision-note.tsx";
import { isOwnQuestion } from "./own-question.ts";
import { QuestionControl } from "./question-control.tsx";
import { type FieldValue, type QuestionField, questionFields } from "./question-fields.ts";
import { ReasonForm } from "./reason-form.tsx";
import { useDecision } from "./use-decision.ts";

interface QuestionBoxProps {
  call: ToolPart;
  runId: string;
  question: PersonQuestion;
}

/** So many choices are buttons, if they are short. */
const maxButtons = 4;
const maxButtonLabel = 32;

/** What an agent, or the server of a tool, wants to know: a flat form, or a button for each answer. */
export function QuestionBox({ call, runId, question }: QuestionBoxProps): ReactElement {
  const t = useTranslate();
  const control = useDecision(call, runId);
  const { decide, isArmed, isSending } = control;
  const isBlocked = !isArmed || isSending;
  const [isInWords, setInWords] = useState(false);
  const fields = useMemo(() => questionFields(question.schema), [question.schema]);
  const isOwn = isOwnQuestion(call);
  const buttons = buttonsOf(fields, { yes: t("question.yes"), no: t("question.no") });
  return (
    <div className="unfolded">
      <p className="asked" dir="auto">
        {showHidden(question.message)}
      </p>
      {isInWords ? (
        <ReasonForm
          label={t("question.words.label")}
          {...{ isBlocked }}
          isNeeded
          send={t("question.words.send")}
          onSend={(reason) => decide({ approved: false, ...reason })}
          onBack={() => setInWords(false)}
        />
      ) : (
        <Form
          {...{ fields, buttons, isBlocked, isOwn }}
          onAnswer={(content) => decide({ approved: true, content })}
        >
          <button type="button" className="btn" onClick={() => setInWords(true)}>
            {t("question.words")}
          </button>
          <button
            type="button"
            className="btn"
            aria-disabled={isBlocked}
            onClick={() => decide({ approved: false })}
          >
            {t("question.decline")}
          </button>
        </Form>
      )}
      <DecisionNote {...{ control }} hint={undefined} />
    </div>
  );
}

interface FormProps {
  fields: readonly QuestionField[];
  buttons: readonly AnswerButton[] | undefined;
  isBlocked: boolean;
  isOwn: boolean;
  onAnswer(content: Record<string, unknown>): void;
  children: React.ReactNode;
}

function Form({ fields, buttons, isBlocked, isOwn, onAnswer, children }: FormProps): ReactElement {
  const t = useTranslate();
  const id = useId();
  const [values, setValues] = useState(() => initialValues(fields));
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});

  function answer(): void {
    if (isBlocked) return;
    const checked = checkAnswers(fields, values);
    if (checked.type === "good") return onAnswer(checked.content);
    setFaults(checked.faults);
    const first = fields.findIndex(({ name }) => checked.faults[name]);
    document.getElementById(`${id}${first}`)?.focus();
  }

  function change(name: string, value: FieldValue): void {
    setValues({ ...values, [name]: value });
    const { [name]: fault, ...others } = faults;
    if (fault) setFaults(others);
  }

  // The question is what it is about.
  const isAlone = fields.length === 1 && fields[0]?.label === fields[0]?.name;

  if (buttons)
    return (
      <div className="actions">
        {buttons.map(({ label, content }, at) => (
          <button
            key={label}
            type="button"
            className={at === 0 ? "btn ask" : "btn line"}
            aria-disabled={isBlocked}
            onClick={() => isBlocked || onAnswer(content)}
          >
            {showHidden(label)}
          </button>
        ))}
        {children}
      </div>
    );
  return (
    <>
      {fields.map((field, at) => (
        <QuestionControl
          key={field.name}
          id={`${id}${at}`}
          field={isAlone ? { ...field, label: t("question.answer") } : field}
          value={values[field.name]}
          fault={faults[field.name]}
          onChange={(value) => change(field.name, value)}
        />
      ))}
      {!isOwn && fields.length > 0 && <p className="mark">{t("question.care")}</p>}
      <div className="actions">
        <button type="button" className="btn ask" aria-disabled={isBlocked} onClick={answer}>
          {t(fields.length > 0 ? "question.answer" : "question.yes")}
        </button>
        {children}
      </div>
    </>
  );
}

interface AnswerButton {
  label: string;
  content: Record<string, unknown>;
}

/** A question with one answer out of few needs no form. */
function buttonsOf(
  [field, ...others]: readonly QuestionField[],
  words: { yes: string; no: string },
): AnswerButton[] | undefined {
  if (!field || others.length > 0 || field.note !== undefined) return undefined;
  const { name, type, options } = field;
  if (type === "yes-no")
    return [
      { label: words.yes, content: { [name]: true } },
      { label: words.no, content: { [name]: false } },
    ];
  const isShort =
    options.length <= maxButtons && options.every(({ label }) => label.length <= maxButtonLabel);
  if (type !== "choice" || !isShort) return undefined;
  return options.map(({ value, label }) => ({ label, content: { [name]: value } }));
}

const initialValues = (fields: readonly QuestionField[]): Readonly<Record<string, FieldValue>> =>
  Object.fromEntries(
    fields.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial] as const])),
  );
