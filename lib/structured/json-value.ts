/** What a JSON text says. Never changed once it was given out: values of later moments share its parts. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonRecord;

/** Its keys are its own, `__proto__` too; a key that stands twice has its last value. */
export interface JsonRecord {
  readonly [key: string]: JsonValue;
}
