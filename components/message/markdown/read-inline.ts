import { showHidden } from "#lib/client/show-hidden.ts";
import type { InlineContent } from "./block.ts";
import { readReference } from "./decode-text.ts";
import { readDelimiterRun } from "./delimiter-run.ts";
import { isFormulaSoFar, readFormula } from "./formula.ts";
import { toLink } from "./inline-link.ts";
import { addInline, closeTokens, holdRest, type InlineReader, pushText, takeFrom } from "./inline-reader.ts";
import { type InlineTag, readTag } from "./inline-tag.ts";
import { type Address, literalAddresses } from "./literal-autolink.ts";
import { closeBracket, openBracket } from "./read-bracket.ts";
import { resolveRuns } from "./resolve-runs.ts";

// Owns the inline syntax of one leaf: CommonMark 6 and GFM's strikethrough, addresses and notes, with
// formulas and a few tags. Does not own blocks, nor which labels are defined: that is known when it is drawn.
//
// 1. One pass, left to right; what has become a node is never read again, so a leaf costs linear time.
// 2. Only what block.ts names can come out: a tag is a node, an address one that linkTarget lets pass.
// 3. While more may come, what is open is drawn as closed, and half a mark is held back (U30).
// 4. A label in brackets is a reference whether it is defined or not. It forbids no link around it.

export type InlineReading = { readonly content: InlineContent; readonly openFrom: number };

/** Reads the whole of `source`; `live`: more may follow. */
export function readInline(source: string, live: boolean, rested = false): InlineReading {
  const reader: InlineReader = {
    source,
    live,
    rested,
    at: 0,
    tokens: [],
    addresses: literalAddresses(source),
    nextAddress: 0,
    ticks: null,
    endless: new Set(),
    openFrom: source.length,
  };
  while (reader.at < source.length) readInlineToken(reader);
  const { content, openFrom } = resolveRuns(closeTokens(reader, 0, live), live);
  return { content, openFrom: Math.min(reader.openFrom, openFrom) };
}

const PLAIN = /[^\\`*_~[\]!<&$\n]+/y;

function readInlineToken(reader: InlineReader): void {
  const { source, at } = reader;
  const address = nextAddress(reader);
  if (address?.start === at) {
    addAddress(reader, address);
    return;
  }
  PLAIN.lastIndex = at;
  const plain = PLAIN.exec(source)?.[0];
  if (plain === undefined) {
    readMark(reader, source.charAt(at));
    return;
  }
  const end = Math.min(at + plain.length, address?.start ?? source.length);
  pushText(reader, source.slice(at, end), end);
}

function nextAddress(reader: InlineReader): Address | undefined {
  for (;;) {
    const address = reader.addresses[reader.nextAddress];
    if (!address || address.start >= reader.at) return address;
    reader.nextAddress += 1;
  }
}

function readMark(reader: InlineReader, char: string): void {
  switch (char) {
    case "\\":
      readBackslash(reader);
      return;
    case "`":
      readCode(reader);
      return;
    case "*":
    case "_":
    case "~":
      addRun(reader);
      return;
    case "[":
      openBracket(reader, false);
      return;
    case "!":
      readExclamation(reader);
      return;
    case "]":
      closeBracket(reader);
      return;
    case "<":
      readAngle(reader);
      return;
    case "&":
      readAmpersand(reader);
      return;
    case "$":
      if (!addFormula(reader)) pushText(reader, "$", reader.at + 1);
      return;
    default:
      readLineEnd(reader);
  }
}

/** At the end it may become the beginning of a picture. */
function readExclamation(reader: InlineReader): void {
  const next = reader.source.charAt(reader.at + 1);
  if (next === "[") openBracket(reader, true);
  else if (next !== "" || reader.rested || !holdRest(reader)) pushText(reader, "!", reader.at + 1);
}

function addAddress(reader: InlineReader, { start, end, isMail }: Address): void {
  const words = reader.source.slice(start, end);
  const shown: InlineContent = [{ type: "text", text: words }];
  for (const inline of toLink(isMail && !/^mailto:/i.test(words) ? `mailto:${words}` : words, shown))
    addInline(reader, inline, end);
}

