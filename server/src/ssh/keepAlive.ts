import { aliveCount, aliveInterval } from "./command.ts";

/** Variables of an environment. */
type Variables = Readonly<Record<string, string | undefined>>;

/** How long ssh tries to connect (s). By itself, the kernel gives up after two minutes. */
const connecting = 20;

/**
 * An environment in which the ssh of Nix notices a lost connection: it fails 20 s after the link was lost, where it would otherwise
 * wait for ever. What the user has set in NIX_SSHOPTS stays as it is. (Options there win over the user's ssh configuration.) Nix's
 * daemon does not see our environment.
 */
export function keepAlive<T extends Variables>(env: T): T & { readonly NIX_SSHOPTS: string } {
  const own = env.NIX_SSHOPTS ?? "";
  const isSet = (option: string) => own.toLowerCase().includes(option.toLowerCase());
  const options = [
    // How often to ask depends on the interval, so a user who sets that decides both.
    ...(isSet("ServerAliveInterval") ? [] : [`-o ServerAliveInterval=${aliveInterval}`]),
    ...(isSet("ServerAliveInterval") || isSet("ServerAliveCountMax") ? [] : [`-o ServerAliveCountMax=${aliveCount}`]),
    ...(isSet("ConnectTimeout") ? [] : [`-o ConnectTimeout=${connecting}`]),
  ];
  return { ...env, NIX_SSHOPTS: [own, ...options].filter(Boolean).join(" ") };
}
