import { appendFileSync } from "node:fs";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { createMcpTools, newMcpWorld } from "./mcp-tools.ts";

/*
 * The same server as a program. RIVULET_TEST_LOG: a file that it writes its process id to, once it is asked
 * something. RIVULET_TEST_STAYS: it does not end with its input.
 */

const world = newMcpWorld(() => process.exit(3));
const { RIVULET_TEST_LOG: log, RIVULET_TEST_STAYS: stays, RIVULET_TEST_ERA: era } = process.env;
if (log !== undefined) appendFileSync(log, `${process.pid}\n`);
if (stays !== undefined) setInterval(() => undefined, 1000);
console.error("listening");
if (era === "modern") serveStdio((context) => createMcpTools(world, context, true), { legacy: "reject" });
else await createMcpTools(world, { era: "legacy" }, true).connect(new StdioServerTransport());
