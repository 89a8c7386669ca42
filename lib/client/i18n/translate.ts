import type { Words } from "./words.ts";

/** A sentence of the page by its key, with `{name}` replaced. */
export type Translate = (key: keyof Words, values?: Readonly<Record<string, string | number>>) => string;

/** The translator of one language's words. */
export const translator =
  (words: Words): Translate =>
  (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
