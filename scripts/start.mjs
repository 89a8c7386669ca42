import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describeStore } from "../lib/config/describe-store.ts";
import { ConfigError, readConfig } from "../lib/config.ts";
import { checkStore } from "../lib/storage/check-store.ts";
import { StoreCheckError } from "../lib/storage/store-check-error.ts";
import { chooseHost } from "./choose-host.mjs";
import { EnvFileError } from "./env-files.mjs";
import { guardServers } from "./front-door.mjs";
import { loadEnv } from "./load-env.mjs";
import { recordServer } from "./running-servers.mjs";
import { useCertificates } from "./use-certificates.mjs";
import { useProxy } from "./use-proxy.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const isDev = process.argv.includes("--dev");

/** Runs Next's server in this process, so that signals and exit codes need no forwarding. */
async function start() {
  process.chdir(root);
  process.env.NODE_ENV = isDev ? "development" : "production";
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  const { notes, files } = loadEnv(root, isDev);
  const chosen = await chooseHost([process.env.HOST, ...files.map(({ HOST }) => HOST)]);
  process.env.HOST = chosen.host ?? "";
  for (const note of [...notes, ...chosen.notes]) console.error(note);
  const config = readConfig(process.env);
  useCertificates();
  for (const note of useProxy(config)) console.error(note);
  await claimPort(config.host, config.port);
  await checkStore(config.store, config.storeSource);
  await (isDev ? serveSources(config) : serveBuild(config));
}

/** `next dev` keeps its banner, and a child of its own that it ends itself. */
async function serveSources(config) {
  for (const line of [
    describeStore(config.store, config.storeSource),
    ...modelLines(config),
    ...codeLines(config),
  ])
    console.log(line);
  process.argv = [process.argv[0], "next", "dev", "-H", config.host, "-p", String(config.port)];
  await import("next/dist/bin/next");
}

/**
 * Does what `next start` does, but can be awaited: the command line does not say when requests are served.
 */
async function serveBuild(config) {
  recordServer();
  process.env.NEXT_RUNTIME = "nodejs";
  // The product ends itself, in order (lib/run-server.ts); Next would stop listening at once.
  process.env.NEXT_MANUAL_SIG_HANDLE = "1";
  guardServers(config);
  await import("next/dist/server/require-hook.js");
  const { nextStart } = await import("next/dist/cli/next-start.js");
  const showBanner = hideBanner();
  await nextStart({ hostname: config.host, port: config.port }, root);
  showBanner();
  announce(config);
}

/** Resolves if this process may listen there; Next itself would fail with a raw error object. */
function claimPort(host, port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", (error) => reject(new PortError(host, port, error)));
    probe.listen(port, host, () => probe.close(resolve));
  });
}

class PortError extends Error {
  constructor(host, port, cause) {
    const reasons = {
      EADDRINUSE: `Port ${port} is taken. Choose another: PORT=${port + 1} npm start`,
      EACCES: `Port ${port} needs more rights than this user has. Choose another: PORT=3000 npm start`,
    };
    super(reasons[cause.code] ?? `Cannot listen on ${host}:${port}: ${cause.message}`, { cause });
  }
}

/**
 * Keeps Next's lines about itself off the terminal, and nothing else, until the returned function is called.
 */
function hideBanner() {
  const write = process.stdout.write.bind(process.stdout);
  const banner = /Next\.js \d|- (Local|Network|Environments):|Ready in|Running next\.config\.mjs took|^\s*$/;
  process.stdout.write = (chunk, ...rest) => banner.test(String(chunk)) || write(chunk, ...rest);
  return () => {
    process.stdout.write = write;
  };
}

/** In one piece: whoever waits for the first line has the others with it. */
function announce(config) {
  const address = config.host.includes(":") ? `[${config.host}]` : config.host;
  const opened = config.publicUrl === undefined ? "" : `, for browsers on ${config.publicUrl}`;
  const lines = [
    `Rivulet is ready on http://${address}:${config.port}${opened}`,
    describeStore(config.store, config.storeSource),
    ...modelLines(config),
    ...codeLines(config),
  ];
  console.log(lines.join("\n"));
}

function modelLines({ usesDemo }) {
  const command = isDev ? "npm run dev" : "npm start";
  return usesDemo
    ? [`Demo model. For a real one: OPENAI_API_KEY=… ${command} (or put it into .env.local)`]
    : [];
}

/** What an operator who has turned it on should know, in a line. */
function codeLines({ code, toolApprovals }) {
  if (!code) return [];
  const isAllowed = (toolApprovals.run_javascript ?? toolApprovals.code) === "allow";
  const limits = `${code.memoryMb} MB, ${code.cpuMs / 1000} s and ${code.outputBytes / 1024} KB of output`;
  return [
    `Code that models write runs in a sandbox without network and files (CODE=on): ${limits} each, ` +
      `${isAllowed ? "unasked (TOOL_APPROVALS)" : "once a person has approved it"}. See docs/code.md`,
  ];
}

try {
  await start();
} catch (error) {
  const isExpected = [ConfigError, EnvFileError, PortError, StoreCheckError].some(
    (kind) => error instanceof kind,
  );
  console.error(isExpected ? error.message : error);
  process.exit(1);
}
