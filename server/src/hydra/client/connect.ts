import type { Outcome } from "../../outcome.ts";
import type { HydraConnection, HydraMissingRole } from "../../protocol.ts";
import { projectAnswer } from "./answers.ts";
import { signedOut } from "./problems.ts";
import type { HydraUser, Transport } from "./transport.ts";

/** What needs which role (`lib/Hydra/Helper/CatalystUtils.pm`). The owner of a project may do all but create it. */
const needs: readonly HydraMissingRole[] = [
  { action: "create the project", roles: ["admin", "create-projects"] },
  { action: "change jobsets", roles: ["admin"] },
  { action: "start evaluations", roles: ["admin", "eval-jobset"] },
  { action: "restart builds", roles: ["admin", "restart-jobs"] },
  { action: "cancel builds", roles: ["admin", "cancel-build"] },
];

/** Signs in, if there is a login, reads the project, and says what the user may not do. */
export async function connect(
  transport: Transport,
  project: string,
  signal: AbortSignal | undefined,
): Promise<Outcome<HydraConnection>> {
  const signedIn = await transport.signIn(signal);
  if ("problem" in signedIn) return signedIn;
  const user = signedIn.value;
  const path = `/project/${encodeURIComponent(project)}`;
  const found = await transport.json(projectAnswer, { method: "GET", path, signal });
  if ("problem" in found)
    return user === null || found.problem.code !== "hydra-signed-out" ? found : { problem: signedOut(transport.url) };
  return {
    value: {
      url: transport.url,
      project,
      ...(user !== null && { user: user.name }),
      roles: user?.roles ?? [],
      hasProject: found.value !== undefined,
      missing: missingRoles(user, found.value),
    },
  };
}

/** @param project undefined: there is none, and the user who creates it owns it. */
function missingRoles(
  user: HydraUser | null,
  project: { readonly owner: string | null } | undefined,
): readonly HydraMissingRole[] {
  const has = (roles: readonly string[]) => roles.some(role => user?.roles.includes(role) === true);
  const mayCreate = needs.slice(0, 1).every(({ roles }) => has(roles));
  const isOwner = user !== null && (project === undefined ? mayCreate : project.owner === user.name);
  return needs.filter(({ action, roles }) =>
    action === "create the project" ? project === undefined && !mayCreate : !isOwner && !has(roles),
  );
}
