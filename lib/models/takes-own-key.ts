import { openAiUrl } from "./openai.ts";

/**
 * Whether an endpoint can be asked with a key of a browser's in place of the server's. One whose address or
 * whose own headers say who asks would be asked as the operator all the same.
 */
export function takesOwnKey({ baseUrl, headers = {} }: OwnKeyEndpoint): boolean {
  const { username, password, searchParams } = new URL(baseUrl ?? openAiUrl);
  if (username !== "" || password !== "") return false;
  return ![...Object.keys(headers), ...searchParams.keys()].some((name) => saysWho.test(name));
}

interface OwnKeyEndpoint {
  baseUrl?: string;
  headers?: Readonly<Record<string, string>>;
}

/** Names of headers and parameters: rather one too many than the operator's key sent for a browser's. */
const saysWho = /auth|key|token|secret|password|credential|cookie|session|signature/i;
