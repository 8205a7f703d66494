import * as v from "valibot";
import type { Outcome } from "../outcome.ts";
import { type Nix, newStyle, processProblem } from "./nix.ts";
import { type NixOptions, optionArguments } from "./nixOptions.ts";
import { isAtLeast, nixVersion } from "./version.ts";

/** The Nix settings that we use, as printed by `nix config show`. Reading them evaluates nothing. */
export interface NixConfig {
  readonly version: string;
  readonly system: string;
  readonly extraPlatforms: readonly string[];
  /** Setting `builders`: separated by line ends or `;`, or `@` and a file. */
  readonly builders: string;
  /** How this version of Nix reads machine lines. */
  readonly machineLines: MachineLineRules;
  readonly maxJobs: number;
  readonly systemFeatures: readonly string[];
  /** Setting `sandbox`: builds see only their inputs. `relaxed` counts as well: it exempts only derivations that ask for it. */
  readonly isSandboxed: boolean;
  /** The paths that exist in the sandbox besides a build's inputs (setting `sandbox-paths`). */
  readonly sandboxPaths: readonly string[];
  readonly externalBuilders: readonly ExternalBuilder[];
  /** Setting `store`: which store Nix opens, `auto` by default (`NIX_REMOTE` changes the default). */
  readonly store: string;
  readonly substituters: readonly string[];
  /** Setting `require-sigs`: whether Nix checks signatures at all. */
  readonly requiresSignatures: boolean;
  /** Setting `substitute`: whether Nix fetches anything from them. */
  readonly isSubstituting: boolean;
  readonly trustedPublicKeys: readonly string[];
  /** Setting `netrc-file`: logins for private caches. */
  readonly netrcFile: string;
  /** Setting `ssl-cert-file`; empty if it is not set or Nix does not have it (before 2.11): variables name the file then. */
  readonly sslCertFile: string;
  /** How long Nix remembers that a path is (not) in a binary cache (s): settings `narinfo-cache-positive-ttl` and `-negative-ttl`. */
  readonly positiveTtl: number;
  readonly negativeTtl: number;
  /** Users (`@` before a group) whose settings Nix's daemon accepts, as set here: those of the daemon may differ. */
  readonly trustedUsers: readonly string[];
  /** Setting `builders-use-substitutes`: builders fetch inputs from binary caches themselves. */
  readonly buildersUseSubstitutes: boolean;
  /** Setting `build-dir`; empty if it is not set or Nix does not have it (before 2.22). */
  readonly buildDir: string;
}

/** How versions of Nix differ in reading `builders` and machines files (`machines.cc`). */
export interface MachineLineRules {
  /**
   * Divides at `;` before it looks for comments, so that a comment ends at a `;`; a line of nothing but spaces is a machine without
   * an address, and a space before `@` makes it part of an address. Nix before 2.28.2 except 2.24.15, and Lix.
   */
  readonly isOld: boolean;
  /** Takes only whole numbers for the speed factor: Nix before 2.18. */
  readonly hasWholeSpeeds: boolean;
}

/** A program that builds derivations of some systems for Nix (setting `external-builders`, 2.31 and later). */
export interface ExternalBuilder {
  readonly systems: readonly string[];
  readonly program: string;
}

const externalBuilders = v.array(v.object({ systems: v.array(v.string()), program: v.string() }));

/** Reads Nix's settings, including options given on its command line. Problems: `no-nix`, `nix-failed`. */
export async function readNixConfig(nix: Nix, options: NixOptions = {}): Promise<Outcome<NixConfig>> {
  const version = await nixVersion(nix);
  if (version === undefined) return { problem: processProblem({ kind: "missing", file: nix.file("nix-instantiate") }) };
  // `nix show-config` was renamed in 2.20; the old name still works there, but warns.
  const command = isAtLeast(version, 2, 20) && !isLix(version) ? ["config", "show"] : ["show-config"];
  const end = await nix.run("nix", [...optionArguments(options), ...newStyle, ...command, "--json"]);
  if (end.kind !== "exited" || end.code !== 0) return { problem: processProblem(end) };
  return parseNixConfig(version, end.stdout);
}

