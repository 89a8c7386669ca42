import { showHidden } from "../show-hidden.ts";
import type { Messages } from "./messages.ts";

/** A sentence by its key, with `{name}` replaced by what a reader sees of the value. */
export type TranslateKey<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** A sentence of the page. */
export type Translate = TranslateKey<keyof Messages>;

/** The translator of one language's messages. */
export const translator =
  <Key extends string>(messages: Readonly<Record<Key, string>>): TranslateKey<Key> =>
  (key, values = {}) =>
    messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => showHidden(String(values[name] ?? whole)));
