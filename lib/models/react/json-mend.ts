/*
 * Makes strict JSON of an object as models write one by hand, while it is written. This file owns the form
 * alone: whether the value fits a tool, others judge.
 *
 * 1. What is strict already stays as it is, byte for byte. What stands before the first brace is passed over,
 *    and reading ends with the brace that closes it.
 * 2. Quotation marks of any kind become straight double ones, names without any get them; control characters
 *    in strings become escapes.
 * 3. Comments, and commas before a closing bracket, are dropped; missing commas are added.
 * 4. `True`, `None` and their like are what JSON calls them. Any other bare word is a string.
 * 5. Nothing is closed that the model did not close: of arguments that break off nobody knows the rest. Where
 *    an object cannot be read on, what was given of it stays incomplete.
 * 6. The result is the same however the text is cut into deltas, and each character is looked at once.
 */

export interface JsonMend {
  /** What is known of the object with these characters. */
  push(text: string): string;
  /** `broken`: it cannot be read on. */
  readonly state: "before" | "inside" | "after" | "broken";
}

/** What comes next: a name or the end, a colon, a value (in a list also the end), a comma or the end. */
type Expected = "name" | "colon" | "value" | "more";

export function createJsonMend(): JsonMend {
  let state: JsonMend["state"] = "before";
  let out = "";
  const open: ("{" | "[")[] = [];
  let expected: Expected = "name";
  /** A comma and the space behind it, until it is known that something follows. (3) */
  let comma = "";
  const string = createStringMend();
  let word = "";
  let comment: CommentState = "";
  let isEmpty = true;

  function take(character: string): void {
    if (string.isOpen) takeInString(character);
    else if (comment !== "") takeInComment(character);
    else if (word === "") takeBetween(character);
    else if (endsWord(word, character, expected === "name")) {
      endWord();
      takeBetween(character);
    } else word += character;
  }

  function takeBetween(given: string): void {
    const character = asciiOf[given] ?? given;
    if (/\s/.test(character)) takeSpace(character);
    else if (character === "/" || character === "#") comment = character;
    else if (character === "}" || character === "]") close(character);
    else if (character === ",") takeComma();
    else if (character === ":") takeColon();
    else if (character === "{" || character === "[") takeOpening(character);
    else if (string.opensWith(character)) {
      if (beginItem()) out += string.begin(character);
    } else if (beginItem()) word = character;
  }

  function takeSpace(character: string): void {
    const space = /[ \t\r\n]/.test(character) ? character : " ";
    if (comma === "") out += space;
    else comma += space;
  }

  /** Of a name or a value; false: there may be none here. */
  function beginItem(): boolean {
    if (expected === "more") takeComma();
    if (expected === "colon") state = "broken";
    out += comma;
    comma = "";
    isEmpty = false;
    return state === "inside";
  }

  /** One that is missing is written as well. */
  function takeComma(): void {
    if (expected === "colon" || (expected === "value" && open.at(-1) === "{")) state = "broken";
    if (expected !== "more") return;
    comma = ",";
    expected = open.at(-1) === "{" ? "name" : "value";
  }

  function takeColon(): void {
    if (expected !== "colon") state = "broken";
    else out += ":";
    expected = "value";
  }

  function takeOpening(bracket: "{" | "["): void {
    // The braces of a template, doubled.
    if (bracket === "{" && isEmpty && open.length === 1 && expected === "name") return;
    if (expected === "name" || (expected === "more" && open.at(-1) === "{")) state = "broken";
    else if (beginItem()) begin(bracket);
  }

  function begin(bracket: "{" | "["): void {
    state = "inside";
    open.push(bracket);
    out += bracket;
    isEmpty = true;
    expected = bracket === "{" ? "name" : "value";
  }

  function close(bracket: "}" | "]"): void {
    const isList = open.at(-1) === "[";
    if (isList !== (bracket === "]") || expected === "colon" || (expected === "value" && !isList)) {
      state = "broken";
      return;
    }
    out += comma.slice(1) + bracket;
    comma = "";
    open.pop();
    isEmpty = false;
    expected = "more";
    if (open.length === 0) state = "after";
  }

  function takeInString(character: string): void {
    out += string.take(character);
    if (!string.isOpen) endItem();
  }

  function endItem(): void {
    expected = expected === "name" ? "colon" : "more";
  }

  function endWord(): void {
    const text = word.trimEnd();
    out += (expected === "name" ? JSON.stringify(text) : valueOf(text)) + word.slice(text.length);
    word = "";
    endItem();
  }

  function takeInComment(character: string): void {
    const next = commentAfter(comment, character);
    if (next === undefined) state = "broken";
    else comment = next;
  }

  return {
    push(text) {
      for (const character of text)
        if (state === "inside") take(character);
        else if (state === "before" && character === "{") begin(character);
      const taken = out;
      out = "";
      return taken;
    },
    get state() {
      return state;
    },
  };
}

/** The punctuation of Chinese. */
const asciiOf: Readonly<Record<string, string>> = { "，": ",", "：": ":" };

/** Names hold no space; a value may be of several words. */
function endsWord(word: string, character: string, isName: boolean): boolean {
  if (isName) return /[\s:：,，{}[\]"]/.test(character);
  return /[,，{}[\]"\n]/.test(character) || (/\s$/.test(word) && /['/#]/.test(character));
}

/** (4) */
function valueOf(word: string): string {
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
  if (number.test(word)) return word;
  return constants[word.toLowerCase()] ?? JSON.stringify(word);
}

const constants: Readonly<Record<string, string>> = {
  true: "true",
  false: "false",
  null: "null",
  none: "null",
};

/** `/` and `*`: what may begin or end one of several lines; `#`: of one line. */
type CommentState = "" | "/" | "#" | "block" | "*";

/** Undefined: it is none. */
function commentAfter(comment: CommentState, character: string): CommentState | undefined {
  switch (comment) {
    case "":
      return "";
    case "/":
      return ({ "/": "#", "*": "block" } as const)[character];
    case "#":
      return character === "\n" ? "" : "#";
    case "block":
      return character === "*" ? "*" : "block";
    case "*":
      if (character === "/") return "";
      return character === "*" ? "*" : "block";
    default:
      return comment satisfies never;
  }
}

const closingQuotes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["‘", "’"],
]);

/** Strings, one after the other. (2) */
function createStringMend() {
  let end: string | undefined;
  let isEscaped = false;

  function takeEscaped(character: string): string {
    isEscaped = false;
    if (/["\\/bfnrtu]/.test(character)) return `\\${character}`;
    return character === end ? character : `\\\\${escapedInString(character)}`;
  }

  return {
    get isOpen() {
      return end !== undefined;
    },
    opensWith: (character: string): boolean => closingQuotes.has(character),
    begin(quote: string): string {
      end = closingQuotes.get(quote);
      return '"';
    },
    take(character: string): string {
      if (isEscaped) return takeEscaped(character);
      if (character === end) {
        end = undefined;
        return '"';
      }
      isEscaped = character === "\\";
      return isEscaped ? "" : escapedInString(character);
    },
  };
}

/** Half a character stays as it is: the other half may follow. */
const escapedInString = (character: string): string =>
  /["\\\u0000-\u001f]/.test(character) ? JSON.stringify(character).slice(1, -1) : character;
