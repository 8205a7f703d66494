import path from "node:path";
import { readDerivation } from "../../nix/derivations/graph.ts";
import { processProblem } from "../../nix/nix.ts";
import type { Build, BuilderId, DerivationState, Leftovers } from "../../protocol.ts";
import { connectionProblem } from "../../ssh/reasons.ts";
import { runThere } from "../../ssh/run.ts";
import { sshTarget, storeOfLine } from "../../ssh/target.ts";
import { requestError } from "../client/incoming.ts";
import type { SessionContext } from "./context.ts";

/** How long looking may take for a builder (ms). */
const timeout = 15_000;

/** Further derivations are not looked for. */
const maxDerivations = 100;

/**
 * Prints a line for each output in its arguments. While a Nix builds it, that holds a lock on a file beside it, which anyone can see
 * in the kernel's list of locks, by the file's inode.
 */
const script = `
for out; do
  state=gone
  if inode=$(stat -c %i "$out.lock" 2>/dev/null) && [ -n "$inode" ]; then
    if [ ! -r /proc/locks ] || grep -q ":$inode " /proc/locks; then state=building; fi
  fi
  if [ $state = gone ] && nix-store --check-validity "$out" 2>/dev/null; then state=built; fi
  echo "$state"
done`;

/**
 * Looks what is left of a failed build on the builders that were building for it when it ended. Connects as our own user, with our ssh
 * configuration, also if Nix has a daemon.
 */
export async function leftoversOf(
  session: Pick<SessionContext, "toolchain" | "traits">,
  { derivations }: Pick<Build, "derivations">,
): Promise<readonly Leftovers[]> {
  const lost = new Map<BuilderId, DerivationState[]>();
  for (const derivation of derivations) {
    const { builder, state } = derivation;
    // What was being built when the build ended.
    if (builder === undefined || (state !== "failed" && state !== "cancelled")) continue;
    lost.set(builder, [...(lost.get(builder) ?? []), derivation]);
  }
  return Promise.all([...lost].map(([builder, there]) => lookAt(session, builder, there.slice(0, maxDerivations))));
}

async function lookAt(
  { toolchain, traits }: Pick<SessionContext, "toolchain" | "traits">,
  builder: BuilderId,
  there: readonly DerivationState[],
): Promise<Leftovers> {
  const { nix, builders, config } = toolchain;
  const line = builders?.lines.get(builder)?.[0] ?? builder;
  const target = sshTarget(storeOfLine(line, builder), { version: config?.version ?? "", env: nix.env });
  const outputs = await Promise.all(there.map(({ drvPath }) => firstOutput(drvPath)));
  const wanted = there.flatMap(({ drvPath }, index) => {
    const output = outputs[index];
    return output === undefined ? [] : [{ drvPath, output }];
  });
  if (target === undefined || wanted.length === 0) return { builder, derivations: [] };
  const ssh = { nix, folder: path.join(traits.storageDir, "ssh") };
  const found = wanted.map(({ output }) => output);
  const end = await runThere(ssh, target, script, found, { timeout });
  const name = builders?.list.find(each => each.id === builder)?.name ?? target.host;
  if (end.kind === "timed-out") throw requestError(connectionProblem(name, ["Connection timed out"], "user"));
  if (end.kind !== "exited") throw requestError(processProblem(end));
  if (end.code !== 0) throw requestError(connectionProblem(name, [end.stderr], "user"));
  const states = end.stdout.split("\n");
  return {
    builder,
    derivations: wanted.flatMap(({ drvPath }, index) => {
      const state = states[index];
      return state === "building" || state === "built" ? [{ drvPath, state }] : [];
    }),
  };
}

/** The store path of an output of a derivation, if it is known before the build. */
async function firstOutput(drvPath: string): Promise<string | undefined> {
  const derivation = await readDerivation(drvPath);
  return derivation && Object.values(derivation.outputs).find(output => output !== "");
}
