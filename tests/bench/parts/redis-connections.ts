import { connect } from "node:net";
import type { Part } from "../part.ts";
import { readAll } from "../read-deltas.ts";

const requests = 100;

/** How many clients a Redis has, the asking one apart. */
function clientsOf(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write("CLIENT LIST\r\n"));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk.toString();
      const [head = "", ...lines] = text.split("\r\n");
      if (lines.length < 2 || text.length < Number(head.slice(1))) return;
      socket.destroy();
      resolve((text.match(/^id=/gm)?.length ?? 0) - 1);
    });
  });
}

export const redisConnections: Part = {
  name: "redis-connections",
  title: "Connections to Redis after 100 answers",
  unit: "",
  contenders: ["redis", "d"],
  fresh: true,
  async measure(contender) {
    for (let answer = 0; answer < requests; answer += 1)
      await readAll(contender.ask({ deltas: 5, everyMs: 1 }), 5);
    return clientsOf(contender.redis?.port ?? 0);
  },
  goals: [{ first: "redis", max: 3 }],
};
