import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { type CancellationToken, type Connection, ErrorCodes, ResponseError } from "vscode-languageserver";
import type { Log } from "../../logging/log.ts";
import { errorProblem } from "../../outcome.ts";
import { type Problem, requestFailed } from "../../protocol.ts";

/** The connection that messages arrive on, and the log for invalid ones. */
export interface Incoming {
  readonly connection: Pick<Connection, "onRequest" | "onNotification">;
  readonly log: Log;
}

/** The longest description of an invalid field (UTF-16 units). */
const maxMessage = 400;

/** @throws InvalidParams with a message that names the field. */
export function parseOrThrow<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new ResponseError(ErrorCodes.InvalidParams, `${what}: ${issueText(result.issues[0])}`.slice(0, maxMessage));
}

/** `place.builder: is not ...` */
export function issueText(issue: v.BaseIssue<unknown>): string {
  const field = v.getDotPath(issue);
  return field === null ? issue.message : `${field}: ${issue.message}`;
}

/**
 * Answers a request whose parameters match the schema; otherwise the error is InvalidParams. An unexpected error of a handler
 * is logged and returned as the problem `internal-error`.
 */
export function onRequest<S extends v.GenericSchema>(
  { connection, log }: Incoming,
  method: string,
  schema: S,
  handler: (params: v.InferOutput<S>, token: CancellationToken) => unknown,
): void {
  connection.onRequest(method, async (...received: readonly unknown[]) => {
    const params = parseOrThrow(schema, paramsOf(received) ?? {}, method);
    try {
      return await handler(params, received.at(-1) as CancellationToken);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      log.error(`${method} failed`, error);
      throw requestError(
        errorProblem(
          "internal-error",
          l10n.t(
            "Internal error of the language server in {0}. See the output for details, and please report it.",
            method,
          ),
          String(error),
        ),
      );
    }
  });
}

/** Handles a notification whose parameters match the schema. Invalid parameters and errors of the handler are logged. */
export function onNotification<S extends v.GenericSchema>(
  { connection, log }: Incoming,
  method: string,
  schema: S,
  handler: (params: v.InferOutput<S>) => unknown,
): void {
  connection.onNotification(method, async (...received: readonly unknown[]) => {
    try {
      await handler(parseOrThrow(schema, paramsOf(received, 0) ?? {}, method));
    } catch (error) {
      if (error instanceof ResponseError) log.warning(`ignored: ${error.message}`);
      else log.error(`${method} failed`, error);
    }
  });
}

/** The LSP error for a request that cannot be started. */
export function requestError(problem: Problem): ResponseError<Problem> {
  return new ResponseError(requestFailed, problem.message, problem);
}

/** JSON-RPC spreads parameters that are an array; a request's token follows them. */
function paramsOf(received: readonly unknown[], behind = 1): unknown {
  const params = received.slice(0, received.length - behind);
  return params.length > 1 ? params : params[0];
}
