import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./redis-server.ts";
import { waitUntil } from "./wait-until.ts";

// Debian keeps it where only root's PATH leads.
const command = existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

/** Why tests that need nginx cannot run here, in words; false if they can. With CI set they run, and fail. */
export const nginxMissing: string | false = (() => {
  const { error, status } = spawnSync(command, ["-v"], { stdio: "ignore" });
  if ((!error && status === 0) || process.env.CI) return false;
  console.log("skipped: nginx is not installed (sudo apt-get install nginx-light)");
  return "nginx is not installed";
})();

/** An nginx of the test's own, as an unprivileged process without a file outside its directory. */
export interface Nginx {
  port: number;
  close(): Promise<void>;
}

/** Starts an nginx whose one server has these lines, such as `location / { … }`. */
export async function startNginx(lines: string): Promise<Nginx> {
  const dir = mkdtempSync(join(tmpdir(), "rivulet-nginx-"));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    join(dir, "nginx.conf"),
    `daemon off; master_process off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
     events { worker_connections 256; }
     http {
       access_log off;
       ${temporary.map((name) => `${name}_temp_path ${dir}/${name};`).join(" ")}
       server { listen 127.0.0.1:${port}; ${lines} }
     }`,
  );
  const child = spawn(command, ["-p", dir, "-c", join(dir, "nginx.conf")], { stdio: "ignore" });
  const gone = once(child, "exit");
  await waitUntil("nginx listens", () => answers(port), 10_000);
  return {
    port,
    async close() {
      child.kill("SIGTERM");
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
