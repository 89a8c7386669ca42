import { isRecord } from "../protocol/is-record.ts";
import type { ProviderRejection } from "./provider-error.ts";

/**
 * The error that a frame or a document of an answer is, in any spelling; undefined if it is none. `value`: as
 * it was parsed, or the text where it is no JSON. `event`: the name of the frame; "error" makes an error of
 * anything. Cheap for a chunk that has choices.
 */
export function rejectionOf(value: unknown, event = "message"): ProviderRejection | undefined {
  const error = event === "error" ? (value ?? "") : errorIn(value);
  if (error === undefined) return undefined;
  return { status: undefined, body: typeof error === "string" ? error : written(error) };
}

/** One that is too deep to be written is an error all the same, of which nothing is known. */
function written(error: unknown): string {
  try {
    return JSON.stringify(error);
  } catch (fault) {
    if (fault instanceof RangeError) return "";
    throw fault;
  }
}

function errorIn(value: unknown): unknown {
  // Gemini's list of one.
  if (Array.isArray(value)) return Array.isArray(value[0]) ? undefined : errorIn(value[0]);
  if (!isRecord(value)) return undefined;
  // With what stands beside it: some say there what kind of error it is.
  if (holdsSomething(value["error"]) || isFailure(value["base_resp"], "status_code")) return value;
  const { choices } = value;
  const [choice]: unknown[] = Array.isArray(choices) ? choices : [];
  if (choice !== undefined) return errorOfChoice(choice) ?? (isErrorBeside(value) ? value : undefined);
  return isBareError(value) ? value : undefined;
}

/** The fields that make an error of a chunk beside its choices, if they say so. */
export const failureFields = [
  "base_resp",
  "code",
  "error",
  "errorCode",
  "error_code",
  "errorMessage",
  "error_message",
  "error_msg",
  "success",
] as const;

/** A chunk may have a code of success too, and a word for it: iFlytek sends both with every one. */
function isErrorBeside(value: Record<string, unknown>): boolean {
  if (value["success"] === false || codeFields.some((field) => isFailure(value, field))) return true;
  if (messageFields.some((field) => isComplaint(value[field]))) return true;
  return isFailure(value, "code") && (isComplaint(value["message"]) || isComplaint(value["msg"]));
}

const codeFields = ["error_code", "errorCode"] as const;
const messageFields = ["error_msg", "error_message", "errorMessage"] as const;

/** OpenRouter's place. */
function errorOfChoice(choice: unknown): unknown {
  return isRecord(choice) && holdsSomething(choice["error"]) ? choice["error"] : undefined;
}

/** An object that is an error without a field `error`: of vLLM, FastAPI, Baidu, Cloudflare, AWS … */
function isBareError(value: Record<string, unknown>): boolean {
  if (kindFields.some((kind) => value[kind] === "error") || value["success"] === false) return true;
  if (fieldsOfErrors.some((field) => holdsSomething(value[field]))) return true;
  const hasWords = isWords(value["message"]) || isWords(value["msg"]) || holdsSomething(value["detail"]);
  const isChunk = "choices" in value || "delta" in value || "usage" in value;
  return hasWords && (!isChunk || isFailure(value, "code"));
}

const kindFields = ["object", "type", "status"] as const;

const fieldsOfErrors = [
  "__type",
  "errorCode",
  "errorMessage",
  "error_code",
  "error_message",
  "error_msg",
  "error_type",
  "errors",
  "fault",
] as const;

/** A code that is not that of a success. */
function isFailure(value: unknown, field: string): boolean {
  if (!isRecord(value)) return false;
  const code = value[field];
  return holdsSomething(code) && !/^(0+|200|ok|success)$/i.test(String(code));
}

const isComplaint = (value: unknown): boolean =>
  isWords(value) && !/^\W*(ok|success\w*|succeeded|成功|no error|none|null)\W*$/i.test(String(value));

const isWords = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Neither absent nor empty: some send `error` with every chunk, also one that says nothing. */
const holdsSomething = (value: unknown, depth = 0): boolean =>
  Boolean(value) &&
  value !== "0" &&
  (!isRecord(value) ||
    depth > maxEmptyDepth ||
    Object.values(value).some((each) => holdsSomething(each, depth + 1)));

/** Whatever is nested deeper is something. */
const maxEmptyDepth = 20;
