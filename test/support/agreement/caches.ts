import fs from "node:fs";
import path from "node:path";
import type { Lab } from "../lab.ts";
import { mustRun } from "../run.ts";
import { newSigner } from "../signer.ts";
import { type AgreementCase, cases, login, type Served, type Signers } from "./cases.ts";
import { type Answer, startServer } from "./server.ts";

/** A path of a laboratory's store, in a cache for each case. */
export interface AgreementCaches {
  readonly signers: Signers;
  /** The path that a case is about. */
  pathOf(of: AgreementCase["of"]): string;
  /** A cache's URL. Nix remembers answers by URL, so each use has its own. */
  url(index: number, use: string): string;
  /** A file with the login of caches that want one. */
  readonly netrc: string;
}

const expression = `
  let
    make = name: references: derivation {
      inherit name references;
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [ "-c" "echo $name $out $references > $out" ];
    };
  in make "plain" [ (make "other" [ ]) ]`;

/** Builds paths, and serves them in a cache for each case. */
export async function startCaches(lab: Lab): Promise<AgreementCaches> {
  const run = (command: string, ...args: readonly string[]) => mustRun(command, args, { env: lab.env, cwd: lab.dir });
  const source = path.join(lab.dir, "source");
  fs.writeFileSync(source, "content\n");
  const paths = {
    plain: await run("nix-build", "--no-out-link", "-E", expression),
    recursive: await run("nix-store", "--add", source),
    flat: await run("nix-store", "--add-fixed", "sha256", source),
    text: JSON.parse(
      await run(
        "nix-instantiate",
        "--eval",
        "--read-write-mode",
        "--strict",
        "--json",
        "-E",
        'builtins.toFile "text" "content"',
      ),
    ) as string,
  };
  const folder = path.join(lab.dir, "cache");
  await run(
    "nix",
    ...["--extra-experimental-features", "nix-command", "copy", "--to", `file://${folder}`, ...Object.values(paths)],
  );
  const signers = { trusted: newSigner("cache-1"), other: newSigner("other-1"), impostor: newSigner("cache-1") };
  const unsigned = new Map(
    fs
      .readdirSync(folder)
      .filter(name => name.endsWith(".narinfo"))
      .map(name => [name, fs.readFileSync(path.join(folder, name), "utf8")]),
  );
  const fileOf = (storePath: string) => `${path.basename(storePath).slice(0, 32)}.narinfo`;
  const signed = (text: string) => `${text}Sig: ${signers.trusted.sign(fingerprintOf(text))}\n`;
  const served = (file: string, elsewhere: string): Served => {
    const text = signed(unsigned.get(file) ?? "");
    const another = [...unsigned].find(([name]) => name !== file)?.[1] ?? "";
    return {
      text,
      unsigned: unsigned.get(file) ?? "",
      signers,
      fingerprint: fingerprintOf(text),
      elsewhere,
      another: signed(another),
      as: (field, value) => text.replace(new RegExp(`^${field}:.*$`, "m"), () => `${field}: ${value}`),
      without: field => text.replace(new RegExp(`^${field}:.*\n`, "m"), ""),
      value: field => valueIn(text, field),
      plus: (...lines) => `${text}${lines.map(line => `${line}\n`).join("")}`,
    };
  };

  const server = await startServer((pathname, given): Answer | undefined => {
    const [, index = "", , ...rest] = pathname.split("/");
    const file = rest.join("/");
    if (index === "valid") return served(fileOf(paths.plain), "").text;
    const asked = cases[Number(index)];
    if (asked === undefined) return undefined;
    if (asked.login !== undefined && given !== `${login.user}:${login.password}`) return { kind: "status", code: 401 };
    if (file === "nix-cache-info") return asked.cacheInfo ?? `StoreDir: ${lab.storeDir}\n`;
    const own = fileOf(paths[asked.of ?? "plain"]);
    if (file === own && asked.narinfo !== undefined)
      return asked.narinfo(served(file, `http://localhost:${server.port}`));
    if (asked.isArchiveMissing && file === valueIn(unsigned.get(own) ?? "", "URL")) return undefined;
    const text = unsigned.get(file);
    if (text !== undefined) return signed(text);
    const local = path.join(folder, file);
    return file.startsWith("nar/") && fs.existsSync(local) ? fs.readFileSync(local) : undefined;
  });
  lab.defer(server.stop);
  const netrc = path.join(lab.dir, "netrc");
  fs.writeFileSync(netrc, `machine 127.0.0.1 login ${login.user} password ${login.password}\n`);
  return {
    signers,
    pathOf: (of = "plain") => paths[of],
    url: (index, use) => {
      const prefix = cases[index]?.login === "URL" ? `${login.user}:${login.password}@` : "";
      return `http://${prefix}127.0.0.1:${server.port}/${index}/${use}`;
    },
    netrc,
  };
}

function valueIn(narinfo: string, field: string): string {
  return new RegExp(`^${field}: (.*)$`, "m").exec(narinfo)?.[1] ?? "";
}

function fingerprintOf(narinfo: string): string {
  const storePath = valueIn(narinfo, "StorePath");
  const references = valueIn(narinfo, "References").split(" ").filter(Boolean);
  const full = references.map(reference => path.join(path.dirname(storePath), reference)).toSorted();
  return ["1", storePath, valueIn(narinfo, "NarHash"), valueIn(narinfo, "NarSize"), full.join(",")].join(";");
}
