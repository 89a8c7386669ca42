/*
 * A JSON object in the text of a model, while it is written. Owns where it begins and where it ends; whether
 * it is any good is for its reader.
 *
 * 1. An object begins with `{` and, behind white space, a quote or `}`: prose has braces too.
 * 2. The fence of a code block around it belongs to it, and is neither text nor JSON.
 * 3. Behind its end comes text again, in which another may begin, unless `isLast` says that none is wanted.
 * 4. However the text is cut, the pieces are the same when they are joined; of a fence nothing is ever given.
 * 5. Each character is looked at once, but for what is held back: at most `maxHeldText`.
 */

export interface TextPiece {
  /** `end`: the object is whole; its text is empty. */
  type: "text" | "json" | "end";
  text: string;
}

export interface JsonInText {
  /** What is certain now. A piece is to be dealt with before the next is asked for. */
  push(text: string): Generator<TextPiece>;
  /** The text has ended: what was held back. */
  flush(): TextPiece[];
}

type SetRest = (left: string) => void;

/** Characters: a longer run of white space is no part of a fence, or of the beginning of an object. */
const maxHeldText = 200;

/** `isLast`: asked at the end of an object. */
export function createJsonInText(isLast: () => boolean): JsonInText {
  let state: "text" | "json" | "behind" | "done" = "text";
  /** Not certain yet. */
  let held = "";
  let isFenced = false;
  let scan = createObjectScan();

  function* push(text: string): Generator<TextPiece> {
    let rest = held + text;
    held = "";
    const setRest = (left: string) => (rest = left);
    while (rest !== "") if (!(yield* step(rest, setRest))) break;
    held = rest;
  }

  /** Gives what it can of `rest` and sets what is left. False: more has to come before that is certain. */
  function* step(rest: string, setRest: SetRest): Generator<TextPiece, boolean> {
    switch (state) {
      case "text":
        return yield* readText(rest, setRest);
      case "json":
        return yield* readJson(rest, setRest);
      case "behind":
        return readBehind(rest, setRest);
      case "done":
        setRest("");
        yield { type: "text", text: rest };
        return true;
      default:
        return state satisfies never;
    }
  }

  /** 1, 2. */
  function* readText(rest: string, setRest: SetRest): Generator<TextPiece, boolean> {
    const brace = rest.indexOf("{");
    if (brace === -1) {
      const certain = rest.length - (fenceAtEnd.exec(rest.slice(-maxHeldText))?.[0].length ?? 0);
      setRest(rest.slice(certain));
      yield* textPieces(rest.slice(0, certain));
      return false;
    }
    const next = firstBehind(rest, brace + 1);
    const isBounded = rest.length - brace <= maxHeldText;
    if (next === undefined && isBounded) {
      const fence = fenceBefore(rest, brace);
      setRest(rest.slice(brace - fence));
      yield* textPieces(rest.slice(0, brace - fence));
      return false;
    }
    if (next !== '"' && next !== "}") {
      setRest(rest.slice(brace + 1));
      yield* textPieces(rest.slice(0, brace + 1));
      return true;
    }
    const fence = fenceBefore(rest, brace);
    isFenced = fence > 0;
    scan = createObjectScan();
    state = "json";
    setRest(rest.slice(brace));
    yield* textPieces(rest.slice(0, brace - fence));
    return true;
  }

  function* readJson(rest: string, setRest: SetRest): Generator<TextPiece, boolean> {
    const end = scan.push(rest);
    setRest(rest.slice(end ?? rest.length));
    yield { type: "json", text: rest.slice(0, end) };
    if (end === undefined) return true;
    state = "behind";
    yield { type: "end", text: "" };
    return true;
  }

  /** 2, 3. */
  function readBehind(rest: string, setRest: SetRest): boolean {
    const left = rest.trimStart();
    setRest(left);
    if (left === "") return false;
    if (isFenced && "```".startsWith(left.slice(0, 3))) {
      if (left.length < 3) return false;
      isFenced = false;
      setRest(left.slice(3));
      return true;
    }
    state = isLast() ? "done" : "text";
    return true;
  }

  return {
    push,
    flush() {
      const left = state === "behind" ? "" : held;
      held = "";
      return [...textPieces(left)];
    },
  };
}

function* textPieces(text: string): Generator<TextPiece> {
  if (text !== "") yield { type: "text", text };
}

/** What may be a fence, at the end of a text. */
const fenceAtEnd = /`{1,3}$|`{3}[\w-]*[ \t]*\r?\n?\s*$/;
const fenceAndSpace = /`{3}[\w-]*\s*$/;

/** How many characters before `at` are a fence. */
const fenceBefore = (text: string, at: number): number =>
  fenceAndSpace.exec(text.slice(Math.max(0, at - maxHeldText), at))?.[0].length ?? 0;

const firstBehind = (text: string, from: number): string | undefined =>
  /\S/.exec(text.slice(from, from + maxHeldText))?.[0];

/**
 * Finds the end of an object that begins with the first character. It knows brackets and strings alone: what
 * is no valid JSON (lib/structured reads that) has an end too.
 */
function createObjectScan() {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;

  function push(text: string): number | undefined {
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at];
      if (isEscaped) isEscaped = false;
      else if (isInString) {
        if (character === "\\") isEscaped = true;
        else if (character === '"') isInString = false;
      } else if (character === '"') isInString = true;
      else if (character === "{" || character === "[") depth += 1;
      else if (character === "}" || character === "]") {
        depth -= 1;
        if (depth <= 0) return at + 1;
      }
    }
    return undefined;
  }

  return { push };
}
