import { isPlainObject } from "./is-plain-object.ts";
import type { McpServerConfig } from "./mcp-server-config.ts";

/** The same value, and what is secret in its texts is not in it any more. */
export type HideSecrets = <T>(value: T) => T;

/** Shorter ones stand in many a text by chance. */
const minLength = 8;
const mask = "[hidden]";

/**
 * Hides what a server was given in its headers or its environment from all that it says: it goes into logs,
 * to models and onto pages. What is no more than a word, a path or an address without a password stays where
 * its name does not say that it is secret.
 */
export function createHideSecrets(reach: McpServerConfig["reach"]): HideSecrets {
  const given = Object.entries(reach.type === "http" ? reach.headers : reach.env);
  const secrets = given
    .flatMap(([name, value]) => secretParts(value).filter((part) => isSecret(name, part)))
    // The longest first: another may be a part of it.
    .sort((a, b) => b.length - a.length);
  const hide = (value: unknown): unknown => {
    if (typeof value === "string") return secrets.reduce((text, each) => text.replaceAll(each, mask), value);
    if (Array.isArray(value)) return value.map(hide);
    return isPlainObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hide(each)]))
      : value;
  };
  // Cast: texts become texts, and the rest stays as it is.
  return <T>(value: T) => (secrets.length === 0 ? value : (hide(value) as T));
}

/** A value, and what it is made of: a token behind its scheme, the values of a cookie, a password. */
function secretParts(value: string): string[] {
  const words = value.split(/[\s;,]+/);
  const values = words.flatMap((word) => (word.includes("=") ? [word.slice(word.indexOf("=") + 1)] : []));
  const [scheme = "", encoded = ""] = words;
  const basic = /^basic$/i.test(scheme) ? Buffer.from(encoded, "base64").toString("utf8") : "";
  return [value.trim(), ...words, ...values, basic, basic.slice(basic.indexOf(":") + 1)];
}

const secretName = /key|token|secret|pass|auth|cookie|credential/i;
const plainForm = /^(\p{L}+$|~?\.{0,2}\/|[a-z]+:\/\/[^@]*$)/iu;

const isSecret = (name: string, part: string): boolean =>
  part.length >= minLength && (secretName.test(name) || !plainForm.test(part));