/** Nix has a new reader of machines files since 2.29, and in 2.28.2 and 2.24.15, where that was added later ("Fix `;` and `#` bug"). */
function findsCommentsFirst(version: string): boolean {
  return isAtLeast(version, 2, 28, 2) || (isAtLeast(version, 2, 24, 15) && !isAtLeast(version, 2, 25));
}

/** Lix starts at version 2.90 and kept `show-config`. */
function isLix(version: string): boolean {
  return isAtLeast(version, 2, 90);
}

/** Reads the JSON of `nix config show`: setting -> `{ value }`. */
export function parseNixConfig(version: string, json: string): Outcome<NixConfig> {
  let settings: unknown;
  try {
    settings = JSON.parse(json);
  } catch {
    return { problem: processProblem({ kind: "exited", code: 0, stdout: "", stderr: json }) };
  }
  const value = (name: string): unknown => (settings as Record<string, { value?: unknown } | undefined>)?.[name]?.value;
  const text = (name: string) => (typeof value(name) === "string" ? String(value(name)) : "");
  const words = (name: string) => {
    const found = value(name);
    if (Array.isArray(found)) return found.map(String);
    // The sandbox's paths in newer versions: target -> source.
    if (typeof found === "object" && found !== null) return Object.keys(found);
    return typeof found === "string" ? found.split(/\s+/).filter(Boolean) : [];
  };
  const seconds = (name: string, byDefault: number) => {
    const found = Number(value(name) ?? byDefault);
    return Number.isFinite(found) ? found : byDefault;
  };
  const jobs = Number(value("max-jobs"));
  return {
    value: {
      version,
      system: text("system"),
      extraPlatforms: words("extra-platforms"),
      builders: text("builders"),
      machineLines: {
        isOld: !findsCommentsFirst(version) || isLix(version),
        hasWholeSpeeds: !isAtLeast(version, 2, 18),
      },
      maxJobs: Number.isFinite(jobs) ? jobs : 1,
      systemFeatures: words("system-features"),
      isSandboxed: !["false", "undefined"].includes(String(value("sandbox"))),
      sandboxPaths: words("sandbox-paths").map(sandboxTarget),
      externalBuilders: externalBuildersOf(value("external-builders")),
      store: text("store"),
      substituters: words("substituters"),
      requiresSignatures: String(value("require-sigs")) !== "false",
      isSubstituting: String(value("substitute")) !== "false",
      trustedPublicKeys: words("trusted-public-keys"),
      netrcFile: text("netrc-file"),
      sslCertFile: text("ssl-cert-file"),
      positiveTtl: seconds("narinfo-cache-positive-ttl", 30 * 24 * 3600),
      negativeTtl: seconds("narinfo-cache-negative-ttl", 3600),
      trustedUsers: words("trusted-users"),
      buildersUseSubstitutes: String(value("builders-use-substitutes")) === "true",
      buildDir: text("build-dir"),
    },
  };
}

/** The path in the sandbox: `target`, `target=source`, with a final `?` if it may be missing. */
function sandboxTarget(path: string): string {
  return path.replace(/\?$/, "").split("=", 1)[0] ?? "";
}

/** Its value, as JSON or as the text of it. What does not have the documented form is ignored. */
function externalBuildersOf(value: unknown): readonly ExternalBuilder[] {
  const found = v.safeParse(externalBuilders, typeof value === "string" ? parsed(value) : value);
  return found.success ? found.output : [];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * The directory in which Nix builds: `build-dir`, else a directory in its state (2.30 and later), else the one for temporary
 * files. The environment of a daemon may differ from ours.
 */
export function buildFolder(
  config: Pick<NixConfig, "version" | "buildDir"> | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (config !== undefined && config.buildDir !== "") return config.buildDir;
  const isBelowState = config !== undefined && isAtLeast(config.version, 2, 30) && !isLix(config.version);
  return isBelowState ? `${env.NIX_STATE_DIR ?? "/nix/var/nix"}/builds` : (env.TMPDIR ?? "/tmp");
}
