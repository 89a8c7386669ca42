import type { Messages } from "./messages.ts";

/** A sentence of the page by its key, with `{name}` replaced. */
export type Translate = (key: keyof Messages, values?: Readonly<Record<string, string | number>>) => string;

/** The translator of one language's messages. */
export const translator =
  (messages: Messages): Translate =>
  (key, values = {}) =>
    messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
