/**
 * Every message between client and server beyond standard LSP. It is the only server file that the client imports, so it imports
 * nothing but types of the protocol library. On the wire, absent and undefined fields are the same.
 */
export * from "./protocol/builders.ts";
export * from "./protocol/buildMachines.ts";
export * from "./protocol/builds.ts";
export * from "./protocol/evaluations.ts";
export * from "./protocol/hydra.ts";
export * from "./protocol/logs.ts";
export * from "./protocol/messages.ts";
export * from "./protocol/networks.ts";
export * from "./protocol/problems.ts";
export * from "./protocol/rebuilds.ts";
export * from "./protocol/routes.ts";
export * from "./protocol/signatureAdvice.ts";
export * from "./protocol/signatures.ts";
