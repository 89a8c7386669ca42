import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A Redis of the test's own: a free port, an append-only file in a directory that goes away with it. */
export interface RedisServer {
  url: string;
  port: number;
  pid(): number;
  /** Stops it as an operator would; acknowledged writes are kept. */
  stop(): Promise<void>;
  /** Starts it again on the same port and file. */
  start(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends one command, as an operator would by hand, and resolves with the first piece of the reply. */
  command(line: string): Promise<string>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** Why tests that need Redis cannot run here, in words; false if they can. With CI set they run, and fail. */
export const redisMissing: string | false = (() => {
  const { error, status } = spawnSync("redis-server", ["--version"], { stdio: "ignore" });
  if ((!error && status === 0) || process.env.CI) return false;
  console.log("skipped: redis-server is not installed (sudo apt-get install redis-server)");
  return "redis-server is not installed";
})();

/** Starts a Redis and waits until it answers. `args`: further settings, such as `--maxmemory 3mb`. */
export async function startRedisServer(...args: string[]): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = [
      "--port",
      `${port}`,
      "--bind",
      "127.0.0.1",
      "--dir",
      dir,
      "--save",
      "",
      "--appendonly",
      "yes",
    ];
    const server = spawn("redis-server", [...settings, ...args], { stdio: "ignore" });
    child = server;
    const failed = once(server, "error").then(([error]) => Promise.reject(error));
    failed.catch(() => undefined);
    await Promise.race([failed, answers(port)]);
  }

  async function stop(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    await gone;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => child?.pid ?? 0,
    start,
    stop,
    signal: (name) => void child?.kill(name),
    command: (line) => sendCommand(port, line),
    async close() {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function sendCommand(port: number, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${line}\r\n`));
    socket.once("data", (reply) => {
      socket.destroy();
      resolve(reply.toString());
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("no answer")));
  });
}

async function answers(port: number): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (performance.now() < giveUpAt) {
    if (await pings(port)) return;
    await delay(20);
  }
  throw new Error(`redis-server did not answer on port ${port}`);
}

const pings = (port: number): Promise<boolean> =>
  sendCommand(port, "PING").then(
    (reply) => /^\+PONG|^-NOAUTH/.test(reply),
    () => false,
  );

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
