import { asText } from "../as-text.ts";
import { fieldsOf, type JsonFields } from "../fields-of.ts";
import { hostedPage, hostedPages } from "../hosted-search.ts";
import type { ModelPart } from "../model.ts";
import { parseLeniently } from "../parse-leniently.ts";

/** Characters of a page that the provider has read. */
const maxHostedText = 30_000;

/** The input of a call of the provider's, whole or as its pieces are. */
export const hostedInput = ({ input, json }: { input: unknown; json: string }): unknown =>
  json === "" ? fieldsOf(input) : fieldsOf(parseLeniently(json));

type HostedEnd = Extract<ModelPart, { type: "hosted-call-end" }>;

/** What a tool of the provider's gave that reaches the web; undefined: the block is of something else. */
export function hostedResult(host: string, block: JsonFields): HostedEnd | undefined {
  const callId = asText(block["tool_use_id"]);
  const content = block["content"];
  const code = asText(fieldsOf(content)["error_code"]);
  if (callId === "" || !/^web_(search|fetch)_tool_result$/.test(asText(block["type"]))) return undefined;
  if (code !== "") return { type: "hosted-call-end", callId, errorText: `${host} failed at it: ${code}` };
  const output = Array.isArray(content)
    ? { by: host, results: hostedPages(content) }
    : fetchedPage(fieldsOf(content));
  return { type: "hosted-call-end", callId, ...(output && { output }) };
}

function fetchedPage(result: JsonFields) {
  const document = fieldsOf(result["content"]);
  const source = fieldsOf(document["source"]);
  const page = hostedPage({ ...document, url: result["url"] });
  const text = source["type"] === "text" ? asText(source["data"]) : "";
  return page && { ...page, text: text.slice(0, maxHostedText).toWellFormed() };
}
