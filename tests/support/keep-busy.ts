/** Works for so many ms of processor time, however busy the machine is. */
export function keepBusy(ms: number): void {
  const until = workedMs() + ms;
  while (workedMs() < until) for (let at = 0; at < 1000; at += 1) Math.sqrt(at);
}

function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
