import type { Outcome } from "../../outcome.ts";
import type { HydraConnection, HydraMissingRole } from "../../protocol.ts";
import { projectAnswer } from "./answers.ts";
import type { HydraUser, Transport } from "./transport.ts";

const creation: HydraMissingRole = { action: "create the project", roles: ["admin", "create-projects"] };

/** What needs which role (`lib/Hydra/Helper/CatalystUtils.pm`), except of the owner of a project and of its members. */
const inProject: readonly HydraMissingRole[] = [
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
  if ("problem" in found) return found;
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
  const lacks = ({ roles }: HydraMissingRole) => !roles.some(role => user?.roles.includes(role) === true);
  if (project === undefined) return [creation].filter(lacks);
  return user !== null && project.owner === user.name ? [] : inProject.filter(lacks);
}
