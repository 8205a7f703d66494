import type { Machine } from "../../protocol.ts";
import type { Value } from "../../staticEvaluation/values/value.ts";
import { definitionsOf, type ModuleConfig, mayDefineMore, stringsIn, winning } from "./modules.ts";

type Deployment = Pick<Machine, "tags" | "targetHost" | "targetUser" | "targetPort" | "buildOnly" | "isPartlyRead">;

/** The `deployment.*` options of a machine for its address and tags, as far as known from the text. */
export function deploymentOf(modules: readonly ModuleConfig[]): Deployment {
  const option = (name: string): Value | undefined => {
    const won = winning(definitionsOf(modules, ["deployment", name]));
    return won === "undecided" ? undefined : won?.value;
  };
  const text = (value: Value | undefined) => (value?.kind === "string" ? value.text : undefined);
  const port = option("targetPort");
  const buildOnly = option("buildOnly");
  return {
    tags: tagsOf(modules),
    targetHost: text(option("targetHost")),
    targetUser: text(option("targetUser")),
    targetPort: port?.kind === "number" ? port.value : undefined,
    buildOnly: buildOnly?.kind === "bool" ? buildOnly.value : undefined,
    isPartlyRead: isPartlyRead(modules) ? true : undefined,
  };
}

/** Whether the machine may have other `deployment` options, or other tags, than those in the text. */
function isPartlyRead(modules: readonly ModuleConfig[]): boolean {
  if (modules.some(({ mayDeclare }) => mayDeclare === true) || mayDefineMore(modules, "deployment")) return true;
  return definitionsOf(modules, ["deployment", "tags"]).some(
    ({ value, isConditional }) => isConditional || stringsIn(value) === undefined,
  );
}

/** Lists from several modules are concatenated. */
function tagsOf(modules: readonly ModuleConfig[]): string[] | undefined {
  const lists = definitionsOf(modules, ["deployment", "tags"]).map(({ value }) => stringsIn(value));
  return lists.length === 0 || lists.includes(undefined) ? undefined : lists.flatMap(tags => tags ?? []);
}
