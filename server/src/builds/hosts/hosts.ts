import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { BuildHost } from "./host.ts";

/** The hosts that supervisors run on, by their name in requests. A request without a host means this machine. */
export class BuildHosts {
  readonly #local: BuildHost;
  readonly #others: ReadonlyMap<string, BuildHost>;

  constructor(local: BuildHost, others: ReadonlyMap<string, BuildHost> = new Map()) {
    this.#local = local;
    this.#others = others;
  }

  /** The host with a name. An unknown one, for example in a record of a newer version, counts as unreachable. */
  of(name: string | undefined): BuildHost {
    return name === undefined ? this.#local : (this.#others.get(name) ?? unknownHost(this.#local, name));
  }
}

function unknownHost(local: BuildHost, name: string): BuildHost {
  return {
    launch: async () => ({
      problem: errorProblem("no-supervisor", l10n.t("The build could not be started: unknown host '{0}'.", name)),
    }),
    liveness: async () => ({ supervisor: "unknown", command: "unknown" }),
    isInUse: async () => true,
    requestCancel: id => local.requestCancel(id),
    sync: async () => undefined,
  };
}
