import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndpointClient } from "#lib/models/endpoint-client.ts";

/** What a request to an endpoint sends, without a socket. */
async function sent(
  endpoint: { baseUrl: string; apiKey?: string; headers?: Record<string, string> },
  keyForm: "bearer" | "anthropic",
  path: string,
  init: RequestInit = {},
) {
  let asked: { url: string; headers: unknown; redirect: unknown } | undefined;
  const client = createEndpointClient(
    {
      ...endpoint,
      fetch: async (url, { headers, redirect } = {}) => {
        asked = { url: url instanceof Request ? url.url : url.toString(), headers, redirect };
        return new Response("{}");
      },
    },
    keyForm,
  );
  await client.send(`${client.url}${path}`, init);
  return asked ?? assert.fail("nothing was asked");
}

const always = { accept: "application/json", "user-agent": "Rivulet" };
const version = { "anthropic-version": "2023-06-01" };
const basic = `Basic ${Buffer.from("ann:pw").toString("base64")}`;

type Sent = [
  what: string,
  address: string,
  keyForm: "bearer" | "anthropic",
  key: string | undefined,
  as: object,
];
const keys: Sent[] = [
  ["a key as a bearer's", "https://host/v1", "bearer", "sk-1", { authorization: "Bearer sk-1" }],
  ["no key as a placeholder", "https://host/v1", "bearer", undefined, { authorization: "Bearer no-key" }],
  ["user and password", "https://ann:pw@host/v1", "bearer", undefined, { authorization: basic }],
  ["a key for Anthropic", "https://host", "anthropic", "sk-1", { ...version, "x-api-key": "sk-1" }],
  ["no key for Anthropic", "https://host", "anthropic", undefined, version],
  [
    "a proxy before Anthropic",
    "https://ann:pw@host",
    "anthropic",
    "k",
    { ...version, authorization: basic, "x-api-key": "k" },
  ],
];
for (const [what, baseUrl, keyForm, apiKey, as] of keys)
  test(`${what} is sent, and nothing of this machine`, async () => {
    const { headers, redirect } = await sent(
      { baseUrl, ...(apiKey !== undefined && { apiKey }) },
      keyForm,
      "/models",
    );
    assert.deepEqual([headers, redirect], [{ ...always, ...as }, "manual"]);
  });

test("an endpoint's own headers stand in place of ours", async () => {
  const endpoint = {
    baseUrl: "https://host/v1",
    apiKey: "sk-1",
    headers: { Authorization: "Token x", "X-Team": "blue" },
  };
  const { headers } = await sent(endpoint, "bearer", "/chat/completions", { method: "POST", body: "{}" });
  assert.deepEqual(headers, {
    ...always,
    "content-type": "application/json",
    authorization: "Token x",
    "x-team": "blue",
  });
});

const addresses: [baseUrl: string, path: string, url: string][] = [
  ["https://host/v1", "/chat/completions", "https://host/v1/chat/completions"],
  ["https://host/v1/", "/chat/completions", "https://host/v1/chat/completions"],
  ["https://host/v1?api-version=2", "/chat/completions", "https://host/v1/chat/completions?api-version=2"],
  ["https://host/v1/?a=1&a=2", "/responses/r?stream=true", "https://host/v1/responses/r?stream=true&a=1&a=2"],
  ["https://host/v1?limit=5", "/models?limit=1000", "https://host/v1/models?limit=1000"],
  ["https://ann:pw@host:8080", "/v1/messages", "https://host:8080/v1/messages"],
];
for (const [baseUrl, path, url] of addresses)
  test(`${path} of ${baseUrl} is ${url}`, async () => {
    assert.equal((await sent({ baseUrl }, "bearer", path)).url, url);
  });
