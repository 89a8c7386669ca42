import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Duplex } from "node:stream";
import { after, test } from "node:test";
import { doorBounds } from "#lib/door/door-bounds.ts";
import { guardServer } from "#lib/door/guard-server.ts";
import { exchange, openSocket } from "../../support/http-exchange.ts";
import { keepBusy } from "../../support/keep-busy.ts";
import { waitUntil } from "../../support/wait-until.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const bounds = {
  ...doorBounds,
  checkMs: 50,
  lingerMs: 200,
  requestsPerConnection: 5,
  pipelined: 3,
  connections: 40,
};
const closing: (() => void)[] = [];
after(() => closing.forEach((close) => close()));

/** A server behind the door, by bounds that pass in moments. */
function guarded(answer: Answer, own: Partial<typeof bounds> = {}): Server {
  const server = createServer({ connectionsCheckingInterval: bounds.checkMs });
  guardServer(server, {
    bounds: { ...bounds, ...own },
    problemOf: ({ url }) =>
      url === "/no" ? { status: 400, title: "Bad", detail: "no", zh: "不" } : undefined,
    networkOf: (peer) => peer.replace(/::.*$/, ""),
    requesterOf: ({ headers: { cookie } }, peer) => ({
      address: peer,
      ...(cookie !== undefined && { visitor: cookie }),
    }),
    answer,
    log: () => undefined,
  });
  closing.push(() => (server.closeAllConnections(), server.close()));
  return server;
}

async function serve(answer: Answer, own: Partial<typeof bounds> = {}): Promise<string> {
  const server = guarded(answer, own);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return `http://127.0.0.1:${port}`;
}

