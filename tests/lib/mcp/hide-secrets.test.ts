import assert from "node:assert/strict";
import { test } from "node:test";
import { createHideSecrets } from "#lib/mcp/hide-secrets.ts";

const http = (headers: Record<string, string>) => ({ type: "http" as const, url: "http://h/mcp", headers });
const program = (env: Record<string, string>) => ({ type: "stdio" as const, command: "c", args: [], env });
const basic = Buffer.from("me:pass-word-1").toString("base64");

const hidden: [reach: Parameters<typeof createHideSecrets>[0], spoken: string, shown: string][] = [
  [http({ Authorization: "Bearer t0k3n-abc" }), "no such key: t0k3n-abc.", "no such key: [hidden]."],
  [http({ Authorization: "Bearer t0k3n-abc" }), "got Bearer t0k3n-abc", "got [hidden]"],
  [http({ Authorization: `Basic ${basic}` }), `${basic} is me:pass-word-1`, "[hidden] is [hidden]"],
  [http({ Authorization: `Basic ${basic}` }), "wrong: pass-word-1", "wrong: [hidden]"],
  [http({ Cookie: "a=1; sid=abcdefgh" }), "sid is abcdefgh", "sid is [hidden]"],
  [program({ DB: "pg://u:password@h/db" }), "cannot reach pg://u:password@h/db", "cannot reach [hidden]"],
  [program({ API_TOKEN: "canarycanary" }), "canarycanary, canarycanary", "[hidden], [hidden]"],
  [program({ A: "12345678", B: "x12345678" }), "x12345678 12345678", "[hidden] [hidden]"],
];

for (const [reach, spoken, shown] of hidden)
  test(`"${spoken}" is "${shown}"`, () => {
    const hide = createHideSecrets(reach);
    assert.equal(hide(spoken), shown);
    assert.deepEqual(hide({ a: [spoken, 1, null], b: { spoken } }), {
      a: [shown, 1, null],
      b: { spoken: shown },
    });
  });

test("words, paths, addresses and what is short stay", () => {
  const hide = createHideSecrets(
    program({ NODE_ENV: "production", ROOT: "/srv/files", AT: "https://h.example/v1", PIN_TOKEN: "1234" }),
  );
  const spoken = "1234 in production: /srv/files/a of https://h.example/v1";
  assert.equal(hide(spoken), spoken);
});
