import * as l10n from "@vscode/l10n";
import { storeName } from "../../common/storeName.ts";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import type { BuildHost } from "./host.ts";

/** A host that can also keep the results of builds that other machines made in its store. */
export interface StoreHost extends BuildHost {
  /** Keeps a result, in the background. Returns why the last attempt failed. */
  keep(id: string, output: string): Problem | undefined;
}

/** Finds a host by its name in requests; undefined if there is none. */
export type FindHost = (name: string) => StoreHost | undefined;

/** The hosts that supervisors run on, by their name in requests. A request without a host means this machine. */
export class BuildHosts {
  readonly #local: BuildHost;
  readonly #find: FindHost;
  readonly #found = new Map<string, StoreHost>();

  /** @param find the hosts other than this machine. */
  constructor(local: BuildHost, find: FindHost = () => undefined) {
    this.#local = local;
    this.#find = find;
  }

  /** The host with a name. An unknown one, for example in a record of a newer version, counts as unreachable. */
  of(name: string | undefined): BuildHost {
    return name === undefined ? this.#local : (this.store(name) ?? unknownHost(this.#local, name));
  }

  /** The host with the store of an address. */
  store(address: string): StoreHost | undefined {
    const host = this.#found.get(address) ?? this.#find(address);
    if (host !== undefined) this.#found.set(address, host);
    return host;
  }

  close(): void {
    for (const host of this.#found.values()) host.close();
  }
}

function unknownHost(local: BuildHost, name: string): BuildHost {
  return {
    launch: async () => ({
      problem: errorProblem(
        "no-supervisor",
        l10n.t("The build could not be started: unknown host '{0}'.", storeName(name)),
      ),
    }),
    liveness: async () => ({ supervisor: "unknown", command: "unknown" }),
    isInUse: async () => true,
    requestCancel: id => local.requestCancel(id),
    sync: async () => undefined,
    release: async () => undefined,
    close: () => undefined,
  };
}
