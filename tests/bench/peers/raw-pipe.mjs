// a: nothing but Node: the upstream's bytes, handed on as they come.
import { request as ask, createServer } from "node:http";

const upstream = new URL(`${process.env.OPENAI_BASE_URL}/chat/completions`);

const server = createServer((request, response) => {
  const outgoing = ask(
    upstream,
    { method: "POST", headers: { "content-type": "application/json" } },
    (answer) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      answer.pipe(response);
    },
  );
  outgoing.on("error", () => response.destroy());
  response.on("close", () => outgoing.destroy());
  request.pipe(outgoing);
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("is ready"));
