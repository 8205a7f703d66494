import { type Log, silentLog } from "../logging/log.ts";
import type { NixConfig } from "../nix/config.ts";
import type { Builder, BuilderId } from "../protocol.ts";
import { readRegular } from "../storage/regularFile.ts";
import { binfmtHandlers } from "./binfmt.ts";
import { builderOf, byAddress } from "./byAddress.ts";
import type { FaultyLine } from "./lineFaultText.ts";
import { type LineContext, parseMachineLine, type RemoteOffer } from "./machineLine.ts";
import { type MachineLine, machineLines } from "./machinesFile.ts";
import { thisMachine } from "./thisMachine.ts";

/** Larger files are ignored (bytes). */
const maxBytes = 1024 * 1024;

/** Every builder that this machine's Nix knows, and those that our own setting adds. */
export interface KnownBuilders {
  readonly list: readonly Builder[];
  /** Remote builder -> the machine lines that make Nix use it, one per offer. */
  readonly lines: ReadonlyMap<BuilderId, readonly string[]>;
  /** The lines of our setting that Nix's own `builders` does not have. */
  readonly added: readonly string[];
  /** Lines that Nix refuses, and those of our setting that are ignored. */
  readonly faults: readonly FaultyLine[];
}

/** What the builders depend on besides Nix's settings. */
export interface BuilderSources {
  /** The lines of our setting `morph.builders`. */
  readonly setting?: readonly string[] | undefined;
  /** Nix's setting `builders` is that of a network (`network.nixConfig`). */
  readonly isOfNetwork?: boolean | undefined;
}

/**
 * Finds the builders from Nix's settings, the files they name, our own setting and the kernel's handlers. Does not connect to any
 * of them.
 */
export async function findBuilders(
  config: NixConfig,
  log: Log = silentLog,
  { setting = [], isOfNetwork = false }: BuilderSources = {},
): Promise<KnownBuilders> {
  const read = async (file: string) => {
    try {
      return (await readRegular(file, maxBytes)).toString("utf8");
    } catch (error) {
      // Nix's default setting names a file that most machines do not have.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        log.warning(`Cannot read the machines file ${file}`, error);
      return undefined;
    }
  };
  const { system, machineLines: rules } = config;
  const context = { system, hasWholeSpeeds: rules.hasWholeSpeeds };
  const source = isOfNetwork ? "network" : "nix.conf";
  const [lines, handlers] = await Promise.all([machineLines(config.builders, read, rules, source), binfmtHandlers()]);
  const own = parsed(lines, context);
  const ours = parsedSetting(setting, context);
  const remote = byAddress([...own.offers, ...ours.offers]);
  const known = new Set(own.offers.map(({ line }) => line));
  return {
    list: [thisMachine(config, handlers), ...remote.map(builderOf)],
    lines: new Map(remote.map(offers => [offers[0].id, offers.map(({ line }) => line)])),
    added: [...new Set(ours.offers.map(({ line }) => line))].filter(line => !known.has(line)),
    faults: [...own.faults, ...ours.faults],
  };
}

interface ParsedLines {
  readonly offers: readonly RemoteOffer[];
  readonly faults: readonly FaultyLine[];
}

function parsed(lines: readonly MachineLine[], context: LineContext): ParsedLines {
  const [offers, faults]: [RemoteOffer[], FaultyLine[]] = [[], []];
  for (const line of lines) {
    const found = parseMachineLine(line, context);
    if (found.kind === "machine") offers.push(found);
    else faults.push({ ...line, fault: found.fault });
  }
  return { offers, faults };
}

/** The lines of our setting: each is one machine, so that no line can break those of Nix. */
function parsedSetting(setting: readonly string[], context: LineContext): ParsedLines {
  const lines = setting.map((text, index): MachineLine => {
    return { text: (text.split("#")[0] ?? "").trim(), origin: { source: "setting", line: index + 1 } };
  });
  const isOne = ({ text }: MachineLine) => !/[;\n\r\0]|^@/.test(text);
  const { offers, faults } = parsed(lines.filter(isOne), context);
  const others = lines.filter(line => !isOne(line));
  return {
    offers,
    faults: [...faults, ...others.map(line => ({ ...line, fault: { kind: "not-one-machine" } as const }))],
  };
}
