import { codeToolName, planMark } from "../../protocol/code-call.ts";
import type { ModelContent } from "../model.ts";
import { createTrimmedText } from "../react/trimmed-text.ts";
import { type CodeMark, matchMark, maxMarkLength, type WantedMarks } from "./match-mark.ts";

/*
 * Reads the reply of a model that acts by writing code, while it is written, and gives what a model with tool
 * calling would have given: text, plans as thoughts, and the code as one call. This file owns what the pieces
 * of a reply mean; what is a mark of them (match-mark.ts) is not its own.
 *
 * 1. Code stands between `<code>` and `</code>`, or in a fence that names no other language; one of the two
 *    inside of the other is one pair of marks. Of a mark, and of code, nothing is ever given as text.
 * 2. The first code is the reply: whatever follows it was written without having seen what it comes to.
 * 3. A reply that ends inside code, and not because it was cut off, has ended it: a provider leaves out the
 *    text that it stops at.
 * 4. An observation is what others tell the model. One that it writes ends its reply.
 * 5. The result is the same however the reply is cut into deltas, and costs what it is long.
 */

export interface CodeReader {
  push(delta: string): ModelContent[];
  /** The reply has ended. `isCut`: not by itself. */
  end(isCut: boolean): ModelContent[];
  /** The rest of the reply is of no use. (2) */
  readonly isDone: boolean;
  /** What the reply amounts to so far. */
  readonly outcome: "call" | "answer" | "plan" | "no-code" | "observation" | "empty";
}

interface CodeReaderOptions {
  callId: string;
  /** The reply goes on with a text. */
  goesOn?: boolean;
}

/** `foreign`: a block of code that is to be read and not run. `opened`: of the code nothing is there yet. */
type CodeSection = "start" | "text" | "foreign" | "plan" | "opened" | "code" | "done";

const runnable = new Set([
  "",
  "js",
  "javascript",
  "mjs",
  "node",
  "ts",
  "typescript",
  "py",
  "python",
  "tool_code",
  "code",
]);

