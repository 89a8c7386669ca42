import { showHidden } from "../show-hidden.ts";
import type { Messages } from "./messages.ts";

/** A sentence of the page by its key, with `{name}` replaced by what a reader sees of the value. */
export type Translate = (key: keyof Messages, values?: Readonly<Record<string, string | number>>) => string;

/** The translator of one language's messages. */
export const translator =
  (messages: Messages): Translate =>
  (key, values = {}) =>
    messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => showHidden(String(values[name] ?? whole)));
