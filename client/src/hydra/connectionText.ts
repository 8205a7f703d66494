import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { HydraConnection, HydraMissingRole } from "../../../server/src/protocol.ts";

/** What connecting to a Hydra server has found, as sentences. */
export function connectionText({ url, user, project, hasProject, missing }: HydraConnection, l10n: Localiser): string {
  const sentences = [
    user === undefined
      ? l10n.t("Connected to {0} without signing in: builds can be seen, but nothing can be started.", url)
      : l10n.t("Connected to {0} as {1}.", url, user),
  ];
  if (!hasProject)
    sentences.push(
      missing.length === 0
        ? l10n.t("The project '{0}' is created with the first jobset.", project)
        : l10n.t("It does not have the project '{0}'.", project),
    );
  if (user !== undefined && missing.length > 0) {
    const actions = missing.map(each => l10n.t("{0} ({1})", actionText(each, l10n), each.roles.join(l10n.t(" or "))));
    sentences.push(l10n.t("{0} lacks the roles to {1}.", user, actions.join(", ")));
    if (hasProject) sentences.push(l10n.t("The owner and the members of a project need none of them."));
  }
  return sentences.join(" ");
}

function actionText({ action }: HydraMissingRole, l10n: Localiser): string {
  switch (action) {
    case "create the project":
      return l10n.t("create the project");
    case "change jobsets":
      return l10n.t("change jobsets");
    case "start evaluations":
      return l10n.t("start evaluations");
    case "restart builds":
      return l10n.t("restart builds");
    case "cancel builds":
      return l10n.t("cancel builds");
  }
}