async function opened(url: string): Promise<{ socket: Socket; seen: { text: string; closed: boolean } }> {
  const socket = await openSocket(url);
  const seen = { text: "", closed: false };
  socket.on("data", (chunk: Buffer) => (seen.text += chunk.toString()));
  socket.on("close", () => (seen.closed = true));
  return { socket, seen };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

test("requests of one connection are answered one after another, in their order, and too many at once are refused", async () => {
  const waiting: (() => void)[] = [];
  const url = await serve(({ url: path }, response) => waiting.push(() => response.end(`[${path}]`)), {
    requestsPerConnection: 1000,
  });
  const { socket, seen } = await opened(url);
  socket.write(["/1", "/2", "/3", "/4", "/5", "/6", "/7"].map(get).join(""));
  for (let at = 0; at < 4; at += 1) {
    await waitUntil("the next one came", () => waiting.length > at);
    assert.equal(waiting.length, at + 1);
    waiting[at]?.();
  }
  await waitUntil("the connection is ended", () => seen.closed);
  assert.deepEqual(seen.text.match(/\[\/\d\]|HTTP\/1.1 429|retry-after/gi), [
    ...["[/1]", "[/2]", "[/3]", "[/4]"],
    ...["HTTP/1.1 429", "retry-after"],
  ]);
  assert.equal(waiting.length, 4);
});

test("requests without an end behind an answer that goes on, or behind the last one, end the connection", async () => {
  for (const requestsPerConnection of [1, 1000]) {
    const url = await serve((_, response) => response.write("[begun]"), { requestsPerConnection });
    const { socket, seen } = await opened(url);
    socket.write(get("/"));
    await waitUntil("it is being answered", () => seen.text.includes("[begun]"));
    socket.write(get("/").repeat(2 * bounds.pipelined + 2));
    await waitUntil("it is closed", () => seen.closed);
  }
});

test("a client that ends what it sends has left, except one that asks whether the server lives", async () => {
  const answers: (() => void)[] = [];
  const url = await serve((_, response) => answers.push(() => response.end("[ok]")));
  for (const [path, isAnswered] of [
    ["/api/health", true],
    ["/icon.svg", true],
    ["/", false],
    ["/api/runs/a/events", false],
  ] as const) {
    const { socket, seen } = await opened(url);
    const before = answers.length;
    socket.end(get(path));
    if (isAnswered) await waitUntil(`${path} is handed on`, () => answers.length > before);
    for (const answer of answers) answer();
    await waitUntil(`${path}: the connection is ended`, () => seen.closed);
    assert.equal(seen.text.includes("[ok]"), isAnswered, path);
  }
});

test("a connection has only so many requests", async () => {
  const url = await serve((_, response) => response.end("ok"));
  const { socket, seen } = await opened(url);
  for (let at = 1; at <= bounds.requestsPerConnection; at += 1) {
    socket.write(get("/"));
    await waitUntil("it is answered", () => seen.text.split("HTTP/1.1 200").length === at + 1);
  }
  assert.match(seen.text, /Connection: close/i);
  await waitUntil("it is closed", () => seen.closed);
});

test("headers and bodies that do not come to an end are ended by their deadlines", async () => {
  const answer: Answer = (request, response) => request.resume().on("end", () => response.end("whole"));
  const url = await serve(answer, { headersMs: 300, requestMs: 600 });
  for (const begun of ["", "GET / HT", `${get("/").slice(0, -2)}x: y`]) {
    const { socket, seen } = await opened(url);
    socket.write(begun);
    await waitUntil(`it is closed: ${begun}`, () => seen.closed);
    assert.match(seen.text, /^(HTTP\/1.1 408 .*)?/);
  }
  const { socket, seen } = await opened(url);
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
  await waitUntil("it is closed", () => seen.closed);
});

test("a refused request is answered before its body, which is dropped and cut off", async () => {
  let handedOn = 0;
  const url = await serve((_, response) => {
    handedOn += 1;
    response.end();
  });
  for (const more of ["", "Expect: 100-continue\r\n"]) {
    const { socket, seen } = await opened(url);
    socket.write(`POST /no HTTP/1.1\r\nHost: x\r\n${more}Transfer-Encoding: chunked\r\n\r\n`);
    await waitUntil("it is answered", () => seen.text.includes("400"));
    assert.match(seen.text, /^HTTP\/1.1 400 /);
    const feed = setInterval(() => socket.write("1\r\nx\r\n"), 20);
    await waitUntil("it is closed", () => seen.closed);
    clearInterval(feed);
  }
  assert.equal(handedOn, 0);
});

test("an answer in one piece and one in many are ended if nobody reads them; whoever reads gets the whole", async () => {
  const size = 40_000_000;
  const whole: Answer = (_, response) => response.end("x".repeat(size));
  const pieces: Answer = (_, response) => {
    let left = size / 100_000;
    const write = () => {
      while (left > 0) if (((left -= 1), !response.write("x".repeat(100_000)))) return;
      response.end();
    };
    response.on("drain", write);
    write();
  };
  for (const answer of [whole, pieces]) {
    let closed = 0;
    const url = await serve(
      (request, response) => {
        response.on("close", () => (closed += 1));
        answer(request, response);
      },
      { unreadMs: 3000, unreadBytes: 1e9 },
    );
    const deaf = await Promise.all(Array.from({ length: 5 }, () => openSocket(url)));
    for (const socket of deaf) {
      socket.pause();
      socket.write(get("/"));
    }
    assert.equal((await exchange(url, {})).text.length, size);
    await waitUntil("they are ended", () => closed === 6, 30_000);
    for (const socket of deaf) socket.destroy();
  }
});

test("an address has only so many connections; the next one is told so", async () => {
  const url = await serve((_, response) => response.end("ok"));
  const sockets = await Promise.all(Array.from({ length: bounds.connections / 2 }, () => openSocket(url)));
  const { seen } = await opened(url);
  await waitUntil("it is refused", () => seen.closed);
  assert.match(seen.text, /^HTTP\/1.1 503 [^]*Retry-After: 5\r\n/);
  sockets[0]?.destroy();
  await waitUntil("there is room", async () => (await exchange(url, {})).status === 200);
  for (const socket of sockets) socket.destroy();
});

test("the addresses of one network share the bound of connections", () => {
  const server = guarded((_, response) => response.end("ok"), { connections: 4 });
  const sockets = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db9::1"].map((remoteAddress) =>
    Object.assign(new Duplex({ read: () => undefined, write: (_, __, done) => done() }), { remoteAddress }),
  );
  for (const socket of sockets) server.emit("connection", socket);
  assert.deepEqual(
    sockets.map(({ writableEnded }) => writableEnded),
    [false, false, true, false],
  );
  for (const socket of sockets) socket.destroy();
});

