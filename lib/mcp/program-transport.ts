import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from "@modelcontextprotocol/client";
import { getDefaultEnvironment } from "@modelcontextprotocol/client/stdio";
import { createTurnSlices } from "../async/turn-slices.ts";
import type { StdioReach } from "./mcp-server-config.ts";
import { createNoticeGate, maxMessagesInTurn, maxNoticeLength } from "./notice-gate.ts";

/*
 * A program that is started here and speaks a message a line. The client's own transport joins what it has
 * read with every piece that comes: sixteen megabytes of one answer would hold up everybody for seconds.
 *
 * 1. Reading costs what is read, and no message is longer than `maxBytes`. Notices are thinned
 *    (notice-gate.ts), and no more than a few messages are handed on in one turn of the event loop.
 * 2. It and whatever it starts end with the connection: told by the end of its input, then by signals. What
 *    it leaves behind ends so too.
 * 3. They end with this process too, by a signal, or if that was ended at once, by the end of the input.
 */

export interface ProgramOptions {
  maxBytes: number;
  onTooLarge(): void;
  /** A line of its standard error. */
  onLine(line: string): void;
}

/** Has what the client knows a program by: `pid` and `stderr`. */
export interface ProgramTransport extends Transport {
  readonly pid: number | undefined;
  readonly stderr: null;
}

/** How long it may take to end by itself, and then by a signal, ms. */
const endMs = 1000;
/** How often it is looked whether it has. */
const lookMs = 20;
const newline = 0x0a;
/** Lines of its standard error that are passed on, and how long one may be. */
const maxLines = 20;
const maxLine = 500;

export function createProgramTransport(reach: StdioReach, options: ProgramOptions): ProgramTransport {
  let child: ChildProcess | undefined;
  let ending: Promise<void> | undefined;
  const readLine = createLineReader(options.maxBytes);
  const inSlices = createTurnSlices(maxMessagesInTurn);
  const gate = createNoticeGate(pass);
  let reading = Promise.resolve();

  function onData(chunk: Buffer): void {
    const lines = readLine(chunk);
    child?.stdout?.pause();
    // Of a program that has ended what is left comes at once.
    reading = reading.then(() => inSlices(lines, take)).then(() => void child?.stdout?.resume());
  }

  function take(line: Buffer | typeof overlong): void {
    if (line !== overlong) return gate.take(line, noticeText(line));
    child?.stdout?.off("data", onData).resume();
    options.onTooLarge();
    void transport.close();
  }

  function pass(line: Buffer): void {
    const message = messageIn(line);
    if (message) transport.onmessage?.(message);
  }

  /** Behind all that it said. */
  async function onClose(): Promise<void> {
    await reading;
    gate.end();
    transport.onclose?.();
    await transport.close();
  }

  const transport: ProgramTransport = {
    stderr: null,
    get pid() {
      return child?.pid;
    },
    async start() {
      child = startChild(reach);
      child.stdout?.on("data", onData);
      // What it cannot be told any more is told by its end.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on("error", () => undefined);
      passLines(child, options);
      child.once("close", () => void onClose());
      endsWithUs(child);
      await once(child, "spawn");
      child.on("error", (error) => transport.onerror?.(error));
    },
    async send(message) {
      // What it has not read yet waits in memory: what is sent is a call, never much.
      child?.stdin?.write(`${JSON.stringify(message)}\n`);
      await Promise.resolve();
    },
    async close() {
      if (child) await (ending ??= endChild(child));
    },
  };
  return transport;
}

/** Its environment is its own, and no more of ours than where programs and its home are. */
const startChild = ({ command, args, env, cwd }: StdioReach): ChildProcess =>
  spawn(command, args, {
    // Cast: Next's types want a NODE_ENV in every environment.
    env: { ...getDefaultEnvironment(), ...env } as NodeJS.ProcessEnv,
    stdio: "pipe",
    // A group of its own, which is ended as a whole: many a command is one that starts another.
    detached: process.platform !== "win32",
    windowsHide: true,
    ...(cwd !== undefined && { cwd }),
  });

const overlong = Symbol("a line that is too long");

/** The whole lines that each piece brings. */
function createLineReader(maxBytes: number): (chunk: Buffer) => (Buffer | typeof overlong)[] {
  let begun: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    const lines: (Buffer | typeof overlong)[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      lines.push(Buffer.concat([...begun, chunk.subarray(from, at)]));
      begun = [];
      length = 0;
      from = at + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > maxBytes) lines.push(overlong);
    return lines;
  };
}

const noticeText = (line: Buffer): string | undefined =>
  line.length > maxNoticeLength ? undefined : line.toString("utf8");

/** What is no message, such as a greeting that a program prints, is passed over. */
function messageIn(line: Buffer): JSONRPCMessage | undefined {
  try {
    return parseJSONRPCMessage(JSON.parse(line.toString("utf8")));
  } catch {
    return undefined;
  }
}

function passLines({ stderr }: ChildProcess, { onLine }: ProgramOptions): void {
  let lines = 0;
  stderr?.on("data", (chunk: Buffer) => {
    if (lines >= maxLines) return;
    for (const line of chunk.toString("utf8").split("\n"))
      if (line.trim() !== "" && lines++ < maxLines) onLine(line.slice(0, maxLine));
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (let leftMs = endMs; leftMs > 0 && !hasEnded(child); leftMs -= lookMs) await sleep(lookMs);
    if (hasEnded(child)) return;
    signalGroup(child, signal);
  }
  forget(child);
}

/** Those that run, or have left something behind. A group that is gone is never signalled: ids return. */
const running = new Set<ChildProcess>();

/** Whether it has ended with all that it started. */
function hasEnded(child: ChildProcess): boolean {
  const { exitCode, signalCode, pid } = child;
  const hasExited = pid === undefined || exitCode !== null || signalCode !== null;
  if (running.has(child) && hasExited && !isGroupThere(pid)) forget(child);
  return !running.has(child);
}

function forget(child: ChildProcess): void {
  if (running.delete(child) && running.size === 0) process.off("exit", endAll);
}

function isGroupThere(pid: number | undefined): boolean {
  if (pid === undefined || process.platform === "win32") return false;
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** What ends this process at once leaves it no time to close anything: a signal can still be sent. */
function endsWithUs(child: ChildProcess): void {
  if (running.size === 0) process.once("exit", endAll);
  running.add(child);
  for (const ending of ["exit", "error"] as const) child.once(ending, () => hasEnded(child));
}

function endAll(): void {
  for (const child of running) signalGroup(child, "SIGKILL");
}
