import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server.ts";

const server = startServer(createConnection(ProposedFeatures.all), import.meta.dirname);

// Builds are followed and other requests are answered, whatever one of our mistakes has given up.
process.on("unhandledRejection", error => server.didFail(error));
process.on("uncaughtException", error => server.didFail(error));
