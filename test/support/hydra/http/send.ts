import { spawn } from "node:child_process";
import fs from "node:fs";
import type http from "node:http";
import { Refusal, type Reply } from "../web/exchange.ts";
import { crashPage, escapeHtml, movedPage, page } from "../web/pages.ts";

/** Where an answer goes, and what all answers have. */
export interface Sending {
  readonly response: http.ServerResponse;
  readonly wantsJson: boolean;
  readonly isHead: boolean;
  readonly base: string;
  readonly cookie: string;
  readonly vary: "Accept" | "Content-Type";
}

const html = "text/html; charset=utf-8";
const resource = "text/html; charset=UTF-8";

/** Sends an answer in the form that was asked for. Redirects are pages in any case. */
export function send(sending: Sending, reply: Reply | Refusal): void {
  if (reply instanceof Refusal) return sendRefusal(sending, reply);
  if (sending.isHead && reply.kind !== "log" && reply.kind !== "redirect") return sendText(sending, 200, html, "");
  switch (reply.kind) {
    case "json":
      return sendJson(sending, reply);
    case "html":
      return sendText(sending, 200, reply.isResource ? resource : html, pageOf(reply));
    case "text":
      return sendText(sending, reply.status ?? 200, textType(reply), reply.text, reply.allow && { Allow: reply.allow });
    case "redirect":
      return sendText(sending, reply.status ?? 302, html, movedPage(reply.to), { Location: reply.to });
    case "log":
      return sendLog(sending, reply);
    case "empty":
      return void sending.response.writeHead(204, { ...common(sending), "Content-Type": html }).end();
    case "crash":
      return sendText(sending, 500, html, crashPage);
  }
}

function pageOf({ title, body }: Extract<Reply, { kind: "html" }>): string {
  return title === undefined ? body : page(title, body);
}

function common({ vary, cookie }: Sending): http.OutgoingHttpHeaders {
  return { Vary: vary, "Set-Cookie": cookie };
}

function textType({ status = 200 }: Extract<Reply, { kind: "text" }>): string {
  return status >= 400 ? "text/plain; charset=UTF-8" : "text/plain; charset=utf-8";
}

function sendRefusal(sending: Sending, { message, status }: Refusal): void {
  if (sending.wantsJson) return sendText(sending, status, "application/json", JSON.stringify({ error: message }));
  sendText(sending, status, html, page("Error", `<div class="alert">${escapeHtml(message)}</div>`));
}

function sendJson(sending: Sending, reply: Extract<Reply, { kind: "json" }>): void {
  const { status = 200, location, view = false, body } = reply;
  const headers = location === undefined ? {} : { Location: location };
  const text = JSON.stringify(body);
  if (view) return sendText(sending, status, "application/json; charset=utf-8", text, headers);
  if (sending.wantsJson || reply.always) return sendText(sending, status, "application/json", text, headers);
  sendText(sending, status, resource, page(title(body), ""), headers);
}

function title(body: unknown): string {
  const { project, name } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return [project, name].filter(part => part !== undefined).join(":");
}

function sendText(
  sending: Sending,
  status: number,
  type: string,
  text: string,
  more: http.OutgoingHttpHeaders | "" | undefined = {},
): void {
  const { response, isHead } = sending;
  const length = Buffer.byteLength(text);
  const headers = { ...common(sending), ...(more || {}), "Content-Type": type, "Content-Length": length };
  response.writeHead(status, headers);
  if (!isHead && length > 0) response.write(text);
  response.end();
}

/** The text of a log as it is now. The length is known unless lines are counted or the file is compressed. */
function sendLog(sending: Sending, { file, tail, isPlain }: Extract<Reply, { kind: "log" }>): void {
  const { response, isHead } = sending;
  const headers = { ...common(sending), "Content-Type": "text/plain; charset=utf-8" };
  const { size } = fs.statSync(file);
  response.writeHead(200, tail === undefined && isPlain ? { ...headers, "Content-Length": size } : headers);
  if (isHead || size === 0) return void response.end();
  if (tail === undefined) {
    const stream = fs.createReadStream(file, { end: size - 1 });
    return void stream.once("error", () => response.destroy()).pipe(response);
  }
  const child = spawn("tail", ["-n", String(tail), file], { stdio: ["ignore", "pipe", "ignore"] });
  response.once("close", () => child.kill());
  child.stdout.pipe(response);
}
