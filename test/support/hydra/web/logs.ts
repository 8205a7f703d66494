import { at, type Exchange, notFound, Refusal, type Reply } from "./exchange.ts";

/** A log of a build or step: the page, or where its text is. */
export function showLog(exchange: Exchange, title: string, drvPath: string, mode = "pretty"): Reply {
  if (mode === "raw") return { kind: "redirect", to: at(exchange, "log", baseName(drvPath)) };
  if (mode === "pretty" || mode === "tail") return { kind: "html", title, body: "" };
  throw new Refusal(`Unknown log display mode '${mode}'.`);
}

/**
 * `/log/NAME.drv`: the text as it is now, or the last lines of it. A log that this server does not have may be at another one, whose
 * address is configured.
 */
export function log({ site, query }: Exchange, name: string): Reply {
  const tail = query.get("tail");
  const file = site.logFile(name);
  if (file !== undefined) {
    return { kind: "log", file, tail: tail === null ? undefined : Number(tail), isPlain: site.isPlain(name) };
  }
  if (site.logPrefix !== undefined) {
    return { kind: "redirect", to: `${site.logPrefix}log/${encodeURIComponent(name)}` };
  }
  // Hydra names the usual store whichever it has.
  throw notFound(`The build log of /nix/store/${name} is not available.`);
}

function baseName(storePath: string): string {
  return storePath.slice(storePath.lastIndexOf("/") + 1);
}
