import { cases } from "./cases.ts";
import type { NixVerdict } from "./nix.ts";

/** What we say about every case when we read as a version of Nix does, and what that version does, by the case's name. */
export interface Comparison {
  readonly version: string;
  readonly ours: readonly string[];
  readonly theirs: Readonly<Record<string, NixVerdict>>;
}

/** The cases where we trust what Nix does not take, or the reverse. */
export function disagreements(comparisons: readonly Comparison[]): readonly string[] {
  return comparisons.flatMap(({ version, ours, theirs }) =>
    cases.flatMap(({ name }, index) => {
      const [said, did] = [ours[index] ?? "", theirs[name]];
      if (did === undefined) return `${name} is not recorded of Nix ${version}: record it again`;
      const isTrusted = said === "trusted" || said === "contentAddressed";
      return isTrusted === did.copies ? [] : `${name}: we say ${said}, Nix ${version} ${did.why ?? "takes it"}`;
    }),
  );
}

/** All cases with the versions side by side, and why the first of them that refuses one does. */
export function tableOf(comparisons: readonly Comparison[]): readonly string[] {
  const heads = comparisons.flatMap(({ version }) => [`we, as ${version}`, "verify", "copy"]);
  const rows = cases.map(({ name }, index) => {
    const verdicts = comparisons.map(({ theirs }) => theirs[name]);
    const cells = comparisons.flatMap(({ ours, theirs }) => {
      const { verify, copies } = theirs[name] ?? {};
      return [ours[index] ?? "", verify === 0 ? "yes" : `no ${verify}`, copies === true ? "yes" : "no"];
    });
    return [name, ...cells, verdicts.find(verdict => verdict?.why !== undefined)?.why ?? ""];
  });
  const all = [["case", ...heads, "why"], ...rows];
  const width = (column: number) => Math.max(...all.map(row => row[column]?.length ?? 0));
  const widths = all[0]?.map((_, column) => width(column)) ?? [];
  return all.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(" | ")
      .trimEnd(),
  );
}
