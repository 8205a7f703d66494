import type { BuildSummary, DerivationState } from "../../../../server/src/protocol.ts";
import type { BuildNode, DerivationGroupNode, DerivationNode } from "./buildNodes.ts";

/** One object a row: VS Code knows a row by its object, and a change names the object that changed. */
export class NodeCache {
  readonly #builds = new Map<string, BuildNode>();
  readonly #rows = new Map<string, Map<string, DerivationNode>>();

  build({ id, uri, machine, place, attribute }: BuildSummary): BuildNode {
    const node = this.#builds.get(id) ?? { kind: "build", key: id, id, uri, machine, place, attribute };
    this.#builds.set(id, node);
    return node;
  }

  knownBuild(id: string): BuildNode | undefined {
    return this.#builds.get(id);
  }

  /** The row of a derivation, made when it is asked for the first time below that parent. */
  derivation(parent: BuildNode | DerivationGroupNode, { drvPath, name }: DerivationState): DerivationNode {
    const rows = this.#rows.get(parent.id) ?? new Map<string, DerivationNode>();
    this.#rows.set(parent.id, rows);
    const known = rows.get(drvPath);
    if (known?.parent.key === parent.key) return known;
    const { id } = parent;
    const node: DerivationNode = {
      kind: "derivation",
      key: `${id} ${drvPath}`,
      id,
      drvPath,
      name,
      storePath: drvPath,
      parent,
    };
    rows.set(drvPath, node);
    return node;
  }

  knownDerivation(id: string, drvPath: string): DerivationNode | undefined {
    return this.#rows.get(id)?.get(drvPath);
  }

  /** Forgets the rows below a build. */
  dropRows(id: string): void {
    this.#rows.delete(id);
  }

  /** Forgets every build that is not among these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#builds.keys()) {
      if (ids.has(id)) continue;
      this.#builds.delete(id);
      this.#rows.delete(id);
    }
  }
}