test("two addresses that open all the connections they can keep nobody else out", () => {
  const server = guarded(() => undefined);
  const admitted = (remoteAddress: string): boolean => {
    const socket = new Duplex({ read: () => undefined, write: (_, __, done) => done() });
    server.emit("connection", Object.assign(socket, { remoteAddress }));
    return !socket.writableEnded;
  };
  for (let at = 0; at < 2 * bounds.connections; at += 1) admitted(`192.0.2.${1 + (at % 2)}`);
  assert.deepEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"].map(admitted), [
    false,
    false,
    true,
    true,
  ]);
});

test("a path that only begins like a file's or a stream's waits for its turn like any other", async () => {
  const open: string[] = [];
  const answer: Answer = ({ url: path = "" }) => void open.push(path);
  const url = await serve(answer, { visitorAtOnce: 1 });
  const ask = async (path: string) =>
    (await opened(url)).socket.write(get(path).replace("Host: x", "Host: x\r\nCookie: a"));
  await ask("/first");
  await waitUntil("the first is asked", () => open.length === 1);
  for (const path of ["/icon.svgs", "/icon.svg/x", "/api/healthy", "/api/runs/a/events/b", "/icon.svg%3f"])
    await ask(path);
  await ask("/icon.svg?v=1");
  await waitUntil("the file is asked", () => open.includes("/icon.svg?v=1"));
  assert.deepEqual(open, ["/first", "/icon.svg?v=1"]);
});

test("a crowd of one visitor is answered a few at once, and refused with words when it is too large", async () => {
  const open: (() => void)[] = [];
  const url = await serve((_, response) => open.push(() => response.end("ok")), {
    ...{ visitorAtOnce: 4, visitorMaking: 4, visitorWaiting: 10, connections: 200 },
  });
  const crowd = Array.from({ length: 20 }, () => exchange(url, { headers: { cookie: "a" } }));
  await waitUntil("as many are answered as may be", () => open.length === 4);
  const other = exchange(url, { headers: { cookie: "b" } });
  await waitUntil("another visitor is next", () => open.length === 5);
  for (let at = 0; at < 15; at += 1) {
    await waitUntil("one more", () => open.length > at);
    open[at]?.();
  }
  assert.equal((await other).status, 200);
  const answers = await Promise.all(crowd);
  assert.equal(answers.filter(({ status }) => status === 200).length, 14);
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(refused.length, 6);
  for (const { headers, text } of refused) {
    assert.equal(headers["retry-after"], "2");
    assert.match(text, /[\u4e00-\u9fff]/);
  }
});

/** Keeps the loop busy in some turns, as the rendering of a page does. */
function busyAnswer(onMade: () => void): Answer {
  return (_, response) => {
    let steps = 4;
    setImmediate(function step() {
      keepBusy(5);
      steps -= 1;
      if (steps > 0) return void setImmediate(step);
      onMade();
      response.end("ok");
    });
  };
}

for (const [method, path] of [
  ["GET", "/"],
  ["GET", "/api/runs/a/events?after=0"],
  ["POST", "/api/conversations/a/runs"],
  ["GET", "/api/health"],
  ["GET", "/icon.svg"],
  ["GET", "/_next/static/a.js"],
] as const)
  test(`a crowd that connects at once, and asks for what keeps the loop busy by ${method} ${path}, keeps nobody else waiting`, async () => {
    let made = 0;
    const url = await serve(
      busyAnswer(() => (made += 1)),
      { connections: 1000, busyTurnMs: 1 },
    );
    const ask = { method, path, headers: { cookie: "a" } };
    const crowd = Array.from({ length: 40 }, () => exchange(url, ask));
    let before = 0;
    const other = exchange(url, { headers: { cookie: "b" } }).then(() => (before = made));
    await Promise.all([...crowd, other]);
    assert.equal(made, 41);
    // It was half of the crowd: a connection is taken in each turn.
    assert.ok(before < 10, `${before} were answered before`);
  });

