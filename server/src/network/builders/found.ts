import type { NixDocument } from "../../syntax/document.ts";
import type { BuildMachine } from "./buildMachine.ts";
import type { BuilderDeclarations, Written } from "./declared.ts";

/** A declaration of a builder in a file of the workspace. */
export type FoundDeclaration = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The names before the option: in a network the machine is the first one. */
  readonly owner: readonly (string | undefined)[];
} & (
  | { readonly kind: "machine"; readonly machine: BuildMachine }
  | { readonly kind: "emulation"; readonly systems: readonly string[] }
  /** A network's own setting `builders` for Nix. */
  | { readonly kind: "network"; readonly setting: string }
);

/** What a file declares, with lines instead of offsets. */
export function foundIn(file: string, document: NixDocument, declarations: BuilderDeclarations): FoundDeclaration[] {
  const place = ({ path: names }: Written, start: number, length: number) => ({
    file,
    line: document.rangeAt(start, start).start.line + 1,
    owner: names.slice(0, names.length - length),
  });
  return [
    ...declarations.buildMachines.flatMap(option =>
      option.entries.map(({ machine, first }) => {
        return { kind: "machine", machine, ...place(option, first?.start ?? option.name.start, 2) } as const;
      }),
    ),
    ...declarations.emulatedSystems.map(option => {
      const systems = option.systems.map(({ system }) => system);
      return { kind: "emulation", systems, ...place(option, option.name.start, 3) } as const;
    }),
    ...declarations.networkBuilders.map(option => {
      return { kind: "network", setting: option.value, ...place(option, option.name.start, 3) } as const;
    }),
  ];
}
