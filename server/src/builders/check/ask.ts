import type { Problem } from "../../protocol.ts";
import { connectionProblem } from "../../ssh/reasons.ts";
import { runThere } from "../../ssh/run.ts";
import { type SshTarget, sshTarget, storeOfLine } from "../../ssh/target.ts";
import { type RunningCheck, softLimit } from "./context.ts";
import { type BuilderFacts, factsScript, parseFacts } from "./facts.ts";
import { noProgram, timedOut, withDetail } from "./problems.ts";

/** What the builder says about itself over our own connection, or why it could not be asked. Both: it has no Nix. */
export interface Asked {
  readonly facts?: BuilderFacts | undefined;
  readonly problem?: Problem | undefined;
}

/** It was not asked. */
export const silent: Asked = {};

export async function ask(check: RunningCheck, target: SshTarget): Promise<Asked> {
  const { builder, tools, signal, left } = check;
  const program = programOf(builder.id);
  const end = await runThere(tools.ssh, target, factsScript, [program], { timeout: Math.max(left(), 1), signal });
  switch (end.kind) {
    case "exited": {
      const texts = end.stderr.split("\n");
      if (end.code === 255) return { problem: withDetail(connectionProblem(builder.name, texts, "user"), texts) };
      // A key may be restricted to Nix's own command: then it says nothing about itself.
      const facts = parseFacts(end.stdout);
      return { facts, problem: facts?.hasProgram === false ? noProgram(builder.name, program) : undefined };
    }
    case "missing":
      return { problem: connectionProblem(builder.name, ["unable to execute 'ssh'"], "user") };
    case "cancelled":
    case "timed-out":
      return { problem: timedOut(builder.name, softLimit / 1000) };
    case "killed":
      return { problem: withDetail(connectionProblem(builder.name, [end.stderr], "user"), [end.stderr]) };
  }
}

/** Whether our user may log in with a key from a file. */
export async function canLogInWithoutAgent({ tools, left, signal }: RunningCheck, target: SshTarget): Promise<boolean> {
  const options = ["-o", "IdentityAgent=none"];
  const end = await runThere(tools.ssh, target, "exit 0", [], { timeout: Math.max(left(), 1), signal, options });
  return !(end.kind === "exited" && end.code === 255);
}

/** Whether the name of a host resolves without ssh's configuration. True if that cannot be determined. */
export async function resolves({ tools, left, signal }: RunningCheck, { host }: SshTarget): Promise<boolean> {
  const end = await tools.nix.runFile("getent", ["hosts", "--", host], { timeout: Math.max(left(), 1), signal });
  // 2: not found.
  return !(end.kind === "exited" && end.code === 2);
}

export function targetOf({ builder, lines, config, tools }: RunningCheck): SshTarget | undefined {
  return sshTarget(storeOfLine(lines[0] ?? "", builder.id), { version: config.version, env: tools.nix.env });
}

/** The program that Nix starts on a builder (setting `remote-program` of its store). */
function programOf(uri: string): string {
  const own = new URLSearchParams(uri.split("?")[1] ?? "").get("remote-program");
  return own || (uri.startsWith("ssh-ng:") ? "nix-daemon" : "nix-store");
}
