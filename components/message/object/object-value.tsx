"use client";

import { memo, type ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { JsonRecord, JsonValue } from "#lib/structured/json-value.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { fieldLabel } from "./field-label.ts";
import { GrowingText } from "./growing-text.tsx";
import { faultsWithin, isAtFault, type ObjectFaults } from "./object-faults.ts";
import type { FormField, ObjectForm } from "./object-form.ts";
import {
  asRecord,
  fieldValue,
  type OpenPart,
  openWithin,
  type PartView,
  partView,
  type SkeletonSize,
} from "./part-view.ts";
import { type ItemProps, type ItemsBoxProps, ValueItems } from "./value-items.tsx";

interface PartProps {
  /** Absent: it is whole. */
  open: OpenPart | undefined;
  faults: ObjectFaults | undefined;
}

interface ValueProps extends PartProps {
  form: ObjectForm;
  value: JsonValue | undefined;
}

/** A part in the look of its form. One that has not changed since keeps its DOM. */
const ObjectValue = memo(function ObjectValue(props: ValueProps): ReactElement {
  const { form, value, open, faults } = props;
  const t = useTranslate();
  const view = partView(form, value, open);
  switch (view.type) {
    case "skeleton":
      return <Skeleton size={view.size} />;
    case "none":
      return <span className="muted">—</span>;
    case "text":
      return <GrowingText {...view} />;
    case "number":
      return <span className="n">{String(view.number)}</span>;
    case "boolean":
      return <span>{t(view.value ? "question.yes" : "question.no")}</span>;
    case "list":
      return <ListValue {...{ view, open, faults }} />;
    case "table":
      return <TableValue {...{ view, open, faults }} />;
    case "group":
      return <FieldList {...view} {...{ open, faults }} />;
    default:
      return view satisfies never;
  }
});

const Skeleton = ({ size }: { size: SkeletonSize }): ReactElement => (
  <span className={`sk ${size}`} aria-hidden="true" />
);

function ListValue({ view, ...part }: PartProps & { view: PartView & { type: "list" } }): ReactElement {
  const { item, items, isOrdered } = view;
  if (items.length === 0)
    return part.open?.isWriting ? <Skeleton size="many" /> : <span className="muted">—</span>;
  return (
    <ValueItems
      {...part}
      {...{ items }}
      form={item}
      Item={ListItem}
      Box={isOrdered ? NumberedBox : PlainBox}
    />
  );
}

const PlainBox = ({ className, children }: ItemsBoxProps): ReactElement => (
  <ul {...{ className, children }} />
);
const NumberedBox = ({ from, ...props }: ItemsBoxProps): ReactElement => <ol start={from + 1} {...props} />;
const RowsBox = ({ className, children }: ItemsBoxProps): ReactElement => (
  <tbody {...{ className, children }} />
);

const ListItem = memo(function ListItem({ form, value, open, faults }: ItemProps<ObjectForm>) {
  return (
    <li className={[asRecord(value) && "entries", isAtFault(faults) && "bad"].filter(Boolean).join(" ")}>
      <ObjectValue {...{ form, value, open, faults }} />
    </li>
  );
});

function TableValue({ view, ...part }: PartProps & { view: PartView & { type: "table" } }): ReactElement {
  const { columns, rows } = view;
  const t = useTranslate();
  return (
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" title={column.hint}>
              {showHidden(fieldLabel(t, column))}
            </th>
          ))}
        </tr>
      </thead>
      <ValueItems
        {...part}
        items={rows.length > 0 ? rows : emptyRow}
        form={columns}
        Item={RowOfTable}
        Box={RowsBox}
      />
    </table>
  );
}

const emptyRow: readonly JsonRecord[] = [{}];

const RowOfTable = memo(function RowOfTable(props: ItemProps<readonly FormField[]>): ReactElement {
  const { form: columns, value, open, faults } = props;
  return (
    <tr>
      {columns.map(({ key, form }) => {
        const inner = faultsWithin(faults, key);
        return (
          <td key={key} className={isAtFault(inner) || isAtFault(faults) ? "bad" : undefined}>
            <ObjectValue
              {...{ form }}
              value={fieldValue(asRecord(value), key)}
              open={openWithin(open, key)}
              faults={inner}
            />
          </td>
        );
      })}
    </tr>
  );
});

interface FieldListProps extends PartProps {
  fields: readonly FormField[];
  value: JsonRecord | undefined;
}

/** Its fields in the order of its form, whatever the order in which they come. */
export const FieldList = ({ fields, value, open, faults }: FieldListProps): ReactElement => (
  <dl>
    {fields.map((field) => (
      <FieldRow
        key={field.key}
        {...{ field }}
        value={fieldValue(value, field.key)}
        open={openWithin(open, field.key)}
        faults={faultsWithin(faults, field.key)}
      />
    ))}
  </dl>
);

function FieldRow({
  field,
  value,
  open,
  faults,
}: PartProps & { field: FormField; value: JsonValue | undefined }) {
  const t = useTranslate();
  const looks = ["f-row", hasGroups(field.form, value) && "wide", isAtFault(faults) && "bad"];
  return (
    <div className={looks.filter(Boolean).join(" ")}>
      <dt title={field.hint}>
        {showHidden(fieldLabel(t, field))}
        {Array.isArray(value) && (
          <span className="n">
            {" "}
            {value.length}
            {open?.isWriting && "…"}
          </span>
        )}
      </dt>
      <dd>
        <ObjectValue form={field.form} {...{ value, open, faults }} />
      </dd>
    </div>
  );
}

/** It needs the whole width of a phone. */
const hasGroups = (form: ObjectForm, value: JsonValue | undefined): boolean =>
  form.type === "table" ||
  (form.type === "group" && form.isLaidOut) ||
  asRecord(Array.isArray(value) ? value[0] : value) !== undefined;
