import type { Language } from "./messages.ts";
import { zhFault } from "./zh-faults.ts";

/**
 * What is wrong with an object or a schema, in the language of the page: a sentence, or one behind the path
 * of a part. One that a developer's schema has of its own stays as it is.
 */
export function translateFault(language: Language, fault: string): string {
  if (language === "en") return fault;
  const whole = zhFault(fault);
  if (whole !== undefined) return whole;
  // A path may have a colon of its own.
  for (let at = fault.indexOf(": "); at >= 0; at = fault.indexOf(": ", at + 1)) {
    const told = zhFault(fault.slice(at + 2));
    if (told !== undefined) return `${pathIn(fault.slice(0, at))}：${told}`;
  }
  return fault;
}

const pathIn = (path: string): string => (path === "the schema" ? "整个 schema" : path);
