import type * as vscode from "vscode";
import type { HydraLogin } from "../../../server/src/protocol.ts";

/**
 * The logins for Hydra servers, in VS Code's secret storage, one for each base address: another server gets nothing, even if a
 * workspace's settings name it.
 */
export class HydraLogins {
  readonly #secrets: Pick<vscode.SecretStorage, "get" | "store" | "delete">;

  constructor(secrets: Pick<vscode.SecretStorage, "get" | "store" | "delete">) {
    this.#secrets = secrets;
  }

  /** @param url the base address of a server (`hydraAddress`). */
  async get(url: string): Promise<HydraLogin | undefined> {
    return loginIn(await this.#secrets.get(keyOf(url)));
  }

  async set(url: string, { user, password }: HydraLogin): Promise<void> {
    await this.#secrets.store(keyOf(url), JSON.stringify({ user, password }));
  }

  async forget(url: string): Promise<void> {
    await this.#secrets.delete(keyOf(url));
  }
}

function keyOf(url: string): string {
  return `morph.hydra ${url}`;
}

/** A damaged secret counts as none. */
function loginIn(text: string | undefined): HydraLogin | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("user" in value) || !("password" in value)) return undefined;
    const { user, password } = value;
    return typeof user === "string" && typeof password === "string" ? { user, password } : undefined;
  } catch {
    return undefined;
  }
}