test("streams are begun two at a time where that keeps the loop busy, each until its head is sent, and all go on", async () => {
  let [making, worst] = [0, 0];
  const open: ServerResponse[] = [];
  const url = await serve(
    (_, response) => {
      worst = Math.max(worst, (making += 1));
      let steps = 4;
      setImmediate(function step() {
        keepBusy(5);
        steps -= 1;
        if (steps > 0) return void setImmediate(step);
        making -= 1;
        response.write("begun");
        open.push(response);
      });
    },
    { connections: 1000, busyTurnMs: 1 },
  );
  const headers = { cookie: "a" };
  const streams = Array.from({ length: 40 }, () => exchange(url, { path: "/api/runs/a/events", headers }));
  await waitUntil("all go on", () => open.length === 40);
  for (const response of open) response.end();
  assert.ok((await Promise.all(streams)).every(({ text }) => text === "begun"));
  assert.ok(worst <= 2, `${worst} at once`);
});

test("visitors of one address are answered two at a time where that keeps the loop busy, else side by side", async () => {
  for (const isBusy of [true, false]) {
    let [making, worst] = [0, 0];
    const made = busyAnswer(() => (making -= 1));
    const url = await serve(
      (request, response) => {
        making += 1;
        worst = Math.max(worst, making);
        if (isBusy) return made(request, response);
        // As many as there may be, who all wait for something else.
        void waitUntil("all are asked", () => worst >= bounds.addressAtOnce).then(() => response.end());
      },
      { connections: 1000, busyTurnMs: isBusy ? 1 : 10_000 },
    );
    await Promise.all(Array.from({ length: 40 }, (_, at) => exchange(url, { headers: { cookie: `${at}` } })));
    if (isBusy) assert.ok(worst <= 2, `${worst} at once`);
  }
});

test("whoever answers may listen ten times for the end of an answer, and Node does not warn of a leak", async (t) => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on("warning", note);
  t.after(() => process.off("warning", note));
  const url = await serve((_, response) => {
    for (let count = 0; count < 10; count += 1) response.on("close", () => undefined);
    response.end("ok");
  });
  assert.equal((await exchange(url, {})).text, "ok");
  assert.deepEqual(warnings, []);
});

test("whoever waits too long for a turn is told so, and the line is free", async () => {
  let hanging = 0;
  const url = await serve(() => void (hanging += 1), { visitorAtOnce: 1, waitingMs: 100 });
  const first = await opened(url);
  first.socket.write(get("/").replace("Host: x", "Host: x\r\nCookie: a"));
  await waitUntil("it is being answered", () => hanging === 1);
  const others = await Promise.all([1, 2].map(() => exchange(url, { headers: { cookie: "a" } })));
  assert.deepEqual(
    others.map(({ status }) => status),
    [429, 429],
  );
  assert.deepEqual([first.seen.closed, hanging], [false, 1]);
});

test("a listener that throws, and connections that are gone at any step, do not end the process", async () => {
  const url = await serve(({ url: path }, response) => {
    if (path === "/throw") throw new Error("our own");
    setImmediate(() => response.end("ok"));
  });
  const { socket, seen } = await opened(url);
  socket.write(get("/throw"));
  await waitUntil("it is closed", () => seen.closed);
  for (const sent of [
    get("/"),
    get("/").repeat(3),
    get("/no"),
    `POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n`,
  ])
    for (const reset of [false, true]) {
      const gone = await openSocket(url);
      gone.write(sent);
      setImmediate(() => (reset ? gone.resetAndDestroy() : gone.destroy()));
      await waitUntil("it is gone", () => gone.closed);
    }
  assert.equal((await exchange(url, {})).text, "ok");
});
