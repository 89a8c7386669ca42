"use client";

import { type KeyboardEvent, type ReactElement, useId, useMemo, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { PersonQuestion } from "#lib/protocol/run-event.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { checkAnswers, type FieldFault, type FieldValues, ownValue } from "./check-answers.ts";
import { DecisionNote } from "./decision-note.tsx";
import { isOwnQuestion } from "./own-question.ts";
import { QuestionControl } from "./question-control.tsx";
import { type FieldValue, type QuestionField, questionFields } from "./question-fields.ts";
import { ReasonForm } from "./reason-form.tsx";
import { requestKey } from "./request-key.ts";
import { useDecision } from "./use-decision.ts";
import { useEnterGuard } from "./use-enter-guard.ts";
import { useFocusOnReturn } from "./use-focus-on-return.ts";
import { keepEscape, useKept } from "./use-kept.ts";
import { useReasonForm } from "./use-reason-form.ts";

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
  const request = requestKey(runId, call);
  const wording = useReasonForm(request);
  const inWords = useFocusOnReturn(wording.isOpen);
  const control = useDecision(call, runId, String(wording.isOpen));
  const { decide, isArmed, isSending } = control;
  const isBlocked = !isArmed || isSending;
  const guard = useEnterGuard();
  const fields = useMemo(() => questionFields(question.schema), [question.schema]);
  const isOwn = isOwnQuestion(call);
  const buttons = buttonsOf(fields, { yes: t("question.yes"), no: t("question.no") });
  return (
    <div className="unfolded">
      <p className="asked" dir="auto">
        {showHidden(question.message)}
      </p>
      {wording.isOpen ? (
        <ReasonForm
          label={t("question.words.label")}
          {...{ request, isBlocked, takesFocus: wording.takesFocus }}
          isNeeded
          send={t("question.words.send")}
          onSend={(reason) => decide({ approved: false, ...reason })}
          onBack={wording.close}
        />
      ) : (
        <Form
          {...{ request, fields, buttons, isBlocked, isOwn }}
          // Somebody else than the agent wants to know.
          {...(!isOwn && { onKeyDown: guard.onlyByWill })}
          onAnswer={(content) => decide({ approved: true, content })}
        >
          <button ref={inWords} type="button" className="btn" onClick={wording.open}>
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
      <DecisionNote {...{ control }} hint={guard.isHinted ? t("approval.keys") : undefined} />
    </div>
  );
}

interface FormProps {
  request: string;
  fields: readonly QuestionField[];
  buttons: readonly AnswerButton[] | undefined;
  isBlocked: boolean;
  isOwn: boolean;
  onAnswer(content: Record<string, unknown>): void;
  /** Of the buttons that answer. */
  onKeyDown?(event: KeyboardEvent): void;
  children: React.ReactNode;
}

function Form(props: FormProps): ReactElement {
  const { request, fields, buttons, isBlocked, isOwn, onAnswer, onKeyDown, children } = props;
  const t = useTranslate();
  const id = useId();
  const initial = useMemo(() => initialValues(fields), [fields]);
  const [values, setValues] = useKept(`${request} form`, initial, areValues);
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});

  function answer(): void {
    if (isBlocked) return;
    const checked = checkAnswers(fields, values);
    if (checked.type === "good") return onAnswer(checked.content);
    setFaults(checked.faults);
    const first = fields.findIndex(({ name }) => ownValue(checked.faults, name));
    document.getElementById(`${id}${first}`)?.focus();
  }

  function change(name: string, value: FieldValue): void {
    setValues({ ...values, [name]: value });
    const others = Object.entries(faults).filter(([each]) => each !== name);
    setFaults(Object.fromEntries(others));
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
            onKeyDown={onKeyDown}
            onClick={() => isBlocked || onAnswer(content)}
          >
            {showHidden(label)}
          </button>
        ))}
        {children}
      </div>
    );
  return (
    // Esc, wherever in it the focus is.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="fields" onKeyDown={keepEscape}>
      {fields.map((field, at) => (
        <QuestionControl
          key={field.name}
          id={`${id}${at}`}
          field={isAlone ? { ...field, label: t("question.answer") } : field}
          value={ownValue(values, field.name)}
          fault={ownValue(faults, field.name)}
          onChange={(value) => change(field.name, value)}
        />
      ))}
      {!isOwn && fields.length > 0 && <p className="mark">{t("question.care")}</p>}
      <div className="actions">
        <button
          type="button"
          className="btn ask"
          aria-disabled={isBlocked}
          onKeyDown={onKeyDown}
          onClick={answer}
        >
          {t(fields.length > 0 ? "question.answer" : "question.yes")}
        </button>
        {children}
      </div>
    </div>
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

const initialValues = (fields: readonly QuestionField[]): FieldValues =>
  Object.fromEntries(
    fields.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial] as const])),
  );

const areValues = (kept: unknown): kept is FieldValues =>
  isRecord(kept) &&
  Object.values(kept).every(
    (value) =>
      typeof value === "string" ||
      typeof value === "boolean" ||
      (Array.isArray(value) && value.every((each) => typeof each === "string")),
  );
