/** The CPU time of this process so far (ms): unlike the clock, it stops while other programs use the processor. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