function readBackslash(reader: InlineReader): void {
  const { source, at } = reader;
  if (addFormula(reader)) return;
  const next = source.charAt(at + 1);
  if (next === "" && holdRest(reader)) return;
  if (next === "\n") addBreak(reader, at + 2);
  else if (/[!-/:-@[-`{-~]/.test(next)) pushText(reader, next, at + 2);
  else pushText(reader, "\\", at + 1);
}

function readLineEnd(reader: InlineReader): void {
  const last = reader.tokens.at(-1);
  // Blanks at the end of a line are none of its text.
  if (last?.type === "text") {
    const text = last.text.replace(/[ \t]+$/, "");
    if (text === "") reader.tokens.pop();
    else reader.tokens[reader.tokens.length - 1] = { type: "text", text };
  }
  addBreak(reader, reader.at + 1);
}

function addBreak(reader: InlineReader, from: number): void {
  let end = from;
  while (/[ \t]/.test(reader.source.charAt(end))) end += 1;
  addInline(reader, { type: "break" }, end);
}

/** False where no formula begins. */
function addFormula(reader: InlineReader): boolean {
  const { source, at, live } = reader;
  const opener = source.charAt(at) + source.charAt(at + 1);
  if (reader.endless.has(opener)) return false;
  const formula = readFormula(source, at);
  if (formula === null) return false;
  if (formula !== "open") {
    const { source: formulaSource, display, end } = formula;
    addInline(
      reader,
      { type: "math", source: formulaSource, raw: showHidden(source.slice(at, end)), display, open: false },
      end,
    );
    return true;
  }
  // One dollar does not reach over a line.
  if (/^\$[^$]?$/.test(opener) && source.includes("\n", at)) return false;
  reader.openFrom = Math.min(reader.openFrom, at);
  if (opener.startsWith("$")) return false;
  reader.endless.add(opener);
  if (!live) return false;
  const raw = source.slice(at).replace(/\\$/, "");
  const shown = raw.slice(2);
  if (!isFormulaSoFar(shown)) {
    // Perhaps a bracket that was only escaped: what stands in it is read as words.
    reader.at = at + 2;
    return true;
  }
  if (shown.trim() !== "")
    addInline(
      reader,
      { type: "math", source: shown, raw: showHidden(raw), display: opener === "\\[", open: true },
      source.length,
    );
  reader.at = source.length;
  return true;
}

function readCode(reader: InlineReader): void {
  const { source, at, live } = reader;
  const length = runLength(source, at);
  const from = at + length;
  const end = closingTicks(reader, from, length);
  if (end !== undefined) {
    addInline(reader, { type: "code", text: codeText(source.slice(from, end)) }, end + length);
    return;
  }
  reader.openFrom = Math.min(reader.openFrom, at);
  if (!live) {
    pushText(reader, source.slice(at, from), from);
    return;
  }
  const shown = source.slice(from).replace(/`+\s*$/, "");
  if (shown.trim() !== "") addInline(reader, { type: "code", text: codeText(shown) }, source.length);
  reader.at = source.length;
}

function codeText(source: string): string {
  const text = source.replaceAll("\n", " ");
  return showHidden(/^ .* $/s.test(text) && text.trim() !== "" ? text.slice(1, -1) : text);
}

function runLength(source: string, at: number): number {
  let end = at;
  while (source.charAt(end) === "`") end += 1;
  return end - at;
}

function closingTicks(reader: InlineReader, from: number, length: number): number | undefined {
  reader.ticks ??= ticksByLength(reader.source);
  const runs = reader.ticks.get(length) ?? [];
  while ((runs.at(-1) ?? from) < from) runs.pop();
  return runs.at(-1);
}

function ticksByLength(source: string): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { index, 0: run } of [...source.matchAll(/`+/g)].reverse())
    found.set(run.length, [...(found.get(run.length) ?? []), index]);
  return found;
}

function addRun(reader: InlineReader): void {
  const run = readDelimiterRun(reader.source, reader.at);
  reader.tokens.push(run);
  reader.at += run.total;
}

function readAngle(reader: InlineReader): void {
  const { source, at } = reader;
  const address = addressInAngles(source.slice(at, at + 2048));
  if (address !== null) {
    const shown: InlineContent = [{ type: "text", text: address.words }];
    reader.at = at + address.length;
    for (const inline of toLink(address.url, shown)) addInline(reader, inline, at + address.length);
    return;
  }
  const tag = readTag(source, at);
  if (tag === "half" && !reader.rested && holdRest(reader)) return;
  // Half an address is words so far.
  const half = reader.live ? HALF_ADDRESS.exec(source.slice(at, at + 2048)) : null;
  if (half && (half[1] !== undefined || !reader.rested)) {
    if (half[1] !== undefined) pushText(reader, half[1], source.length);
    reader.at = source.length;
    return;
  }
  if (tag === null || tag === "half") pushText(reader, "<", at + 1);
  else if (tag.type === "comment") reader.at = tag.end;
  else if (tag.type === "break") addInline(reader, { type: "break" }, tag.end);
  else if (tag.type === "open") {
    reader.tokens.push({ type: "tag", name: tag.name, raw: source.slice(at, tag.end), at });
    reader.at = tag.end;
  } else closeTag(reader, tag.name, tag.end);
}

const HALF_ADDRESS = /^<(?:h|ht|htt|https?|m|ma|mai|mail|mailto?|([a-z][a-z\d+.-]{1,31}:[^\s<>]*))$/i;

function addressInAngles(rest: string): { url: string; words: string; length: number } | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what an address must not hold.
  const [whole, words] = /^<([a-z][a-z\d+.-]{1,31}:[^\0- <>\x7F]*)>/i.exec(rest) ?? [];
  if (whole !== undefined && words !== undefined) return { url: words, words, length: whole.length };
  const [mail, name] =
    /^<([\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*)>/i.exec(
      rest,
    ) ?? [];
  return mail !== undefined && name !== undefined
    ? { url: `mailto:${name}`, words: name, length: mail.length }
    : null;
}

function closeTag(reader: InlineReader, name: InlineTag, end: number): void {
  const opener = reader.tokens.findLastIndex((token) => token.type === "tag" && token.name === name);
  if (opener === -1) {
    pushText(reader, reader.source.slice(reader.at, end), end);
    return;
  }
  const { content, depth } = takeFrom(reader, opener);
  addInline(reader, { type: "tag", tag: name, children: content }, end, depth);
}

function readAmpersand(reader: InlineReader): void {
  const { source, at } = reader;
  const found = readReference(source, at);
  if (found) pushText(reader, found.text, found.end);
  else if (!reader.rested && /^&#?\w{0,31}$/.test(source.slice(at, at + 34)) && holdRest(reader)) return;
  else pushText(reader, "&", at + 1);
}
