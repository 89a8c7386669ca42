import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** Another checkout's, where it is to be seen what these tests say of its build. */
const ownRoot = process.env.RIVULET_ROOT ?? fileURLToPath(new URL("../..", import.meta.url));
const readyMs = 30_000;

/** The product as `npm start` runs it: a process of its own, on the build of this checkout. */
export interface AppServer {
  url: string;
  dataDir: string;
  pid: number;
  /** Its output so far. */
  output(): string;
  /** SIGTERM, and waits until it is gone. Resolves with its exit code. */
  stop(): Promise<number | null>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** To it and whatever it has started; needs `ownGroup`. */
  signalGroup(name: NodeJS.Signals): void;
  /** How it ended, once it has. */
  gone: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Stops reading its output, as when its terminal was closed. */
  closeOutput(): void;
}

export interface AppServerOptions {
  env?: Record<string, string>;
  /** Kept when the server ends; without it a new one is made and removed at the end. */
  dataDir?: string;
  port?: number;
  /** The command that runs the server's own, in its place and under its pid. */
  within?: readonly string[];
  /** In a process group of its own, as a terminal or a service manager starts it. */
  ownGroup?: boolean;
  /** The checkout whose build is started; absent: `RIVULET_ROOT`, or this one. */
  root?: string;
}

/** What `npm start` gives to Node. */
function startArguments(root: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const [exec, node, ...args] = String(scripts.start).split(" ");
  assert.deepEqual([exec, node], ["exec", "node"]);
  return args;
}

/** Starts the server and waits until it answers. */
export async function startAppServer(options: AppServerOptions = {}): Promise<AppServer> {
  const { env = {}, dataDir, port, within = [], root = ownRoot, ownGroup = false } = options;
  const dir = dataDir ?? mkdtempSync(join(tmpdir(), "rivulet-test-"));
  const listenOn = port ?? (await freePort());
  const [command = process.execPath, ...rest] = [...within, process.execPath, ...startArguments(root)];
  const child = spawn(command, rest, {
    cwd: root,
    detached: ownGroup,
    env: { ...bareEnvironment(), NODE_ENV: "production", DATA_DIR: dir, PORT: String(listenOn), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const gone = new Promise<Awaited<AppServer["gone"]>>((resolve) => {
    child.once("exit", (code, signal) => {
      if (dataDir === undefined) rmSync(dir, { recursive: true, force: true });
      resolve({ code, signal });
    });
  });
  await ready(child, () => output).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  return {
    url: `http://127.0.0.1:${listenOn}`,
    dataDir: dir,
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      child.kill("SIGTERM");
      return (await gone).code;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    signal: (name) => void child.kill(name),
    signalGroup: (name) => void process.kill(-(child.pid ?? 0), name),
    gone,
    closeOutput() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** A server under test sees none of the developer's own settings. */
function bareEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "", NODE_COMPILE_CACHE } = process.env;
  return {
    PATH,
    HOME,
    // What of its build an earlier server has compiled (scripts/test.mjs).
    ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
    OPENAI_API_KEY: "",
    OPENAI_BASE_URL: "",
    OPENAI_MODEL: "",
    MCP_SERVERS: "",
    SESSION_SECRET: "",
    STORE: "",
    REDIS_URL: "",
    KV_URL: "",
    KV_REST_API_URL: "",
    KV_REST_API_TOKEN: "",
    UPSTASH_REDIS_REST_URL: "",
    UPSTASH_REDIS_REST_TOKEN: "",
    // Tests ask more than a person does; those about limits set their own.
    LIMIT_RUNS_PER_10_MIN: "0",
    LIMIT_LIVE_RUNS: "0",
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return (address satisfies AddressInfo).port;
}

function ready(child: ChildProcessByStdio<null, Readable, Readable>, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`the server ${why}:\n${output()}`));
    const timer = setTimeout(() => fail(`was not ready after ${readyMs} ms`), readyMs);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
    child.stdout.on("data", () => {
      if (!output().includes("is ready on")) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
