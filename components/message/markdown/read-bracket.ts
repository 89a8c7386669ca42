import { showHidden } from "#lib/client/show-hidden.ts";
import { decodeText } from "./decode-text.ts";
import { toImage, toLink, wordsOfLink } from "./inline-link.ts";
import { addInline, holdRest, type InlineReader, pushText, takeFrom } from "./inline-reader.ts";
import { inlineText } from "./inline-text.ts";
import { readLabel, readLinkTail } from "./link-tail.ts";

export function openBracket(reader: InlineReader, image: boolean): void {
  reader.tokens.push({ type: "bracket", image, at: reader.at, isActive: true });
  reader.at += image ? 2 : 1;
}

/** Reads `]`: a link, a picture, a reference, the mark of a note, or the character. */
export function closeBracket(reader: InlineReader): void {
  const { source, at } = reader;
  const opener = reader.tokens.findLastIndex((token) => token.type === "bracket");
  const bracket = reader.tokens[opener];
  if (bracket?.type !== "bracket") {
    pushText(reader, "]", at + 1);
    return;
  }
  if (!bracket.isActive) {
    reader.tokens[opener] = { type: "text", text: bracket.image ? "![" : "[" };
    pushText(reader, "]", at + 1);
    return;
  }
  const from = bracket.at + (bracket.image ? 2 : 1);
  const words = source.slice(from, at);
  const end = at + 1;
  const isNumber = /^\d{1,3}$/.test(words) && end >= source.length;
  if ((end >= source.length || isHalf(source, end)) && !(isNumber && reader.rested) && holdRest(reader))
    return;
  const tail = readLinkTail(source, end);
  if (tail !== null && tail !== "half") {
    closeLink(reader, opener, bracket.image, tail.destination, tail.end);
    return;
  }
  if (/^\^[^\s[\]\\]{1,200}$/.test(words)) {
    reader.tokens.splice(opener);
    if (bracket.image) reader.tokens.push({ type: "text", text: "!" });
    addInline(reader, { type: "note", label: showHidden(words.slice(1)) }, end);
    return;
  }
  closeReference(reader, opener, bracket.image, words);
}

const isHalf = (source: string, at: number): boolean =>
  readLinkTail(source, at) === "half" || readLabel(source, at) === "half";

function closeLink(
  reader: InlineReader,
  opener: number,
  image: boolean,
  destination: string,
  end: number,
): void {
  const { content, depth } = takeFrom(reader, opener);
  if (image) {
    addInline(reader, toImage(inlineText(content), destination), end);
    return;
  }
  for (const token of reader.tokens) if (token.type === "bracket" && !token.image) token.isActive = false;
  reader.at = end;
  for (const inline of toLink(destination, wordsOfLink(content))) addInline(reader, inline, end, depth);
}

function closeReference(reader: InlineReader, opener: number, image: boolean, words: string): void {
  const end = reader.at + 1;
  const full = readLabel(reader.source, end);
  const own = isLabel(words) ? words : undefined;
  const given = full !== null && full !== "half" ? full : undefined;
  const label = given && given.label.trim() !== "" ? given.label : own;
  if (label === undefined || label.trim() === "" || (given?.label === "" && own === undefined)) {
    reader.tokens[opener] = { type: "text", text: image ? "![" : "[" };
    pushText(reader, "]", end);
    return;
  }
  const isFull = given !== undefined && label === given.label;
  const isCollapsed = given?.label === "";
  const { content, depth } = takeFrom(reader, opener);
  const tail = isFull ? `][${showHidden(decodeText(label))}]` : isCollapsed ? "][]" : "]";
  const children = image ? ([{ type: "text", text: inlineText(content) }] as const) : content;
  addInline(
    reader,
    { type: "reference", label, image, tail, children },
    isFull || isCollapsed ? (given?.end ?? end) : end,
    depth,
  );
}

const isLabel = (words: string): boolean => /^(?:[^[\]\\]|\\[^]){1,999}$/.test(words);
