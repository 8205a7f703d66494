// Checks of what a user enters about a Hydra server.

/**
 * The base address of a Hydra server as the rest of the code expects it: without a slash, parameters or a fragment at the end. Undefined
 * if it is not the address of an http server, or contains a login, which belongs in a secret store.
 */
export function hydraAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 2000 || !/^https?:\/\/[^/?#]/i.test(trimmed) || !URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.username !== "" || url.password !== "") return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}

/** Whether a text can be the name of a project (Hydra's `PROJECT_NAME_RE`, `lib/Hydra/Helper/CatalystUtils.pm`). */
export function isHydraProject(text: string): boolean {
  return text.length <= 255 && /^[A-Za-z_][\w-]*$/.test(text);
}
