import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "./listen.ts";

/** How a connection ends: politely, or as a machine that fell over. */
export type CutBy = "fin" | "rst";

/** What happens to every byte of the answers; may be changed at any time, for open connections too. */
export interface Faults {
  /** Before each piece is forwarded, ms. */
  delayMs?: number;
  bytesPerSecond?: number;
  /** Pieces of this many bytes, each a write of its own. */
  slice?: number;
  /**
   * Event streams are held back until this many bytes were received or the stream ends: a proxy that buffers.
   */
  buffer?: number;
  /** A connection without a byte for so long is cut, by FIN. */
  idleMs?: number;
  /** A request header that is removed, in lower case. */
  strip?: string;
  /** Connections are accepted and closed at once. */
  refuse?: boolean;
}

/** A TCP connection between a client and a server of this machine, with the faults that a test asks for. */
export interface FaultProxy {
  port: number;
  url: string;
  faults: Faults;
  /** Open connections. */
  readonly connections: number;
  /** All that were ever made. */
  readonly accepted: number;
  /** Cuts the next event stream after so many bytes of its body (chunk lengths count); several queue up. */
  cutNext(cut: { after: number; by: CutBy }): void;
  /** How many of these cuts were made. */
  readonly cuts: number;
  /** Nothing is answered any more on the connections that are open now; they stay open. */
  stall(): void;
  /** Cuts the connections that are open now. */
  cutAll(by: CutBy): void;
  close(): Promise<void>;
}

const streamHead = /content-type: text\/event-stream[^\r]*\r\n/i;

/** Listens on loopback and passes everything on to `target`. */
export async function startFaultProxy(target: { port: number; host?: string }): Promise<FaultProxy> {
  const open = new Set<Connection>();
  const cuts: { after: number; by: CutBy }[] = [];
  const state = { faults: {} as Faults, accepted: 0, cut: 0 };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    state.accepted += 1;
    if (state.faults.refuse) return void client.destroy();
    const upstream = connect({
      allowHalfOpen: true,
      noDelay: true,
      port: target.port,
      host: target.host ?? "127.0.0.1",
    });
    const connection = join(client, upstream, {
      faults: () => state.faults,
      takeCut: () => cuts.shift(),
      onCut: () => void (state.cut += 1),
      onClose: () => void open.delete(connection),
    });
    open.add(connection);
  });
  const port = await listen(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get faults() {
      return state.faults;
    },
    set faults(faults) {
      state.faults = faults;
    },
    get connections() {
      return open.size;
    },
    get accepted() {
      return state.accepted;
    },
    cutNext: (cut) => void cuts.push(cut),
    get cuts() {
      return state.cut;
    },
    stall() {
      for (const connection of open) connection.stall();
    },
    cutAll(by) {
      for (const connection of open) connection.cut(by);
    },
    async close() {
      for (const connection of open) connection.cut("rst");
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Connection {
  cut(by: CutBy): void;
  stall(): void;
}

interface Surroundings {
  faults(): Faults;
  takeCut(): { after: number; by: CutBy } | undefined;
  onCut(): void;
  onClose(): void;
}

function join(client: Socket, upstream: Socket, around: Surroundings): Connection {
  let stalled = false;
  let isClosed = false;
  let idle: NodeJS.Timeout | undefined;
  const gate = cutGate(around);

  function cut(by: CutBy): void {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(idle);
    if (by === "rst") client.resetAndDestroy();
    else client.end(() => client.destroy());
    upstream.destroy();
    around.onClose();
  }

  function moved(): void {
    clearTimeout(idle);
    const { idleMs } = around.faults();
    if (idleMs !== undefined && !isClosed) idle = setTimeout(() => cut("fin"), idleMs).unref();
  }

  async function answer(): Promise<void> {
    for await (const chunk of buffered(upstream, around)) {
      for (const piece of pieces(chunk, around.faults())) {
        const { passed, by } = gate(piece);
        await pace(passed, around.faults());
        if (stalled || isClosed) return;
        moved();
        if (passed.length > 0) await write(client, passed);
        if (by) {
          around.onCut();
          return cut(by);
        }
      }
    }
    if (!stalled) cut("fin");
  }

  async function ask(): Promise<void> {
    for await (const chunk of client) {
      moved();
      await write(upstream, stripped(chunk, around.faults()));
    }
    upstream.end();
  }

  // If one side breaks, so does the other.
  client.on("error", () => cut("rst"));
  upstream.on("error", () => cut("rst"));
  client.on("close", () => cut("fin"));
  answer().catch(() => cut("rst"));
  ask().catch(() => cut("rst"));
  return { cut, stall: () => void (stalled = true) };
}

/** Lets bytes pass until the cut that the newest event stream on this connection was given. */
function cutGate({ takeCut }: Surroundings): (piece: Buffer) => { passed: Buffer; by?: CutBy } {
  let head = "";
  let cut: { after: number; by: CutBy } | undefined;
  return (piece) => {
    let from = 0;
    if (!cut) {
      // The head of an answer comes in one piece or a few; what lies behind its empty line is counted.
      head = (head + piece.toString("latin1")).slice(-8192);
      const found = streamHead.exec(head);
      const end = found ? head.indexOf("\r\n\r\n", found.index) : -1;
      if (end < 0) return { passed: piece };
      cut = takeCut();
      from = Math.max(0, piece.length - (head.length - end - 4));
      head = "";
      if (!cut) return { passed: piece };
    }
    const rest = piece.length - from;
    if (rest <= cut.after) {
      cut.after -= rest;
      return { passed: piece };
    }
    return { passed: piece.subarray(0, from + cut.after), by: cut.by };
  };
}

async function* buffered(upstream: Socket, { faults }: Surroundings): AsyncGenerator<Buffer> {
  let kept: Buffer[] = [];
  let bytes = 0;
  let inStream = false;
  for await (const chunk of upstream) {
    kept.push(chunk);
    bytes += chunk.length;
    const text = chunk.toString("latin1");
    inStream = (inStream || streamHead.test(text)) && !text.endsWith("\r\n0\r\n\r\n");
    if (inStream && bytes < (faults().buffer ?? 0)) continue;
    yield Buffer.concat(kept);
    kept = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(kept);
}

function* pieces(chunk: Buffer, { slice = chunk.length }: Faults): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += slice) yield chunk.subarray(at, at + slice);
}

async function pace(piece: Buffer, { delayMs = 0, bytesPerSecond }: Faults): Promise<void> {
  const ms = delayMs + (bytesPerSecond === undefined ? 0 : (piece.length * 1000) / bytesPerSecond);
  if (ms > 0) await sleep(ms);
}

const stripped = (chunk: Buffer, { strip }: Faults): Buffer =>
  strip === undefined
    ? chunk
    : Buffer.from(chunk.toString("latin1").replace(new RegExp(`^${strip}:.*\r\n`, "gim"), ""), "latin1");

function write(socket: Socket, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(new Error("the connection is gone"));
    socket.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
