/** What is known of the text of a page beside its bytes. */
export interface PageTextFacts {
  /** That its server named. */
  charset?: string;
  /** A document says itself how it is written. */
  isMarkup: boolean;
  /** Its end is missing, perhaps in the middle of a character. */
  isCut: boolean;
}

/** How far into a document its own word is looked for. */
const maxPrescan = 4096;

/**
 * The text of a page. A byte order mark counts most, then the server's word, then the document's own; one
 * that the bytes contradict does not count, and where none is left it is found out: UTF-8 if they are valid,
 * else one of the encodings of China, Taiwan, Japan and Korea if it reads like their texts.
 */
export function decodePage(bytes: Uint8Array, { charset, isMarkup, isCut }: PageTextFacts): string {
  const mark = markedBy(bytes);
  if (mark !== undefined) return decodeAs(mark, bytes);
  const utf8 = strictly("utf-8", bytes, isCut);
  const told = [charset, isMarkup ? ownCharset(bytes) : undefined].flatMap(
    (label) => knownLabel(label) ?? [],
  );
  // Some characters beyond ASCII that are valid all the same are no accident; one or two may be.
  if (utf8 !== undefined && (told.length === 0 || foreignIn(utf8) >= minForeign)) return utf8;
  for (const label of told.filter((each) => each !== western)) {
    const text = strictly(label, bytes, isCut) ?? nearly(label, bytes);
    if (text !== undefined) return text;
  }
  return utf8 ?? guessed(bytes, isCut) ?? decodeAs(told[0] === "utf-8" ? "utf-8" : western, bytes);
}

const minForeign = 4;

/** That every byte is valid in: what servers say of pages that they know nothing of. */
const western = "windows-1252";

function markedBy(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : undefined;
}

/** By a `meta` of HTML or the first line of XML. */
function ownCharset(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, maxPrescan));
  const found = /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.+-]+)/i.exec(head);
  const label = (found ?? /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.+-]+)/i.exec(head))?.[1];
  // One that was read in ASCII is not written in two bytes a character.
  return label !== undefined && /^utf-?16/i.test(label) ? "utf-8" : label;
}

/** The name of an encoding that is known; of an old Chinese one, of what has taken its place. */
function knownLabel(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === "gbk" ? "gb18030" : encoding;
  } catch {
    return undefined;
  }
}

function strictly(label: string, bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

const decodeAs = (label: string, bytes: Uint8Array): string => new TextDecoder(label).decode(bytes);

/** With a few bytes in it that were damaged. */
function nearly(label: string, bytes: Uint8Array): string | undefined {
  const text = decodeAs(label, bytes);
  const damaged = text.split("\ufffd").length - 1;
  return damaged * 20 <= foreignIn(text) ? text : undefined;
}

const foreignIn = (text: string): number => text.replace(/[\0-\x7f]+/g, "").length;

const asian = ["gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"];
/** Frequent characters, and the whole of scripts that only one language has. */
const usual =
  /[的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文这個國來說們為時會過學對後麼還發點開長\u3041-\u30ff\uac00-\ud7a3]/g;
/** Of what is not ASCII. */
const minUsual = 0.12;

/** By how much of it is what texts are made of. */
function guessed(bytes: Uint8Array, isCut: boolean): string | undefined {
  const read = asian.flatMap((label) => {
    const text = strictly(label, bytes, isCut) ?? nearly(label, bytes);
    if (text === undefined) return [];
    return [{ text, share: (text.match(usual) ?? []).length / Math.max(1, foreignIn(text)) }];
  });
  const best = read.toSorted((a, b) => b.share - a.share)[0];
  return best && best.share >= minUsual ? best.text : undefined;
}
