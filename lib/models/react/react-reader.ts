import type { ModelContent } from "../model.ts";
import type { ModelTool } from "../model-request.ts";
import { actionName, isNoAction } from "./action-name.ts";
import { type CallReader, createCallReader } from "./call-reader.ts";
import { createLabelScanner, type LabelPositions, type ScannedToken } from "./label-scanner.ts";
import type { ReactLabel } from "./match-label.ts";
import { reactMark } from "./react-messages.ts";
import { createTrimmedText, type TrimmedText } from "./trimmed-text.ts";

/*
 * Reads a reply in the form of ReAct (react-prompt.ts) while it is written, and gives what a model with tool
 * calling would have given: thoughts, calls, and the text of the answer. This file owns what the sections of
 * a reply mean; what is a label (label-scanner.ts), and what JSON an input amounts to (json-mend.ts), is not
 * its own.
 *
 * 1. Of a label nothing is ever given on. What may become one is held back, and dropped where it breaks off.
 * 2. Behind the label of an answer all is answer, whatever it looks like.
 * 3. A call begins with its input: an action without one leads to nothing. Several calls follow each other
 *    directly. Whatever else follows a call was written without having seen its result, and is dropped, as is
 *    every observation: the model invents it.
 * 4. What stands before the first label is a thought if one comes, else the answer. It is held back until
 *    that is known, for as long as a thought may be; then the reply is free of form, and text as it comes. In
 *    such a text an action is one only with its input.
 * 5. The result is the same however the reply is cut into deltas.
 */

export interface ReactReader {
  push(delta: string): ModelContent[];
  /** The reply has ended. `isCut`: not by itself. */
  end(isCut: boolean): ModelContent[];
  /** The rest of the reply is of no use. (3) */
  readonly isDone: boolean;
  /** What the reply amounts to so far. `malformed`: it leads to nothing. */
  readonly outcome: "answer" | "calls" | "malformed" | "empty";
}

export interface ReactReaderOptions {
  tools: readonly ModelTool[];
  callId(index: number): string;
  /** `answer`: the reply goes on with one; `free`: it was asked to. Absent: `start`. */
  startsIn?: "start" | "free" | "answer";
}

/** More than most thoughts before an action have, in characters. (4) */
const maxUndecidedLength = 320;
/** Between an action in a text and its input (4), and of the line that names an action; in characters. */
const maxActionLength = 400;

/** `free`: text without the form. `result`: behind a call, where its result would stand. */
type ReactSection = "start" | "free" | "thought" | "action" | "input" | "result" | "answer" | "done";

const labelPositions: Readonly<Record<Exclude<ReactSection, "answer" | "done">, LabelPositions>> = {
  start: "sentences",
  free: "lines",
  thought: "sentences",
  action: "words",
  input: "lines",
  result: "lines",
};

type LabelToken = Extract<ScannedToken, { type: "label" }>;

