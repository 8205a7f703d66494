import type { HydraApi } from "../api.ts";
import type { HydraAccess } from "./access.ts";
import { buildRequests } from "./builds.ts";
import { connect } from "./connect.ts";
import { jobsetRequests } from "./jobsets.ts";
import { Logs } from "./logs.ts";
import { noBuild } from "./problems.ts";
import { stepsIn } from "./steps.ts";
import { Transport } from "./transport.ts";

/** A client of one Hydra server, with its session. */
export interface HydraClient extends HydraApi {
  /** Forgets the session; the login is requested again when it is needed. */
  signOut(): void;
}

/** Opens a client of a server. Sends nothing yet. @param url its base address, without a slash at the end. */
export function openHydra(url: string, access: HydraAccess): HydraClient {
  const transport = new Transport(url, access);
  const { hasStep, log, logTail } = new Logs(transport, access);
  return {
    url,
    page: path => `${url}${path}`,
    signOut: () => transport.signOut(),
    connect: (project, signal) => connect(transport, project, signal),
    ...jobsetRequests(transport),
    ...buildRequests(transport),
    steps: async (build, signal) => {
      const sent = await transport.send({ method: "GET", path: `/build/${build}`, accept: "html", signal });
      if ("problem" in sent) return sent;
      if (sent.value.status === 404) return { problem: noBuild(url, build) };
      return { value: stepsIn(sent.value.body.toString("utf8")) };
    },
    hasStep,
    log,
    logTail,
  };
}
