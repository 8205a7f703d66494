import type { IncomingMessage } from "node:http";
import type { Database, Flavour, HydraUser, Role, Session } from "../database.ts";

/** What the pages of a server depend on beside its database. */
export interface Site {
  readonly flavour: Flavour;
  readonly database: Database;
  /** Only users may read. */
  readonly isPrivate: boolean;
  /** Where logs are that this server does not have: an address with a slash at the end. */
  readonly logPrefix: string | undefined;
  /** The file of a derivation's log, if it has one. @param name the derivation's file name. */
  logFile(name: string): string | undefined;
  /** Whether this log is a plain file. Those of steps that have ended are compressed, so that their length is not sent. */
  isPlain(name: string): boolean;
  /** Called when a jobset was triggered or a build was queued. */
  wake(): void;
  /** Ends what runs for a build. */
  cancel(build: number): void;
  /** Forgets which derivations have failed. */
  forgetFailures(build: number): void;
}

/** A request, as the pages see it. */
export interface Exchange {
  readonly site: Site;
  readonly database: Database;
  readonly method: string;
  /** Decoded parts of the path below the server's prefix. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** The fields of the body; those of the query if there is none. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage["headers"];
  readonly session: Session;
  /** The server's own address as it sees it, with a slash at the end. */
  readonly base: string;
  readonly wantsJson: boolean;
}

/** An answer. */
export type Reply =
  /** `view`: through Hydra's other serialiser. `always`: also for browsers. */
  | {
      readonly kind: "json";
      readonly body: unknown;
      readonly status?: number;
      readonly location?: string;
      readonly view?: true;
      readonly always?: true;
    }
  /** A page, or a part of one that other pages load. `isResource`: its address has JSON, too. */
  | { readonly kind: "html"; readonly title?: string; readonly body: string; readonly isResource?: true }
  | { readonly kind: "text"; readonly text: string; readonly status?: number; readonly allow?: string }
  /** To an address below the base, or to any other with a scheme. */
  | { readonly kind: "redirect"; readonly to: string; readonly status?: 301 | 302 }
  | { readonly kind: "log"; readonly file: string; readonly tail: number | undefined; readonly isPlain: boolean }
  | { readonly kind: "empty" }
  /** Perl's own page when something fails before an answer was begun. */
  | { readonly kind: "crash" };

/** An error as Hydra reports it: `{"error": "..."}`. */
export class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status = 500) {
    super(message);
    this.status = status;
  }
}

export function notFound(message: string): Refusal {
  return new Refusal(message, 404);
}

export const signIn = "This page requires you to sign in.";

/** The user who is logged in. Throws if there is none. */
export function requireUser({ session, database }: Pick<Exchange, "session" | "database">): HydraUser {
  const user = session.user === undefined ? undefined : database.users.get(session.user);
  if (user === undefined) throw new Refusal(signIn, 403);
  return user;
}

export function has(user: HydraUser, role: Role): boolean {
  return user.roles.includes("admin") || user.roles.includes(role);
}

/** Throws unless the user is an administrator, owns the project, or has the role. */
export function requireRole(exchange: Exchange, project: string, role: Role | undefined): void {
  const user = requireUser(exchange);
  const owner = exchange.database.projects.get(project)?.owner;
  if (has(user, "admin") || owner === user.name || (role !== undefined && has(user, role))) return;
  throw new Refusal(
    role === undefined
      ? "Only the project members or administrators can perform this operation."
      : `Only the project members, administrators, and accounts with ${role} privileges can perform this operation.`,
    403,
  );
}

export function requireAdmin(exchange: Exchange): void {
  if (!has(requireUser(exchange), "admin")) {
    throw new Refusal("Only administrators can perform this operation.", 403);
  }
}

/** As Perl's `int`: the number at the start of a text, else 0. */
export function int(value: unknown): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" ? Math.trunc(value) : Number.parseInt(String(value ?? ""), 10) || 0;
}

/** As a text without spaces around it; nothing is empty. */
export function trim(value: unknown): string {
  return value === null || value === undefined ? "" : String(value).trim();
}

/** As Perl's `defined`: false, 0 and "" are. */
export function isDefined(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Adds a path to the base. */
export function at(exchange: Pick<Exchange, "base">, ...path: readonly (string | number)[]): string {
  return exchange.base + path.map(part => encodeURIComponent(String(part))).join("/");
}