export function createReactReader({ tools, callId, startsIn = "start" }: ReactReaderOptions): ReactReader {
  const scanner = createLabelScanner();
  let section: ReactSection = startsIn;
  let undecided = "";
  /** The form stands in a block of code. */
  let hasFence = false;
  /** The thought or the text that is open. */
  let prose: TrimmedText = createTrimmedText({ isBegun: true });
  /** What stands before the next of it, in place of white space. */
  let lead = "";
  let action = { line: "", raw: "", isInText: false };
  let call: CallReader | undefined;
  let callCount = 0;
  let hasForm = false;
  let hasAnswer = false;
  let parts: ModelContent[] = [];

  function read(isEnd = false): void {
    while (section !== "answer" && section !== "done") {
      const token = scanner.next(labelPositions[section], isEnd);
      if (!token) return;
      if (token.type === "text") takeText(token.text);
      else if (meansLabel(token)) takeLabel(token);
      else takeText(token.raw);
    }
    const rest = scanner.rest();
    if (section === "answer" && rest !== "") writeText(rest);
  }

  /** Not so where a text has a reason of its own to look like one. */
  function meansLabel({ label, raw, isLineStart }: LabelToken): boolean {
    switch (section) {
      case "action":
        return isLineStart || label === "input";
      case "input":
        return !call?.isInside || !/^\s/.test(raw);
      case "free":
        return label !== "observation" && label !== "input";
      case "start":
      case "thought":
        // Translated, it is a word that a thought may well begin with.
        if (label === "observation") return isLineStart && /o/i.test(raw);
        return isLineStart || label === "answer" || label === "action";
      default:
        return true;
    }
  }

  function takeText(text: string): void {
    switch (section) {
      case "start":
        undecided += text;
        if (undecided.length > maxUndecidedLength) setFree();
        return;
      case "thought":
      case "free":
      case "answer":
        return writeText(text);
      case "action":
        return addToAction(text);
      case "input":
        parts.push(...(call?.push(text) ?? []));
        return;
      case "result":
      case "done":
        return;
      default:
        return section satisfies never;
    }
  }

  function takeLabel(token: LabelToken): void {
    const { label, open } = token;
    if (section === "start") takePreamble();
    if (section === "action" && !followsAction(label)) return giveUpAction(token);
    if (section === "input") endCall();
    if (section === "result" && label !== "action" && label !== "input") section = "done";
    hasForm = true;
    if (section === "done") return;
    switch (label) {
      case "thought":
        return beginThought();
      case "answer":
        beginText("answer");
        lead = open;
        return;
      case "action":
        return beginAction(token);
      case "input":
        if (section === "action") beginInput();
        else if (section !== "result") section = "done";
        return;
      case "observation":
        section = "done";
        return;
      default:
        return label satisfies never;
    }
  }

  /** (4) */
  function takePreamble(): void {
    const text = undecided.replace(fenceLine, "");
    hasFence = text.length < undecided.length;
    if (text.trim() === "") return;
    beginThought();
    writeText(text);
  }

  function setFree(): void {
    beginText("free");
    writeText(undecided);
  }

  function beginThought(): void {
    lead = section === "thought" ? "\n" : "";
    if (section === "thought") return;
    section = "thought";
    prose = createTrimmedText({ dropsFence: true });
  }

  function beginText(next: "free" | "answer"): void {
    if (section === "free") parts.push({ type: "text-end" });
    endThought();
    section = next;
    prose = createTrimmedText({ dropsFence: hasFence });
  }

  function writeText(text: string): void {
    const joined = lead === "" || text.trim() === "" ? text : lead + text.trimStart();
    if (joined !== text) lead = "";
    const delta = prose.push(joined);
    if (delta === "") return;
    if (section !== "thought") hasAnswer = true;
    parts.push({ type: section === "thought" ? "reasoning" : "text", delta });
  }

  function endThought(): void {
    if (section === "thought" && prose.hasText)
      parts.push({ type: "reasoning-end", providerMetadata: reactMark });
  }

  function beginAction({ raw }: LabelToken): void {
    endThought();
    action = { line: "", raw, isInText: section === "free" };
    section = "action";
  }

  /** Its name is the first line that has one; what else stands before the input says nothing. */
  function addToAction(text: string): void {
    const line = (action.line + text).trimStart();
    // Kept short: a reply that never breaks the line costs what it is long, and no name is longer.
    action.line = (/^[^\n]*\n/.exec(line)?.[0] ?? line).slice(0, maxActionLength);
    if (action.isInText) action.raw += text;
    if (action.isInText && action.raw.length > maxActionLength) endActionInText();
  }

  function followsAction(label: ReactLabel): boolean {
    if (label === "input") return actionName(action.line, tools) !== undefined;
    if (label === "action") return !action.isInText;
    return label !== "observation" && isNoAction(action.line);
  }

  /** (3) (4) */
  function giveUpAction(token: LabelToken): void {
    hasForm = true;
    if (!action.isInText) {
      section = "done";
      return;
    }
    endActionInText();
    if (meansLabel(token)) takeLabel(token);
    else writeText(token.raw);
  }

  function endActionInText(): void {
    section = "free";
    writeText(action.raw);
  }

  function beginInput(): void {
    const toolName = actionName(action.line, tools) ?? "";
    const index = callCount;
    const tool = tools.find(({ name }) => name === toolName);
    call = createCallReader({ index, toolCallId: callId(index), toolName, tool });
    section = "input";
  }

  function endCall(): void {
    parts.push(...(call?.end() ?? []));
    if (call?.hasBegun) callCount += 1;
    section = call?.hasBegun ? "result" : "done";
    call = undefined;
  }

  function take(): ModelContent[] {
    const taken = parts;
    parts = [];
    return taken;
  }

  return {
    push(delta) {
      scanner.push(delta);
      read();
      return take();
    },
    end(isCut) {
      // (1)
      if (section === "start" || section === "free") read(!isCut);
      if (section === "start" && undecided.trim() !== "") setFree();
      if (section === "action" && action.isInText) endActionInText();
      if (section === "input") endCall();
      if (!isCut) endThought();
      return take();
    },
    get isDone() {
      return section === "done";
    },
    get outcome() {
      if (callCount > 0) return "calls";
      if (hasAnswer) return "answer";
      return hasForm ? "malformed" : "empty";
    },
  };
}

/** The last line, if it opens a block of code. */
const fenceLine = /(^|\n)[ \t]*(```|~~~)\w{0,10}\s*$/;
