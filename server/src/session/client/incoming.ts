import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { type CancellationToken, type Connection, ErrorCodes, ResponseError } from "vscode-languageserver";
import type { Log } from "../../logging/log.ts";
import { errorProblem } from "../../outcome.ts";
import { type Problem, requestFailed } from "../../protocol.ts";

/** Where messages come in, and where it is written down what is wrong with them. */
export interface Incoming {
  readonly connection: Pick<Connection, "onRequest" | "onNotification">;
  readonly log: Log;
}

/** A field and what is wrong with it is not said with more than this (UTF-16 units). */
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
 * Answers a request whose parameters fit the schema; any other is InvalidParams. What a handler throws by mistake is logged and
 * answered as the problem `internal-error`.
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
      log.error(`${method} was given up`, error);
      throw requestError(
        errorProblem(
          "internal-error",
          l10n.t("The language server made a mistake in {0}. The output says more; please report it.", method),
          String(error),
        ),
      );
    }
  });
}

/** Handles a notification whose parameters fit the schema. Any other, and what a handler throws, is logged. */
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
      else log.error(`${method} was given up`, error);
    }
  });
}

/** A request that cannot start, as LSP answers it. */
export function requestError(problem: Problem): ResponseError<Problem> {
  return new ResponseError(requestFailed, problem.message, problem);
}

/** JSON-RPC spreads parameters that are an array; a request's token comes behind them. */
function paramsOf(received: readonly unknown[], behind = 1): unknown {
  const params = received.slice(0, received.length - behind);
  return params.length > 1 ? params : params[0];
}