export function createCodeReader({ callId, goesOn = false }: CodeReaderOptions): CodeReader {
  let rest = "";
  let section: CodeSection = goesOn ? "text" : "start";
  /** Of what was read last. */
  let before = "\n";
  let tag: "code" | "plan" | undefined;
  let fence: string | undefined;
  let prose = createTrimmedText({ isBegun: goesOn });
  let hasText = false;
  let hasPlan = false;
  let hasCode = false;
  let fault: "no-code" | "observation" | undefined;
  let parts: ModelContent[] = [];

  function read(isEnd = false): void {
    if (section === "start" && !readStart(isEnd)) return;
    while (section !== "done") {
      const goesFurther = section === "opened" ? readOpened(isEnd) : readPiece(isEnd);
      if (!goesFurther) return;
    }
    rest = "";
  }

  /** A label of a thought is none of it. */
  function readStart(isEnd: boolean): boolean {
    const begun = rest.trimStart();
    if (!isEnd && thoughtLabels.some((label) => label.startsWith(begun.toLowerCase()))) return false;
    const label = thoughtLabels.find((each) => begun.toLowerCase().startsWith(each));
    rest = label === undefined ? begun : begun.slice(label.length);
    section = "text";
    return true;
  }

  /** Up to the next mark, or to where one may begin. True: there is more to read. */
  function readPiece(isEnd: boolean): boolean {
    const wanted = wantedMarks();
    for (let at = 0; at <= rest.length; at = nextPlace(at)) {
      const last = at === 0 ? before : rest.charAt(at - 1);
      const text = rest.slice(at, at + maxMarkLength);
      const mark = isQuoted(last, text)
        ? undefined
        : matchMark(text, wanted, { isLineStart: last === "\n", isEnd });
      if (!mark) continue;
      pass(rest.slice(0, at));
      rest = rest.slice(at);
      if (mark === "maybe") return false;
      const raw = rest.slice(0, mark.length);
      rest = rest.slice(mark.length);
      before = "\n";
      takeMark(mark, raw);
      return true;
    }
    pass(rest);
    rest = "";
    return false;
  }

  /** Behind `at`, where a tag or a line begins. */
  function nextPlace(at: number): number {
    for (let next = at; next < rest.length; next += 1) {
      if (rest[next] === "\n") return next + 1;
      if (next > at && rest[next] === "<") return next;
    }
    return rest.length + 1;
  }

  /** A tag that is spoken of in a text. */
  const isQuoted = (last: string, text: string): boolean =>
    section === "text" && last === "`" && text.startsWith("<");

  function wantedMarks(): WantedMarks {
    return section === "text" ? { type: "openings" } : { type: "ends", tag, fence };
  }

  function pass(text: string): void {
    if (text === "") return;
    before = text.slice(-1);
    const delta = prose.push(text);
    if (delta === "") return;
    if (section === "code") writeCode(delta);
    else if (section === "plan") parts.push({ type: "reasoning", delta });
    else {
      hasText = true;
      parts.push({ type: "text", delta });
    }
  }

  function takeMark(mark: CodeMark, raw: string): void {
    switch (mark.type) {
      case "code":
        tag = "code";
        return open();
      case "plan":
        tag = "plan";
        section = "plan";
        prose = createTrimmedText({});
        hasPlan = true;
        parts.push({ type: "reasoning-start", providerMetadata: planMark });
        return;
      case "fence":
        fence = mark.fence?.open;
        if (runnable.has(mark.fence?.language ?? "")) return open();
        section = "foreign";
        return pass(raw);
      case "end":
        return endSection(raw);
      case "observation":
        if (section === "foreign") return pass(raw);
        if (section === "code") endCode();
        else fault = "observation";
        section = "done";
        return;
      default:
        return mark.type satisfies never;
    }
  }

  function open(): void {
    section = "opened";
    prose = createTrimmedText({});
  }

  /** (1) One more mark may stand directly inside the first. */
  function readOpened(isEnd: boolean): boolean {
    rest = rest.trimStart();
    if (rest === "" && !isEnd) return false;
    const mark = matchMark(rest.slice(0, maxMarkLength), { type: "openings" }, { isLineStart: true, isEnd });
    if (mark === "maybe") return false;
    if (mark?.type === "fence" && fence === undefined) {
      fence = mark.fence?.open;
      rest = rest.slice(mark.length);
    } else if (mark?.type === "code" && tag === undefined) {
      tag = "code";
      rest = rest.slice(mark.length);
    }
    before = "\n";
    section = "code";
    return true;
  }

  function endSection(raw: string): void {
    switch (section) {
      case "code":
        endCode();
        section = "done";
        return;
      case "plan":
        endPlan();
        section = "text";
        tag = undefined;
        prose = createTrimmedText({});
        return;
      case "foreign":
        pass(raw);
        section = "text";
        fence = undefined;
        return;
      case "start":
      case "text":
      case "opened":
      case "done":
        return;
      default:
        return section satisfies never;
    }
  }

  const endPlan = (): void => void parts.push({ type: "reasoning-end", providerMetadata: planMark });

  function writeCode(text: string): void {
    const delta = JSON.stringify(text).slice(1, -1);
    if (!hasCode)
      parts.push({ type: "tool-call-start", index: 0, toolCallId: callId, toolName: codeToolName });
    parts.push({ type: "tool-call-delta", index: 0, delta: hasCode ? delta : `{"code":"${delta}` });
    hasCode = true;
  }

  function endCode(): void {
    if (!hasCode) {
      fault = "no-code";
      return;
    }
    parts.push({ type: "tool-call-delta", index: 0, delta: '"}' }, { type: "tool-call-end", index: 0 });
  }

  function take(): ModelContent[] {
    const taken = parts;
    parts = [];
    return taken;
  }

  return {
    push(delta) {
      rest += delta;
      read();
      return take();
    },
    end(isCut) {
      read(!isCut);
      // (3)
      if (!isCut && (section === "code" || section === "opened")) endCode();
      if (!isCut && section === "plan") endPlan();
      section = "done";
      return take();
    },
    get isDone() {
      return section === "done";
    },
    get outcome() {
      if (hasCode) return "call";
      if (fault) return fault;
      if (hasText) return "answer";
      return hasPlan ? "plan" : "empty";
    },
  };
}

/** Many models begin with one, whatever they are told. */
const thoughtLabels = ["**thought:**", "**thought**:", "thought:", "**思考：**", "思考：", "思考:"];
