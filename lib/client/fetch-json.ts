import type { ClientEnvironment } from "./environment.ts";
import { noConnection, type Problem, readProblem } from "./problem.ts";

export type JsonResult<T> = { value: T } | { problem: Problem };

interface JsonRequest extends Pick<RequestInit, "method" | "signal" | "priority"> {
  body?: unknown;
}

/**
 * The value of our own server's answer, of the type that its route gives; undefined for one without a body. A
 * refusal and a failed connection are a problem, not an exception.
 */
export async function fetchJson<T>(
  fetch: ClientEnvironment["fetch"],
  url: string,
  { method = "GET", body, ...rest }: JsonRequest = {},
): Promise<JsonResult<T>> {
  const json = body !== undefined && {
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    const response = await fetch(url, { method, cache: "no-store", ...json, ...rest });
    if (!response.ok) return { problem: await readProblem(response) };
    const value: T = response.status === 204 ? undefined : await response.json();
    return { value };
  } catch {
    return { problem: noConnection };
  }
}
