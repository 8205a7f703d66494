import type { Node } from "web-tree-sitter";
import type { Machine } from "../protocol.ts";
import { staticString, withoutParentheses } from "../syntax/nodes.ts";
import { definitions, type ModuleSet } from "./system.ts";

type Deployment = Pick<Machine, "tags" | "targetHost" | "targetUser" | "targetPort" | "buildOnly">;

/** The literal `deployment.*` options of a machine that say where it is and how it is grouped. */
export function deploymentOf(module: readonly ModuleSet[]): Deployment {
  const option = (name: string) => definitions(module, ["deployment", name]).at(-1)?.value;
  const text = (node: Node | undefined) => (node === undefined ? undefined : staticString(node));
  const port = option("targetPort");
  const buildOnly = option("buildOnly")?.text;
  return {
    tags: stringsIn(option("tags")),
    targetHost: text(option("targetHost")),
    targetUser: text(option("targetUser")),
    targetPort: port?.type === "integer_expression" ? Number(port.text) : undefined,
    buildOnly: buildOnly === "true" || buildOnly === "false" ? buildOnly === "true" : undefined,
  };
}

/** The elements of a list of string literals; undefined when it is none. */
function stringsIn(node: Node | undefined): string[] | undefined {
  const list = node === undefined ? undefined : withoutParentheses(node);
  if (list?.type !== "list_expression") return undefined;
  return list.namedChildren.flatMap(element => staticString(element) ?? []);
}
