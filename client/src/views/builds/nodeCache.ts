import type { BuildSummary, DerivationState } from "../../../../server/src/protocol.ts";
import type { GroupName } from "../../builds/arrangement.ts";
import type { BranchNode, BuildNode, DerivationGroupNode, DerivationNode, MoreNode } from "./buildNodes.ts";
import { KeptRows } from "./keptRows.ts";

/** One object a row: VS Code knows a row by its object, and a change names the object that changed. */
export class NodeCache {
  readonly #builds = new Map<string, BuildNode>();
  readonly #groups = new KeptRows<DerivationGroupNode>();
  readonly #derivations = new KeptRows<DerivationNode>();
  readonly #more = new KeptRows<MoreNode>();

  build({ id, uri, machine, place, attribute }: BuildSummary): BuildNode {
    const node = this.#builds.get(id) ?? { kind: "build", key: id, id, uri, machine, place, attribute };
    this.#builds.set(id, node);
    return node;
  }

  knownBuild(id: string): BuildNode | undefined {
    return this.#builds.get(id);
  }

  group(parent: BuildNode, name: GroupName): DerivationGroupNode {
    const { id, key } = parent;
    return this.#groups.keep({ kind: "group", key: `${key} ${name}`, id, name, parent });
  }

  /** The row of a derivation: its key is the same wherever it is, so that it stays open or closed. */
  derivation(parent: BuildNode | BranchNode, { drvPath, name }: DerivationState): DerivationNode {
    const { id } = parent;
    const key = derivationKey(id, drvPath);
    return this.#derivations.keep({ kind: "derivation", key, id, drvPath, name, storePath: drvPath, parent });
  }

  more(parent: BranchNode, owner: MoreNode["owner"], from: number): MoreNode {
    const { id } = parent;
    return this.#more.keep({ kind: "more", key: `${owner.key} ${from}`, id, owner, from, parent });
  }

  /** Forgets the rows below a build. */
  dropRows(id: string): void {
    for (const rows of [this.#groups, this.#derivations, this.#more]) rows.drop(id);
  }

  /** Forgets every build that is not among these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#builds.keys()) {
      if (ids.has(id)) continue;
      this.#builds.delete(id);
      this.dropRows(id);
    }
  }
}

function derivationKey(id: string, drvPath: string): string {
  return `${id} ${drvPath}`;
}
