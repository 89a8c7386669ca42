import { request } from "undici";
import { limitedBody } from "../limited-body.ts";
import { PageError } from "../page-error.ts";

export interface ResultsRequest {
  url: URL;
  method: "GET" | "POST";
  headers: Readonly<Record<string, string>>;
  body?: string;
}

const searchLimitMs = 10_000;
const maxResultBytes = 2 * 1024 * 1024;

/**
 * What a search provider answers, as JSON. Its address is the operator's, so it may be anywhere; it is not
 * followed anywhere else, since the key goes with it. Rejects with `PageError`, in which no key stands.
 */
export async function fetchResults(
  name: string,
  { url, ...given }: ResultsRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const late = AbortSignal.timeout(searchLimitMs);
  try {
    const answer = await request(url, { ...given, signal: AbortSignal.any([signal, late]) });
    const { statusCode, headers, body } = answer;
    if (statusCode !== 200) {
      body.on("error", () => undefined).destroy();
      throw new PageError(statusWords(name, statusCode));
    }
    const { bytes, isCut } = await limitedBody(
      body,
      [headers["content-encoding"] ?? ""].flat().join(","),
      maxResultBytes,
    );
    if (isCut) throw new PageError(`${name} sent more than is read`);
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof PageError) throw error;
    signal.throwIfAborted();
    if (late.aborted) throw new PageError(`${name} gave no results within ${searchLimitMs / 1000} seconds`);
    if (error instanceof SyntaxError)
      throw new PageError(`${name} sent something that is no list of results`);
    throw new PageError(`${name} could not be reached`, { cause: error });
  }
}

function statusWords(name: string, status: number): string {
  if (status === 401 || status === 403) return `${name} does not take the search: it answered ${status}`;
  if (status === 429) return `${name} wants fewer searches for now`;
  return `${name} answered with status ${status}`;
}
