import net from "node:net";

/** A port of the loopback interface that is currently free. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** The first data that a server sends after a connection, or undefined if it does not respond. */
export function banner(port: number, address = "127.0.0.1"): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = net.connect(port, address);
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once("data", data => {
      resolve(data.toString("latin1"));
      socket.destroy();
    });
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => resolve(undefined));
  });
}
