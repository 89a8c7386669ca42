import type { Definition } from "./block.ts";
import { readLinkTail } from "./link-tail.ts";
import { linkTarget } from "./link-target.ts";

const DEFINITION =
  /^ {0,3}\[((?:[^[\]\\]|\\.){1,999})\]:[ \t]*\n?[ \t]*(<(?:[^<>\n\\]|\\.)*>|[^\s<]\S*)(?:(?:[ \t]+|[ \t]*\n[ \t]*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?[ \t]*$/s;
/** Of a definition whose end has not come: its destination, and perhaps half a title. */
const HALF_DEFINITION =
  /^\[((?:[^[\]\\^]|\\.)(?:[^[\]\\]|\\.){0,998})(?:$|\](?:$|:\s*(?:\S*|\S+\s+(?:["'(].*)?)$))/s;

/** Whether the lines are one whole definition. */
export const isDefinition = (lines: string): boolean => readDefinition(lines) !== null;

export type ReadDefinition = {
  readonly definition: Definition;
  /** Its label as it is written, and what stands behind the colon: it is seen where nothing refers to it. */
  readonly shown: string;
  readonly rest: string;
};

/** Reads the lines as one whole `[label]: destination "title"`, or null. */
export function readDefinition(lines: string): ReadDefinition | null {
  if (!/^ {0,3}\[(?!\^)/.test(lines)) return null;
  const [, shown = "", raw = "", title] = DEFINITION.exec(lines) ?? [];
  if (shown.trim() === "") return null;
  const tail = readLinkTail(`(${raw})`, 0);
  if (tail === null || tail === "half" || (title === undefined && !isAddress(raw))) return null;
  const definition = { label: normalLabel(shown), destination: linkTarget(tail.destination)?.href ?? "" };
  return { definition, shown, rest: lines.slice(lines.indexOf(raw, lines.indexOf("]:") + 2)) };
}

/** A word that somebody says is none: `[Anna]: Hello!` */
const isAddress = (destination: string): boolean =>
  /^(?:<|[a-z][a-z\d+.-]*:|www\.|[/#.?])|\w[./]\w/i.test(destination);

/** The label of what may yet be a definition; `half`: only the beginning of it. */
export function halfDefinition(lines: string): { label: string; half: boolean } | null {
  const label = HALF_DEFINITION.exec(lines)?.[1];
  return label === undefined ? null : { label: normalLabel(label), half: !lines.includes("]") };
}

/** Labels match whatever their case and the width of their blanks. */
export function normalLabel(label: string): string {
  return label.replace(/\s+/g, " ").trim().toLowerCase().toUpperCase();
}
