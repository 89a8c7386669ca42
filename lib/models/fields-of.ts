import { isRecord } from "../protocol/is-record.ts";

/** What has fields, from outside. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** The fields of a value from outside; none, if it has none. */
export const fieldsOf = (value: unknown): JsonFields => (isRecord(value) ? value : {});

/** The same of each value of a list; none, if it is no list. */
export const fieldsInList = (value: unknown): JsonFields[] =>
  Array.isArray(value) ? value.map(fieldsOf) : [];
