import type { z } from "zod";
import { doorBounds } from "../door/door-bounds.ts";
import { parseJson } from "./parse-json.ts";
import { ProblemError } from "./problem.ts";

/**
 * The JSON body of a request, checked by `schema`. Throws `ProblemError`: 413 over `maxBytes`, 415 for
 * another content type or a compressed body, 400 for what is not JSON, 400 or 422 naming the field that is
 * wrong. `optional`: no body stands for `{}`. Larger bodies are refused before they are read whole.
 */
export async function readJson<S extends z.ZodType>(
  request: Request,
  schema: S,
  { optional = false, maxBytes = doorBounds.bodyBytes }: { optional?: boolean; maxBytes?: number } = {},
): Promise<z.infer<S>> {
  if (request.headers.has("content-encoding")) throw wrongType("send the body as it is, not compressed");
  const text = await readText(request, maxBytes);
  if (text === "" && optional) return check(schema, {});
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) throw wrongType("send application/json");
  return check(schema, parseBody(text));
}

/** A value from a request against its schema. Throws `ProblemError` naming the first field that is wrong. */
function check<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problemOf(parsed.error.issues);
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get("content-length")) > maxBytes) throw bodyTooLarge(maxBytes);
  const reader = request.body?.getReader();
  if (!reader) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > maxBytes) throw bodyTooLarge(maxBytes);
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(400, "bad_json", "the body is not valid UTF-8", { cause: error });
  } finally {
    // A body that is not read to its end must not hold the connection.
    await reader.cancel().catch(() => undefined);
  }
}

const wrongType = (detail: string) => new ProblemError(415, "wrong_content_type", detail);

const bodyTooLarge = (maxBytes: number) =>
  new ProblemError(413, "body_too_large", `the body is larger than ${maxBytes} bytes`);

function parseBody(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new ProblemError(400, "bad_json", "the body is not JSON of one meaning", { cause });
  }
}

function problemOf(issues: readonly z.core.$ZodIssue[]): ProblemError {
  const issue = deepest(issues);
  const field = issue?.path.join(".") || "body";
  if (issue?.code === "unrecognized_keys") {
    const name = [...issue.path, issue.keys[0]].join(".");
    return new ProblemError(400, "unknown_field", `unknown field: ${name}`, { fields: { field: name } });
  }
  if (issue?.code === "too_big") {
    return new ProblemError(422, "text_too_long", `${field}: ${issue.message}`, {
      fields: { field, limit: Number(issue.maximum) },
    });
  }
  return new ProblemError(400, "bad_field", `${field}: ${issue?.message ?? "wrong"}`, { fields: { field } });
}

function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues;
  return first?.code === "invalid_union" ? (deepest(first.errors.flat()) ?? first) : first;
}
