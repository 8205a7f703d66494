import { reservedNames } from "../../options/reservedNames.ts";
import { type Binding, bindingsOf, isSet, withoutParentheses } from "../../syntax/nodes.ts";

/** The first names of NixOS options: `web.services...` is an option of a machine, not a host name. */
const optionRoots: ReadonlySet<string> = new Set([
  ...["appstream", "assertions", "boot", "config", "console", "containers", "deployment", "disabledModules"],
  ...["documentation", "environment", "fileSystems", "fonts", "hardware", "home-manager", "i18n", "ids", "image"],
  ...["imports", "isSpecialisation", "lib", "location", "meta", "microvm", "networking", "nix", "nixops", "nixpkgs"],
  ...["oci", "options", "passthru", "power", "powerManagement", "programs", "qt", "require", "sdImage", "security"],
  ...["services", "snapraid", "sops", "age", "specialisation", "stubby", "swapDevices", "system", "systemd", "time"],
  ...["users", "virtualisation", "warnings", "xdg", "zramSwap", "_module", "_file", "key", "isoImage", "ec2"],
]);

/**
 * The host name that was probably meant by `web.example.org = ...;` at the top level of a network, which Nix reads as machine
 * `web` with an option. Undefined if it may be meant as written.
 */
export function dottedName({ path, names, value }: Binding): string | undefined {
  const [machine, option] = path;
  if (machine === undefined || option === undefined || value === undefined) return undefined;
  if (reservedNames.has(machine) || optionRoots.has(option) || names.some(({ type }) => type !== "identifier"))
    return undefined;
  return isModule(value) ? path.join(".") : undefined;
}

/** Whether a value looks like a whole machine: a function of a module's arguments, or a set with options of NixOS. */
function isModule(value: NonNullable<Binding["value"]>): boolean {
  const node = withoutParentheses(value);
  if (node.type === "function_expression") return true;
  return isSet(node) && bindingsOf(node).some(({ path: [name] }) => name !== undefined && optionRoots.has(name));
}
