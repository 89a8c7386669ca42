"use client";

import { memo, type ReactElement, useMemo } from "react";
import type { Language } from "#lib/client/i18n/messages.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { translateFault } from "#lib/client/i18n/translate-fault.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ObjectPart } from "#lib/protocol/message.ts";
import { CopyAction } from "../../ui/copy-action.tsx";
import { useLanguage, useTranslate } from "../../ui/i18n-provider.tsx";
import { Icon } from "../../ui/icon.tsx";
import { fieldLabel, labelOfKey } from "./field-label.ts";
import { type PlacedFault, placedFault } from "./object-faults.ts";
import { type FormField, objectForm } from "./object-form.ts";
import { FieldList } from "./object-value.tsx";
import { asRecord, fieldsFor, type ObjectJson } from "./part-view.ts";
import { useKeptHeight } from "./use-kept-height.ts";
import { useObjectJson } from "./use-object-json.ts";

interface ObjectCardProps {
  part: ObjectPart;
  /** The attempts that it takes the place of, oldest first. */
  earlier: readonly ObjectPart[];
  /** Its run is still writing. */
  isLive: boolean;
}

/** An object in its final shape from the start: each field is filled in in its place. */
export const ObjectCard = memo(CardOfObject, isSameCard);

/** Attempts that were replaced never change. */
function isSameCard(old: ObjectCardProps, next: ObjectCardProps): boolean {
  return old.part === next.part && old.isLive === next.isLive && old.earlier.length === next.earlier.length;
}

function CardOfObject({ part, earlier, isLive }: ObjectCardProps): ReactElement {
  const t = useTranslate();
  const { schema, endedAt, valid, errors } = part;
  const card = useKeptHeight(part.id);
  const json = useObjectJson(part);
  const form = useMemo(() => schema && objectForm(schema), [schema]);
  const value = asRecord(json.value());
  const isWriting = isLive && endedAt === undefined;
  const isWhole = json.stateOf([]) === "complete";
  const fields = fieldsFor(form, value);
  const isUnfit = valid === false && isUnfitText(part, json);
  return (
    <section ref={card} className="card" aria-label={cardTitle(t, part)} aria-busy={isWriting}>
      <CardHead
        {...{ part, isWriting, isUnfit }}
        filled={fields.filter(({ key }) => json.stateOf([key]) === "complete").length}
        of={fields.length}
      />
      <FieldList
        {...{ fields, value }}
        open={isWhole ? undefined : { json, path: [], isWriting }}
        faults={isUnfit ? errors : undefined}
      />
      {earlier.map((each) => (
        <Faults key={each.id} part={each} {...{ fields }} />
      ))}
      {isUnfit && <Faults {...{ part, fields }} isCurrent />}
      <footer>
        <span>{isWriting && t("object.numbers")}</span>
        {isWriting ? (
          <button type="button" className="btn" disabled>
            <Icon name="copy" />
            {t("object.copy")}
          </button>
        ) : (
          <CopyAction label={t("object.copy")} read={() => copiedJson(part, json)} />
        )}
      </footer>
    </section>
  );
}

/** As its schema calls it, in whatever writing; else by its name. */
function cardTitle(t: Translate, { name, schema }: ObjectPart): string {
  const title = schema?.["title"];
  return typeof title === "string" && title.trim() !== "" ? title : labelOfKey(t, name);
}

interface CardHeadProps {
  part: ObjectPart;
  isWriting: boolean;
  isUnfit: boolean;
  filled: number;
  of: number;
}

function CardHead({ part, isWriting, isUnfit, filled, of }: CardHeadProps): ReactElement {
  const t = useTranslate();
  const isGood = part.valid === true;
  return (
    <header>
      <b dir="auto">{showHidden(cardTitle(t, part))}</b>
      {!isGood && <span className="muted">{t("object.fields", { n: filled, of })}</span>}
      {part.attempt > 1 && <span className="muted">{t("object.attempt", { n: part.attempt })}</span>}
      {isWriting && (
        <span className="state run">
          <Icon name="running" />
          {t("object.filling")}
        </span>
      )}
      {!isWriting && !isGood && (
        <span className={isUnfit ? "state err" : "state"}>
          <Icon name={isUnfit ? "failed" : "gap"} />
          {t(isUnfit ? "object.unfit" : "object.incomplete")}
        </span>
      )}
    </header>
  );
}

interface FaultsProps {
  part: ObjectPart;
  fields: readonly FormField[];
  isCurrent?: boolean;
}

/** Why an attempt did not fit. */
function Faults({ part, fields, isCurrent }: FaultsProps): ReactElement {
  const t = useTranslate();
  const language = useLanguage();
  const { errors = [], attempt } = part;
  return (
    <div className={isCurrent ? "faults now" : "faults"}>
      <p>{t("object.attempt.unfit", { n: attempt })}</p>
      <ul>
        {errors.map((error) => (
          <li key={error} dir="auto">
            {showHidden(faultWords(t, language, placedFault(error, keysOf(fields)), fields))}
          </li>
        ))}
      </ul>
    </div>
  );
}

const keysOf = (fields: readonly FormField[]): string[] => fields.map(({ key }) => key);

/** As the card calls the part: "Steps · 2: has to be a string". */
function faultWords(
  t: Translate,
  language: Language,
  { path: [key, ...inner], sentence }: PlacedFault,
  fields: readonly FormField[],
): string {
  const told = translateFault(language, sentence);
  const field = fields.find((each) => each.key === key);
  if (!field) return told;
  const labels = inner.map((name) => (/^\d+$/.test(name) ? String(Number(name) + 1) : labelOfKey(t, name)));
  return `${[fieldLabel(t, field), ...labels].join(" · ")}${t("list.colon")}${told}`;
}

/** It was written to its end, or to what is no JSON: else it was cut off, which is nobody's fault. */
const isUnfitText = ({ errors }: ObjectPart, json: ObjectJson): boolean =>
  errors !== undefined && (json.stateOf([]) === "complete" || json.error() !== undefined);

/** The value, however it was written; of what is no JSON the text as it stands. */
function copiedJson({ value, json }: ObjectPart, read: ObjectJson): string {
  const known = value ?? read.value();
  return known === undefined || known === null ? json : JSON.stringify(known, null, 2);
}
