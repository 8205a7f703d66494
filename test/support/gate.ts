import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Lab } from "./lab.ts";
import { type Workspace, writeNetwork } from "./workspace.ts";

/** A network whose machine `gate` keeps building until a test lets it continue. */
export interface Gate extends Workspace {
  readonly machine: "gate";
  open(): void;
}

let gates = 0;

/** @param script what the derivation runs once it may continue; it must create `$out`. */
export function gatedNetwork(lab: Lab, script = "echo > $out"): Gate {
  const name = `gate${gates++}`;
  const file = path.join(lab.dir, `${name}.open`);
  const workspace = writeNetwork(
    lab,
    name,
    `{
  gate = { ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      (derivation {
        name = "${name}";
        system = "x86_64-linux";
        builder = "/bin/sh";
        args = [ "-c" "echo closed; while ! test -e ${file}; do /bin/sleep 0.1; done; echo open; ${script}" ];
      })
    ];
  };
}
`,
  );
  return { ...workspace, machine: "gate", open: () => writeFileSync(file, "") };
}
