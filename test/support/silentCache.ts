import net from "node:net";

/** A server that accepts every connection and never responds, like a binary cache behind a firewall that drops packets. */
export interface SilentCache {
  readonly url: string;
  /** Resolves with the first connection. */
  readonly asked: Promise<void>;
  stop(): Promise<void>;
}

export async function startSilentCache(): Promise<SilentCache> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer(socket => {
    sockets.add(socket.on("error", () => undefined).once("close", () => sockets.delete(socket)));
  });
  const asked = new Promise<void>(resolve => server.once("connection", () => resolve()));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
