import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { apiClient } from "../support/api-client.ts";
import { startAppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";

const dir = mkdtempSync(join(tmpdir(), "rivulet-certificates-"));
after(() => rmSync(dir, { recursive: true, force: true }));

const [keyFile, certFile] = [join(dir, "key.pem"), join(dir, "cert.pem")];
const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
const made = spawnSync("openssl", [
  ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
  ...[...subject, "-keyout", keyFile, "-out", certFile],
]);
const skip = made.status === 0 ? false : "openssl, which makes the certificate, is not here";

test("an endpoint whose certificate nobody knows is said to be that, and is asked once NODE_EXTRA_CA_CERTS has it, in the environment or in .env.local", {
  skip,
}, async () => {
  const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(answer("over TLS"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const env = { OPENAI_BASE_URL: `https://localhost:${port}/v1`, OPENAI_MODEL: "m" };
  for (const [extra, expected] of [
    [{}, /"isGood":false.*"reason":"tls"/],
    [{ NODE_EXTRA_CA_CERTS: certFile }, /"isGood":true/],
  ] as const) {
    const app = await startAppServer({ env: { ...env, ...extra } });
    const client = await apiClient(app.url);
    assert.match(await (await client.post("/api/models/test", {})).text(), expected);
    await app.stop();
  }
  // As a .env file names it: Node itself has not read it.
  const script = join(dir, "late.mjs");
  const url = new URL("../../scripts/use-certificates.mjs", import.meta.url).href;
  writeFileSync(
    script,
    `import https from "node:https";
     import { useCertificates } from ${JSON.stringify(url)};
     process.env.NODE_EXTRA_CA_CERTS = ${JSON.stringify(certFile)};
     useCertificates();
     https.get("https://localhost:${port}/", (response) => { console.log(response.statusCode); process.exit(); });`,
  );
  const { promise, resolve } = Promise.withResolvers<string>();
  const { execFile } = await import("node:child_process");
  execFile(process.execPath, [script], (_, stdout) => resolve(stdout));
  assert.equal((await promise).trim(), "200");
  server.closeAllConnections();
  server.close();
});
