import fs from "node:fs";
import path from "node:path";
import { tools } from "../../scripts/setup/tools.mjs";
import { startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { freePort } from "./ports.ts";
import { mustRun } from "./run.ts";
import { type Access, statusOf } from "./serve.ts";

/** A key pair for signing store paths. */
export interface SigningKey {
  readonly name: string;
  /** As in `trusted-public-keys`: `name:base64`. */
  readonly publicKey: string;
  readonly secretFile: string;
}

/** A binary cache over HTTP. */
export interface Cache {
  readonly url: string;
  /** The folder that is served. */
  readonly folder: string;
  readonly key: SigningKey;
  readonly publicKey: string;
  /** Copies closures into the cache, signed with `key`, by default its own; unsigned with null. */
  push(paths: readonly string[], key?: SigningKey | null): Promise<void>;
  /** Makes a further key. */
  newKey(name: string): Promise<SigningKey>;
  /** Adds a further key's signatures to paths that are in the cache. */
  sign(paths: readonly string[], key: SigningKey): Promise<void>;
  /** All requests so far, such as `GET /nix-cache-info 200`. */
  requests(): string[];
  stop(): Promise<void>;
}

export interface CacheOptions extends Access {
  /** Also that of its key. */
  readonly name?: string;
  /** Of its nix-cache-info. */
  readonly priority?: number;
  /** Further lines of nginx for the server, such as `location /HASH.narinfo { return 500; }`. */
  readonly nginx?: readonly string[];
}

/** Starts a binary cache of a laboratory: a folder that nginx serves. */
export async function startCache(lab: Lab, options: CacheOptions = {}): Promise<Cache> {
  const { name = "cache.lab-1", priority = 30, tls, login } = options;
  const dir = path.join(lab.dir, "caches", name);
  const folder = path.join(dir, "www");
  const port = await freePort();
  const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  fs.mkdirSync(folder, { recursive: true });
  fs.mkdirSync(path.join(dir, "temp"));
  fs.writeFileSync(
    path.join(folder, "nix-cache-info"),
    `StoreDir: ${lab.storeDir}\nWantMassQuery: 1\nPriority: ${priority}\n`,
  );
  if (login !== undefined) fs.writeFileSync(path.join(dir, "logins"), `${login.user}:{PLAIN}${login.password}\n`);
  fs.writeFileSync(path.join(dir, "nginx.conf"), nginxConf(dir, port, options));

  const newKey = (keyName: string) => generateKey(lab, dir, keyName);
  const key = await newKey(name);
  const daemon = await startDaemon({
    command: tools.nginx,
    args: ["-p", dir, "-c", path.join(dir, "nginx.conf"), "-e", "stderr"],
    env: lab.env,
    cwd: dir,
    log: path.join(dir, "nginx.log"),
    isReady: async () => (await statusOf(`${url}/nix-cache-info`, options)) === 200,
  });
  lab.defer(daemon.stop);

  const nix = (args: readonly string[]) =>
    mustRun("nix", ["--extra-experimental-features", "nix-command", ...args], { env: lab.env, cwd: dir });
  return {
    url,
    folder,
    key,
    publicKey: key.publicKey,
    newKey,
    push: async (paths, signer = key) => {
      await nix(["copy", "--to", `file://${folder}${signer ? `?secret-key=${signer.secretFile}` : ""}`, ...paths]);
    },
    sign: async (paths, signer) => {
      await nix(["store", "sign", "--store", `file://${folder}`, "--key-file", signer.secretFile, ...paths]);
    },
    requests: () => fs.readFileSync(path.join(dir, "access.log"), "utf8").trim().split("\n").filter(Boolean),
    stop: daemon.stop,
  };
}

/** Creates a key pair in files of a folder. */
export async function generateKey(lab: Lab, dir: string, name: string): Promise<SigningKey> {
  const secretFile = path.join(dir, `${name}.secret`);
  const publicFile = path.join(dir, `${name}.public`);
  const args = ["--generate-binary-cache-key", name, secretFile, publicFile];
  await mustRun("nix-store", args, { env: lab.env, cwd: dir });
  return { name, secretFile, publicKey: fs.readFileSync(publicFile, "utf8").trim() };
}

/** One process in the foreground, of our own user, which writes nothing outside its folder. */
function nginxConf(dir: string, port: number, { tls, login, nginx = [] }: CacheOptions): string {
  const user = process.getuid?.() === 0 ? "user root root;" : "";
  const lines = [
    ...(tls ? [`ssl_certificate ${tls.server.certFile};`, `ssl_certificate_key ${tls.server.keyFile};`] : []),
    ...(login ? ['auth_basic "cache";', `auth_basic_user_file ${dir}/logins;`] : []),
    ...nginx,
  ];
  const temp = (kind: string) => `${kind}_temp_path ${dir}/temp/${kind};`;
  return `
${user}
daemon off;
master_process off;
pid ${dir}/nginx.pid;
events { worker_connections 64; }
http {
  log_format short '$request_method $uri $status';
  access_log ${dir}/access.log short;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(temp).join("\n  ")}
  types { text/x-nix-narinfo narinfo; application/x-nix-nar nar xz; }
  default_type text/x-nix-cache-info;
  server {
    listen 127.0.0.1:${port}${tls ? " ssl" : ""};
    root ${dir}/www;
    ${lines.join("\n    ")}
  }
}
`;
}
